import { readFile } from 'node:fs/promises'
import { cpus, freemem, totalmem } from 'node:os'
import { KIB } from '../../../shared/units.ts'

/** Ticks of /proc in a second: what Linux has told programs since before it had 64 bits. */
const TICKS_PER_SECOND = 100

/** CPU seconds that a thread has used; undefined where /proc does not tell. */
const threadSeconds = async (tid: number): Promise<number | undefined> => {
  const text = await readFile(`/proc/${tid}/stat`, 'utf8').catch(() => '')
  // The name in brackets may hold anything, brackets and spaces as well.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
  const [user, system] = [Number(fields[11]), Number(fields[12])]
  return Number.isFinite(user + system) && text !== '' ? (user + system) / TICKS_PER_SECOND : undefined
}

/** CPU seconds that the vCPUs have used in all. */
export const cpuSecondsOf = async (threads: readonly number[]): Promise<number | undefined> => {
  const each = await Promise.all(threads.map(threadSeconds))
  return each.reduce<number | undefined>(
    (sum, seconds) => (sum === undefined || seconds === undefined ? undefined : sum + seconds),
    0,
  )
}

/** Bytes of memory that the process of a thread holds. */
export const residentBytesOf = async (tid: number | undefined): Promise<number | undefined> => {
  if (tid === undefined) return undefined
  const status = await readFile(`/proc/${tid}/status`, 'utf8').catch(() => '')
  const kib = /^VmRSS:\s+(\d+) kB/m.exec(status)?.[1]
  return kib === undefined ? undefined : Number(kib) * KIB
}

/** This machine's CPU time, ms over all its CPUs, and its memory. */
export const machineFigures = () => {
  const times = cpus().map(cpu => cpu.times)
  const idleMs = times.reduce((sum, time) => sum + time.idle, 0)
  const allMs = times.reduce((sum, { user, nice, sys, idle, irq }) => sum + user + nice + sys + idle + irq, 0)
  return { idleMs, allMs, freeBytes: freemem(), totalBytes: totalmem() }
}
