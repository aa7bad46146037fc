import { spawn } from 'node:child_process'
import path from 'node:path'
import { build, isBuildCurrent } from './build.mjs'
import { arePackagesCurrent, installPackages } from './packages.mjs'
import { runtimeFolder } from './places.mjs'
import { runtimeNode } from './runtime-node.mjs'
import { withSetUpLock } from './set-up-lock.mjs'
import { isNewEnough } from './version.mjs'

/**
 * Goes on only under a new enough Node: an older one runs this very command again under the one kept in the clone and
 * ends as it ends. Resolves when the caller is to go on.
 * @returns {Promise<void>}
 */
export const needNode = async () => {
  if (!isNewEnough(process.versions.node)) await runAgainUnder(await runtimeNode())
  const folder = path.dirname(process.execPath)
  if (folder.startsWith(runtimeFolder)) putFirstInPath(folder)
}

/**
 * npm, when it is ended, ends the shell between us and forgets us; whoever is left behind asks itself to end. Without
 * npm nothing watches, so that a command may outlive the shell that started it.
 */
export const endWithNpm = () => {
  if (process.env.npm_lifecycle_event === undefined || process.platform === 'win32') return
  const parent = process.ppid
  const watch = setInterval(() => {
    if (process.ppid === parent) return
    clearInterval(watch)
    process.kill(process.pid, 'SIGTERM')
  }, 500)
  watch.unref()
}

/** @param {{ verbose: boolean, built: boolean }} options */
export const setUp = async ({ verbose, built }) => {
  const isReady = () => arePackagesCurrent() && (!built || isBuildCurrent())
  if (isReady()) return
  await withSetUpLock(runtimeFolder, async () => {
    if (!arePackagesCurrent()) await installPackages({ verbose })
    if (built && !isBuildCurrent()) await build({ verbose })
  })
}

/** @param {string} folder */
const putFirstInPath = folder => {
  const name = Object.keys(process.env).find(key => key.toUpperCase() === 'PATH') ?? 'PATH'
  process.env[name] = `${folder}${path.delimiter}${process.env[name] ?? ''}`
}

/**
 * Never resolves: this process ends with the other.
 * @param {string} node
 * @returns {Promise<never>}
 */
const runAgainUnder = node =>
  new Promise((_, reject) => {
    const child = spawn(node, process.argv.slice(1), { stdio: 'inherit' })
    // A terminal sends Ctrl-C to both of us; a signal sent to this process alone is passed on.
    process.on('SIGINT', () => {})
    for (const signal of /** @type {const} */ (['SIGTERM', 'SIGHUP']))
      process.on(signal, () => child.kill(signal))
    child.once('error', reject)
    child.once('exit', (code, signal) => process.exit(code ?? (signal === 'SIGINT' ? 130 : 143)))
  })
