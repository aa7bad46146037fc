import { readFileSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'

const GONE_MS = 5000
const LOOK_MS = 20

const procFile = (pid: number, name: string): string | null => {
  try {
    return readFileSync(`/proc/${pid}/${name}`, 'utf8')
  } catch {
    return null
  }
}

/** When a process began, in ticks since the machine did: with its number it names one process for ever. Null for none. */
export const startTicksOf = (pid: number): number | null => {
  const stat = procFile(pid, 'stat')
  // The name in parentheses may hold anything; state is the 3rd field, the start the 22nd (proc(5)).
  const fields = stat?.slice(stat.lastIndexOf(')') + 2).split(' ')
  return fields === undefined ? null : Number(fields[19])
}

/** The process that a pid file names, if it is the QEMU that was told to write this file; null otherwise. */
export const qemuOf = (pidFile: string): number | null => {
  try {
    const pid = Number(readFileSync(pidFile, 'utf8'))
    return Number.isSafeInteger(pid) && procFile(pid, 'cmdline')?.split('\0').includes(pidFile) ? pid : null
  } catch {
    return null
  }
}

/** Kills the QEMU of a pid file and waits until it is gone; does nothing where there is none. */
export const killQemu = async (pidFile: string): Promise<void> => {
  const pid = qemuOf(pidFile)
  if (pid === null) return
  try {
    process.kill(pid, 'SIGKILL')
  } catch {
    return
  }
  const until = performance.now() + GONE_MS
  // A process that has ended keeps its number, without a command line, until its parent has heard.
  while (qemuOf(pidFile) !== null && performance.now() < until) await delay(LOOK_MS)
}
