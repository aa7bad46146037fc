import { existsSync, globSync, mkdirSync, readFileSync, rmSync } from 'node:fs'
import path from 'node:path'
import { findChromium } from '../src/main/cli/browser.ts'
import { hasDisplay } from '../src/main/cli/display.ts'
import { obtainElectron } from '../src/main/cli/electron-binary.ts'
import { run } from './child.mjs'
import { installDebianPackage } from './debian-package.ts'
import { root } from './places.mjs'
import { printSetUpError } from './set-up-error.mjs'
import {
  addOutcomes,
  noOutcome,
  type Outcome,
  playwrightOutcome,
  type RunnerResult,
  summaryLine,
  vitestOutcome,
} from './test-outcome.ts'
import { type Selection, selectTests } from './test-selection.ts'

/** A runner that hangs must not hang whoever waits for it; all suites together take well under ten minutes. */
const runnerTimeoutMs = 15 * 60_000
const reports = path.join(root, 'test-results')

const runRunner = async (
  name: string,
  args: readonly string[],
  reportEnv?: string,
): Promise<RunnerResult> => {
  const file = path.join(reports, `${name}.json`)
  mkdirSync(reports, { recursive: true })
  rmSync(file, { force: true })
  const env = {
    ...process.env,
    ...(process.stdout.isTTY ? {} : { NO_COLOR: '1', FORCE_COLOR: undefined }),
    ...(reportEnv === undefined ? {} : { [reportEnv]: file }),
  }
  const { code } = await run(process.execPath, args, { cwd: root, env, timeoutMs: runnerTimeoutMs })
  return { name, code, report: existsSync(file) ? readFileSync(file, 'utf8') : undefined }
}

const runVitest = async (filters: readonly string[], { namePattern }: Selection): Promise<Outcome> => {
  const reporters = [
    '--reporter=dot',
    '--reporter=json',
    `--outputFile.json=${path.join(reports, 'vitest.json')}`,
  ]
  const pattern = namePattern === undefined ? [] : ['-t', namePattern]
  return vitestOutcome(
    await runRunner('vitest', [
      'node_modules/vitest/vitest.mjs',
      'run',
      ...reporters,
      ...pattern,
      ...filters,
    ]),
  )
}

const electronSpec = 'electron.spec.ts'

const runPlaywright = async (filters: readonly string[], { namePattern }: Selection): Promise<Outcome> => {
  const specs = globSync('*.spec.ts', { cwd: path.join(root, 'test', 'e2e') })
    .filter(spec => filters.length === 0 || filters.some(filter => `e2e/${spec}`.includes(filter)))
    .sort()
  const obstacles = new Map<string, string>()
  for (const spec of specs) {
    const obstacle = spec === electronSpec ? await electronObstacle() : await chromiumObstacle()
    if (obstacle !== undefined) obstacles.set(spec, obstacle)
  }
  const skipped = { ...noOutcome, skipped: [...obstacles].map(([spec, why]) => `e2e/${spec}: ${why}`) }
  const runnable = specs.filter(spec => !obstacles.has(spec))
  if (runnable.length === 0 && obstacles.size > 0) return skipped
  const pattern = namePattern === undefined ? [] : ['-g', namePattern]
  const args = ['test', '-c', 'test/e2e/playwright.config.ts', '--reporter=dot,json', ...pattern, ...runnable]
  const result = await runRunner(
    'e2e',
    ['node_modules/playwright/cli.js', ...args],
    'PLAYWRIGHT_JSON_OUTPUT_FILE',
  )
  return addOutcomes([playwrightOutcome(result), skipped])
}

const chromiumObstacle = async (): Promise<string | undefined> => {
  if (findChromium() !== undefined) return undefined
  const byHand = await installDebianPackage('chromium')
  if (findChromium() !== undefined) return undefined
  return `no chromium; run: ${byHand ?? 'sudo apt-get install -y chromium'}`
}

const electronObstacle = async (): Promise<string | undefined> => {
  if (!hasDisplay()) return 'no display for Electron'
  const electron = await obtainElectron({ retry: false })
  return electron.found ? undefined : `no Electron binary: ${electron.why}`
}

const list = (title: string, names: readonly string[]): void => {
  if (names.length > 0) console.log(`\n${title}:\n${names.map(name => `  ${name}`).join('\n')}`)
}

try {
  const selection = selectTests(process.argv.slice(2))
  const outcomes: Outcome[] = []
  if (selection.vitest !== undefined) outcomes.push(await runVitest(selection.vitest, selection))
  if (selection.playwright !== undefined) outcomes.push(await runPlaywright(selection.playwright, selection))
  const total = addOutcomes(outcomes)
  list('skipped', total.skipped)
  list('failed', total.failed)
  console.log(`\n${summaryLine(total)}`)
  if (total.failed.length > 0) process.exitCode = 1
} catch (error) {
  printSetUpError(error)
  process.exitCode = 2
}
