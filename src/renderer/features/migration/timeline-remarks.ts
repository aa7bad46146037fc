import type { Migration } from '../../../shared/model/migration.ts'
import { formatDuration } from '../../../shared/units.ts'

/** Less is the rounding of clocks, ms. */
const LEAST_JUMP_MS = 50

interface Moment {
  readonly name: string
  /** What its last instant is called. */
  readonly over: string
  readonly fromMs: number
  readonly toMs: number
}

/** What a migration told of, in the order in which it told it. */
const momentsOf = ({ rounds, pausedAtMs, resumedAtMs, endedAtMs }: Migration): readonly Moment[] => {
  const at = (name: string, ms: number | null) =>
    ms === null ? [] : [{ name, over: name, fromMs: ms, toMs: ms }]
  const live = rounds.filter(round => round.live)
  return [
    ...live.map(({ index, startedAtMs, ms }) => ({
      name: `round ${index}`,
      over: `the end of round ${index}`,
      fromMs: startedAtMs,
      toMs: startedAtMs + ms,
    })),
    ...at('the pause', pausedAtMs),
    ...at('the end of the pause', resumedAtMs),
    ...at('the end', endedAtMs),
  ]
}

/** What is odd about the times and rounds of a migration, in sentences: they are shown as its host told them. */
export const timelineRemarks = (migration: Migration): readonly string[] => {
  let before: Moment = {
    name: 'the start',
    over: 'the start',
    fromMs: migration.startedAtMs,
    toMs: migration.startedAtMs,
  }
  const jumps: string[] = []
  for (const moment of momentsOf(migration)) {
    const backMs = before.toMs - moment.fromMs
    if (backMs > LEAST_JUMP_MS)
      jumps.push(
        `By its host's clock ${moment.name} came ${formatDuration(backMs)} before ${before.over}: that clock was set back meanwhile. Times are shown as they were told.`,
      )
    before = moment
  }
  const empty = migration.rounds.filter(round => round.live && round.ms <= 0)
  const [first] = empty
  return [
    ...jumps,
    ...(first
      ? [
          empty.length === 1
            ? `Round ${first.index} took no measurable time: it has no rates.`
            : `${empty.length} rounds took no measurable time, the first of them round ${first.index}: they have no rates.`,
        ]
      : []),
  ]
}
