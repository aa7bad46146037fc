import { spawn } from 'node:child_process'
import { killTree } from './kill-tree.mjs'

/**
 * @typedef {object} RunOptions
 * @property {NodeJS.ProcessEnv} [env]
 * @property {boolean} [quiet] keep the output for the caller instead of showing it
 * @property {number} [timeoutMs]
 */

/** How much of a quiet child's output is kept, in characters. */
const keptOutput = 20_000

/**
 * Runs a program in its own process group and waits for it. When this process is asked to end, so is everything the
 * program started; when the program has ended, so has everything it left behind.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {RunOptions & { cwd: string }} options
 * @returns {Promise<{ code: number, output: string, timedOut: boolean }>}
 */
export const run = (command, args, { cwd, env = process.env, quiet = false, timeoutMs }) =>
  new Promise((resolve, reject) => {
    const ownGroup = process.platform !== 'win32'
    const stdio = quiet ? ['ignore', 'pipe', 'pipe'] : ['ignore', 'inherit', 'inherit']
    const child = spawn(command, args, {
      cwd,
      env: quiet ? { ...env, NO_COLOR: '1', FORCE_COLOR: undefined } : env,
      detached: ownGroup,
      windowsHide: true,
      stdio: /** @type {any} */ (stdio),
    })
    let output = ''
    let timedOut = false
    for (const pipe of [child.stdout, child.stderr])
      pipe?.on('data', chunk => {
        output = (output + chunk).slice(-keptOutput)
      })
    const end = () => void killTree(child)
    /** @param {NodeJS.Signals} signal */
    const endWithUs = signal => {
      process.exitCode = signal === 'SIGINT' ? 130 : 143
      void killTree(child).then(() => process.exit())
    }
    const timer =
      timeoutMs === undefined
        ? undefined
        : setTimeout(() => {
            timedOut = true
            end()
          }, timeoutMs)
    const signals = /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])
    for (const signal of signals) process.on(signal, endWithUs)
    const forget = () => {
      clearTimeout(timer)
      for (const signal of signals) process.off(signal, endWithUs)
    }
    child.once('error', error => {
      forget()
      reject(error)
    })
    child.once('exit', (code, signal) => {
      // The pipes of a grandchild that outlives the child would keep 'close' from ever coming.
      setTimeout(() => {
        child.stdout?.destroy()
        child.stderr?.destroy()
      }, 500).unref()
      child.once('close', () => {
        forget()
        if (ownGroup) killGroup(child.pid)
        resolve({ code: code ?? (signal === null ? 1 : 128), output, timedOut })
      })
    })
  })

/** @param {number | undefined} groupId */
const killGroup = groupId => {
  if (groupId === undefined) return
  try {
    process.kill(-groupId, 'SIGKILL')
  } catch {
    // The group is empty: nothing was left behind.
  }
}
