import type { Migration, Round } from '../../../shared/model/migration.ts'
import { PAGE_BYTES } from '../../../shared/units.ts'
import { advance, atTheStart, nextRound, type Standing, type Surroundings } from './outlook.ts'

const during = (around: Surroundings, bytesPerSecond: number): Surroundings =>
  bytesPerSecond > 0 ? { ...around, pagesPerMs: bytesPerSecond / PAGE_BYTES / 1000 } : around

/** The standing with as many dirty pages as the host counted: each tier's in proportion, at most what it has. */
const counted = (standing: Standing, dirtiedPages: number): Standing => {
  const expected = standing.dirty.reduce((sum, pages) => sum + pages, 0)
  if (expected <= 0) return standing
  const factor = dirtiedPages / expected
  const clean = Float64Array.from(standing.clean)
  const dirty = standing.dirty.map((pages, tier) => {
    const all = pages + (clean[tier] ?? 0)
    const scaled = Math.min(all, pages * factor)
    clean[tier] = all - scaled
    return scaled
  })
  return { ...standing, clean, dirty }
}

/** What is unsent when a round is over counts as sent: the model was a little behind. */
const finished = (standing: Standing): Standing => ({
  ...standing,
  unsent: new Float64Array(standing.unsent.length),
  clean: standing.clean.map((pages, tier) => pages + (standing.unsent[tier] ?? 0)),
})

const afterRound = (around: Surroundings, standing: Standing, round: Round): Standing => {
  const at = during(around, round.bandwidthBytesPerSecond)
  const over = finished(advance(at, standing, round.ms).standing)
  return nextRound(at, counted(over, round.dirtiedPages))
}

/** The surroundings with every tier written `factor` times as often. */
const written = (around: Surroundings, factor: number): Surroundings => ({
  ...around,
  tiers: around.tiers.map(tier => ({ ...tier, writesPerPageSecond: tier.writesPerPageSecond * factor })),
})

/** No round may make memory look more than this much livelier or calmer than its heat was read to be. A guess. */
const MOST_CHANGE = 8

/**
 * How much more often than its heat says memory was written in a round: the factor with which the round would have left as
 * many dirty pages as the host counted, by bisection on its logarithm.
 */
const livelinessIn = (around: Surroundings, before: Standing, round: Round): number => {
  const at = during(around, round.bandwidthBytesPerSecond)
  const dirtied = (factor: number): number =>
    advance(written(at, factor), before, round.ms).standing.dirty.reduce((sum, pages) => sum + pages, 0)
  let [low, high] = [-Math.log(MOST_CHANGE), Math.log(MOST_CHANGE)]
  for (let i = 0; i < 16; i++) {
    const middle = (low + high) / 2
    if (dirtied(Math.exp(middle)) < round.dirtiedPages) low = middle
    else high = middle
  }
  return Math.exp((low + high) / 2)
}

/** Where a migration stands, and its surroundings as its last round has shown them to be. */
export interface Position {
  readonly around: Surroundings
  readonly standing: Standing
}

/** Where a migration stands by tiers of memory: its rounds played again, and the running one up to `nowMs`. */
export const positionOf = (around: Surroundings, migration: Migration, nowMs: number): Position => {
  let standing = atTheStart(around)
  let factor = 1
  for (const round of migration.rounds) {
    if (!round.live) continue
    factor = livelinessIn(around, standing, round)
    standing = afterRound(written(around, factor), standing, round)
  }
  const present = written(around, factor)
  if (migration.current === null) return { around: present, standing }
  const sinceMs = Math.max(0, nowMs - migration.current.startedAtMs)
  return { around: present, standing: advance(present, standing, sinceMs).standing }
}
