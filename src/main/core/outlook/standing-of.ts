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

/** Where a migration stands by tiers of memory: its rounds played again, and the running one up to `nowMs`. */
export const standingOf = (around: Surroundings, migration: Migration, nowMs: number): Standing => {
  const rounds = migration.rounds.filter(round => round.live)
  const standing = rounds.reduce((at, round) => afterRound(around, at, round), atTheStart(around))
  if (migration.current === null) return standing
  return advance(around, standing, Math.max(0, nowMs - migration.current.startedAtMs)).standing
}
