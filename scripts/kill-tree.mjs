import { execFileSync } from 'node:child_process'
import fs from 'node:fs'
import { setTimeout as wait } from 'node:timers/promises'

/** How long a program may take to end by itself, in ms: long enough for Playwright to close its browser. */
const graceMs = 5_000

/**
 * Asks a child to end as Ctrl-C does and, after a grace, ends it and everything below it, whatever group it is in.
 * @param {import('node:child_process').ChildProcess} child
 */
export const killTree = async child => {
  if (child.pid === undefined || child.exitCode !== null) return
  if (process.platform === 'win32') {
    execFileSync('taskkill', ['/PID', String(child.pid), '/T', '/F'], { stdio: 'ignore' })
    return
  }
  const family = [child.pid, ...descendantsOf(child.pid, parents())]
  signal(-child.pid, 'SIGINT')
  const deadlineMs = performance.now() + graceMs
  while (family.some(isAlive) && performance.now() < deadlineMs) await wait(50)
  for (const pid of [...family, -child.pid]) signal(pid, 'SIGKILL')
}

/**
 * All processes below `pid`, nearest first.
 * @param {number} pid
 * @param {ReadonlyMap<number, number>} parentByPid
 * @returns {number[]}
 */
export const descendantsOf = (pid, parentByPid) => {
  const children = [...parentByPid].filter(([, parent]) => parent === pid).map(([child]) => child)
  return [...children, ...children.flatMap(child => descendantsOf(child, parentByPid))]
}

/** @returns {Map<number, number>} */
const parents = () => (process.platform === 'linux' ? parentsFromProc() : parentsFromPs())

const parentsFromProc = () => {
  /** @type {Map<number, number>} */
  const parentByPid = new Map()
  for (const name of fs.readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue
    try {
      const status = fs.readFileSync(`/proc/${name}/stat`, 'utf8')
      // The second field is the program's name in parentheses and may itself hold parentheses and spaces.
      const afterName = status.slice(status.lastIndexOf(')') + 2).split(' ')
      parentByPid.set(Number(name), Number(afterName[1]))
    } catch {
      // It ended while we looked.
    }
  }
  return parentByPid
}

const parentsFromPs = () => {
  const lines = execFileSync('ps', ['-A', '-o', 'pid=,ppid='], { encoding: 'utf8' }).trim().split('\n')
  return new Map(lines.map(line => /** @type {[number, number]} */ (line.trim().split(/\s+/).map(Number))))
}

/** @param {number} pid */
const isAlive = pid => signal(pid, 0)

/**
 * @param {number} pid
 * @param {NodeJS.Signals | 0} name
 */
const signal = (pid, name) => {
  try {
    process.kill(pid, name)
    return true
  } catch {
    return false
  }
}
