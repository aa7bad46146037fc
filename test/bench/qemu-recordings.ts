import { readFileSync } from 'node:fs'
import path from 'node:path'
import { gunzipSync } from 'node:zlib'
import { type QemuRound, type QemuRun, qemuRunsOf } from '../../src/main/core/migration/qemu-polls.ts'

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

/** Whether QEMU slowed the guest down, by the scenario's name. */
export const isAutoConverge = ({ scenario }: QemuRun): boolean => /auto-?converge/i.test(scenario)

/** When post-copy began; infinity where it did not. */
export const switchedAtMs = ({ polls }: QemuRun): number =>
  polls.find(({ status }) => status.startsWith('postcopy'))?.totalMs ?? Number.POSITIVE_INFINITY

export const totalMsOf = ({ polls }: QemuRun): number => polls.at(-1)?.totalMs ?? 0

/** Above this share of the link a guest is taken to be still at its load. */
const AT_ITS_LOAD = 0.6
/** Whether the recorded migration ended only because its load did. */
export const isEndless = ({ scenario }: QemuRun): boolean => /nonconvergent/i.test(scenario)

/** When the load of a run that does not converge ended: at the last round that dirtied as much as the link nearly takes. */
export const loadEndOf = (run: QemuRun, rounds: readonly QemuRound[]): number =>
  isEndless(run)
    ? (rounds.findLast(round => round.dirtiedPages / round.ms > AT_ITS_LOAD * round.pagesPerMs)?.endedAtMs ??
      Number.POSITIVE_INFINITY)
    : Number.POSITIVE_INFINITY
