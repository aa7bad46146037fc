import { readFileSync } from 'node:fs'
import path from 'node:path'
import { gunzipSync } from 'node:zlib'
import { type QemuRun, qemuRunsOf } from '../../src/main/core/migration/qemu-polls.ts'

const recorded = path.resolve(import.meta.dirname, '../../resources/qemu-polls/polls.csv.gz')

/** The recorded runs, or those of the CSV that QEMU_POLLS names. */
export const qemuRecordings = (): readonly QemuRun[] => {
  const other = process.env.QEMU_POLLS
  return qemuRunsOf(
    other === undefined ? gunzipSync(readFileSync(recorded)).toString('utf8') : readFileSync(other, 'utf8'),
  )
}

/** The limit that the recorded QEMU was given, ms: its default. */
export const DOWNTIME_LIMIT_MS = 300

/** The recorded load ran for ever, slowed QEMU's guest, or handed over, by the scenario's name. */
export const isAutoConverge = ({ scenario }: QemuRun): boolean => /auto-?converge/i.test(scenario)

/** When post-copy began; infinity where it did not. */
export const switchedAtMs = ({ polls }: QemuRun): number =>
  polls.find(({ status }) => status.startsWith('postcopy'))?.totalMs ?? Number.POSITIVE_INFINITY

export const totalMsOf = ({ polls }: QemuRun): number => polls.at(-1)?.totalMs ?? 0
