import fs from 'node:fs'
import path from 'node:path'
import { run } from './child.mjs'
import { fingerprint, isStamped } from './fingerprint.mjs'
import { root } from './places.mjs'
import { step } from './progress.mjs'
import { SetUpError } from './set-up-error.mjs'

/** Everything that the built files depend on. */
const sources = ['src', 'electron.vite.config.ts', 'package.json', 'package-lock.json', 'tsconfig.base.json']
const stampFile = path.join(root, 'out', '.built-from')

/** Whether out/ was built from the sources as they are. */
export const isBuildCurrent = () =>
  fs.existsSync(path.join(root, 'out', 'main', 'cli.js')) && isStamped(stampFile, fingerprint(root, sources))

/** @param {{ verbose: boolean }} options */
export const build = ({ verbose }) =>
  step('building', async () => {
    // Taken before: a source that changes while it is being built must be built again.
    const stamp = fingerprint(root, sources)
    fs.rmSync(stampFile, { force: true })
    const builder = path.join(root, 'node_modules', 'electron-vite', 'bin', 'electron-vite.js')
    const { code, output } = await run(process.execPath, [builder, 'build'], { cwd: root, quiet: !verbose })
    if (code !== 0)
      throw new SetUpError({
        message: `The build failed with code ${code}.`,
        remedy: 'Its messages are above; `npm run check` finds the same faults faster.',
        output,
      })
    fs.writeFileSync(stampFile, stamp)
  })
