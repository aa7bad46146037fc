import type { Migration, Round } from '../../../shared/model/migration.ts'
import { PAGE_BYTES } from '../../../shared/units.ts'

/** What a migration showed of its link, its guest's memory and its host's fixed costs; null: it did not show it. */
export interface ObservedGround {
  readonly bandwidthBytesPerSecond: number | null
  /** Share of memory that cost nothing on the link in round 1. */
  readonly zeroRatio: number | null
  /** From the end of a round to the start of the next. */
  readonly betweenRoundsMs: number | null
  /** The pause without its copying. */
  readonly fixedPauseMs: number | null
  /** Pages that were dirty in the pause beyond those of the last live round. */
  readonly suspendDirtyPages: number | null
}

export const NOTHING_OBSERVED: ObservedGround = {
  bandwidthBytesPerSecond: null,
  zeroRatio: null,
  betweenRoundsMs: null,
  fixedPauseMs: null,
  suspendDirtyPages: null,
}

/** Less is told by the marks and lengths that travel along with pages. */
const LEAST_ZERO_RATIO = 0.01
const MOST_ZERO_RATIO = 0.99

export const liveRoundsOf = ({ rounds }: Pick<Migration, 'rounds'>): readonly Round[] =>
  rounds.filter(round => round.live && round.ms > 0)

const bytesOf = (round: Round): number => (round.bandwidthBytesPerSecond * round.ms) / 1000

const bandwidthOf = (rounds: readonly Round[]): number | null => {
  const ms = rounds.reduce((sum, round) => sum + round.ms, 0)
  const bytes = rounds.reduce((sum, round) => sum + bytesOf(round), 0)
  return ms > 0 && bytes > 0 ? (bytes * 1000) / ms : null
}

const zeroRatioOf = (first: Round | undefined): number | null => {
  if (first?.index !== 1 || first.sentPages === 0) return null
  const ratio = 1 - bytesOf(first) / (first.sentPages * PAGE_BYTES)
  return ratio < LEAST_ZERO_RATIO ? 0 : Math.min(MOST_ZERO_RATIO, ratio)
}

const betweenRoundsOf = (rounds: readonly Round[]): number | null => {
  const gaps = rounds
    .slice(1)
    .map((round, i) => {
      const before = rounds[i]
      return before ? Math.max(0, round.startedAtMs - before.startedAtMs - before.ms) : 0
    })
    .sort((a, b) => a - b)
  return gaps[Math.floor(gaps.length / 2)] ?? null
}

/** Reads a migration's own reports for the ground it was carried out on. */
export const observedGround = (migration: Migration): ObservedGround => {
  const live = liveRoundsOf(migration)
  const last = migration.rounds.find(round => !round.live)
  const { downtimeMs, postCopy } = migration
  const isKnown = downtimeMs !== null && (postCopy !== null || last !== undefined)
  const dirtied = live.at(-1)?.dirtiedPages
  return {
    bandwidthBytesPerSecond: bandwidthOf(live),
    zeroRatio: zeroRatioOf(live[0]),
    betweenRoundsMs: betweenRoundsOf(live),
    fixedPauseMs: isKnown ? Math.max(0, downtimeMs - (last?.ms ?? 0)) : null,
    suspendDirtyPages: last && dirtied !== undefined ? Math.max(0, last.sentPages - dirtied) : null,
  }
}
