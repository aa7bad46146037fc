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

/** Set for the run under the newer Node. */
const rerunMark = 'LONGSHORE_RERUN'

/**
 * Ends this process when the one that started it ends: npm, when it is killed, ends the shell between us and forgets
 * us, and the older Node that started this one may be killed too. A command started by hand may outlive its shell.
 */
export const endWithParent = () => {
  const { npm_lifecycle_event: npmScript, [rerunMark]: rerun } = process.env
  if (process.platform === 'win32' || (npmScript === undefined && rerun === undefined)) return
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
    // In a group of its own it gets each signal once, from us; in ours a terminal's Ctrl-C would reach it twice.
    const ownGroup = process.platform !== 'win32'
    const env = { ...process.env, [rerunMark]: '1' }
    const child = spawn(node, process.argv.slice(1), { stdio: 'inherit', env, detached: ownGroup })
    for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP']))
      process.on(signal, () => ownGroup && child.kill(signal))
    child.once('error', reject)
    child.once('exit', (code, signal) => process.exit(code ?? (signal === 'SIGINT' ? 130 : 143)))
  })
