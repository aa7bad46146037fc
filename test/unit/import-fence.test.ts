import { globSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, test } from 'vitest'
import { breaches, importsOf } from '../support/import-fence.ts'

const sourceFolder = path.resolve(import.meta.dirname, '../../src')

const sources = (): ReadonlyMap<string, string> =>
  new Map(
    globSync('**/*.{ts,tsx}', { cwd: sourceFolder }).map(file => [
      file.replaceAll(path.sep, '/'),
      readFileSync(path.join(sourceFolder, file), 'utf8'),
    ]),
  )

test('no source file imports what its place may not', () => {
  const files = sources()
  expect(files.size).toBeGreaterThan(100)
  expect(breaches(files)).toEqual([])
})

describe('the fence', () => {
  const breachesOf = (file: string, text: string) => breaches(new Map([[file, text]]))

  test.each([
    ['main/core/forecast/x.ts', "import { z } from 'zod'"],
    ['main/core/forecast/x.ts', "import fs from 'node:fs'"],
    ['main/core/forecast/x.ts', "import { vmSchema } from '../../../shared/model/vm.ts'"],
    ['main/core/forecast/x.ts', "import type { Clock } from '../../ports/clock.ts'"],
    ['main/adapters/lab/x.ts', "import { Sampler } from '../../services/sampler.ts'"],
    ['main/adapters/lab/x.ts', "export { Sampler } from '../../services/sampler.ts'"],
    ['main/adapters/libvirt/x.ts', "import type { QemuHost } from '../qemu/hosts-file.ts'"],
    ['main/adapters/qemu/x.ts', "import { startQemuLab } from '../qemu-lab/start-qemu-lab.ts'"],
    ['main/services/x.ts', "import { openStore } from '../adapters/sqlite/open-store.ts'"],
    ['main/services/x.ts', "import { app } from 'electron'"],
    ['main/handlers/x.ts', "import { Sampler } from '../services/sampler.ts'"],
    ['main/cli/x.ts', "const { app } = await import('electron')"],
    ['main/serve.ts', "import { app } from 'electron'"],
    ['main/workers/x.worker.ts', "import '../adapters/xenapi/session.ts'"],
    ['shared/x.ts', "import { readFileSync } from 'node:fs'"],
    ['shared/x.ts', "import { engine } from '../main/core/migration/engine.ts'"],
    ['renderer/features/vm/x.tsx', "import { startApp } from '../../../main/app.ts'"],
    ['renderer/features/vm/x.tsx', "import { rows } from '../fleet/fleet-rows.ts'"],
    ['renderer/ui/x.tsx', "import { useFleet } from '../state/index.ts'"],
    ['renderer/charts/x.ts', "import path from 'node:path'"],
    ['preload/index.ts', "import { app } from '../main/app.ts'"],
  ])('catches in %s: %s', (file, text) => expect(breachesOf(file, text)).toHaveLength(1))

  test.each([
    ['main/core/forecast/x.ts', "import type { Vm } from '../../../shared/model/vm.ts'"],
    ['main/core/forecast/x.ts', "import { type Vm, type Host } from '../../../shared/model/vm.ts'"],
    ['main/handlers/x.ts', "import type { Sampler } from '../services/sampler.ts'"],
    ['main/shell/x.ts', "import { app } from 'electron'"],
    ['renderer/features/vm/x.tsx', "import { rows } from '../fleet/index.ts'"],
    ['renderer/features/vm/x.tsx', "import { marks } from './marks.ts'"],
    ['main/core/x.ts', "// import { app } from 'electron'"],
  ])('lets pass in %s: %s', (file, text) => expect(breachesOf(file, text)).toEqual([]))

  test('refuses a file in a place it does not know', () => {
    expect(breachesOf('main/managers/x.ts', '')).toEqual([
      'main/managers/x.ts is in a place that the fence does not know',
    ])
  })

  test('reads imports over several lines', () => {
    expect(importsOf("import {\n  a,\n  type B,\n} from './a.ts'\nimport './b.ts'")).toEqual([
      { target: './a.ts', typeOnly: false },
      { target: './b.ts', typeOnly: false },
    ])
  })
})
