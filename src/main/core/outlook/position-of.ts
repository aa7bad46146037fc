import type { Migration, Round } from '../../../shared/model/migration.ts'
import { PAGE_BYTES } from '../../../shared/units.ts'
import { advance, atTheStart, nextRound, type Standing, type Surroundings, written } from './outlook.ts'

const during = (around: Surroundings, bytesPerSecond: number): Surroundings =>
  bytesPerSecond > 0 ? { ...around, pagesPerMs: bytesPerSecond / PAGE_BYTES / 1000 } : around

const dirtyPages = ({ dirty }: Standing): number => dirty.reduce((sum, pages) => sum + pages, 0)

const dirtiedEvenly = (standing: Standing, dirtiedPages: number): Standing => {
  const all = standing.clean.reduce((sum, pages) => sum + pages, 0)
  const share = all > 0 ? Math.min(1, dirtiedPages / all) : 0
  return {
    ...standing,
    clean: standing.clean.map(pages => pages * (1 - share)),
    dirty: standing.clean.map(pages => pages * share),
  }
}

/**
 * The standing with as many dirty pages as the host counted: each tier's in proportion, at most what it has. Where none were
 * expected they may be any.
 */
const counted = (standing: Standing, dirtiedPages: number): Standing => {
  const expected = dirtyPages(standing)
  if (expected <= 0) return dirtiedEvenly(standing, dirtiedPages)
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

/** No round may make memory look more than this much livelier or calmer than its heat was read to be. A guess. */
const MOST_CHANGE = 64

type Counted = Pick<Round, 'ms' | 'dirtiedPages'>

const dirtiedBy = (around: Surroundings, before: Standing, { ms }: Counted): number =>
  dirtyPages(advance(around, before, ms).standing)

/**
 * The surroundings as a round has shown them: written so much more often than their heat says that the round leaves as many
 * dirty pages as the host counted, by bisection on the factor's logarithm.
 */
const shownBy = (around: Surroundings, before: Standing, round: Counted): Surroundings => {
  let [low, high] = [-Math.log(MOST_CHANGE), Math.log(MOST_CHANGE)]
  for (let i = 0; i < 16; i++) {
    const middle = (low + high) / 2
    if (dirtiedBy(written(around, Math.exp(middle)), before, round) < round.dirtiedPages) low = middle
    else high = middle
  }
  return written(around, Math.exp((low + high) / 2))
}

/** Where a migration stands, and its surroundings as its last round has shown them to be. */
export interface Position {
  readonly around: Surroundings
  readonly standing: Standing
}

/** Where a round over memory has led. */
interface Reached {
  readonly standing: Standing
  /** By the heat as it was read. */
  readonly around: Surroundings
  /** As the round has shown it to be. */
  readonly lately: Surroundings
}

/**
 * At the beginning of a round, where heat does not tell of all writes in the one before, as it was read of a quieter guest: what
 * that one dirtied is taken to be what is written, each page at least once in its time.
 */
const setApart = ({ around, standing }: Reached, { ms }: Counted): Reached => {
  const { unsent, clean, dirty } = standing
  const pages = unsent.reduce((sum, each) => sum + each, 0)
  const read = unsent.reduce((sum, each, i) => sum + each * (around.tiers[i]?.writesPerPageSecond ?? 0), 0)
  const writesPerPageSecond = Math.max(1000 / Math.max(1, ms), pages > 0 ? read / pages : 0)
  const rest = around.tiers.map((tier, i) => ({ ...tier, pages: tier.pages - (unsent[i] ?? 0) }))
  const apart = { ...around, tiers: [...rest, { pages, writesPerPageSecond }] }
  return {
    around: apart,
    lately: apart,
    standing: {
      ...standing,
      unsent: Float64Array.of(...unsent.map(() => 0), pages),
      clean: Float64Array.of(...clean, 0),
      dirty: Float64Array.of(...dirty, 0),
    },
  }
}

/** Heat that was read since stands as it was read. */
const isReadSince = ({ readAtMs }: Surroundings, { startedAtMs, ms }: Round): boolean =>
  readAtMs !== undefined && readAtMs >= startedAtMs + ms

/** Plays a round again; heat that tells nothing of it leaves what it dirtied evenly spread. */
const playAgain = (around: Surroundings, before: Standing, round: Round): Reached => {
  const at = during(around, round.bandwidthBytesPerSecond)
  const shown = shownBy(at, before, round)
  const standing = afterRound(shown, before, round)
  const lately = isReadSince(around, round) ? around : { ...shown, pagesPerMs: around.pagesPerMs }
  return { standing, around, lately }
}

/** Whether the heat may be that of the guest as it was in a round. */
const tellsOf = (around: Surroundings, before: Standing, round: Round): boolean => {
  const most = written(during(around, round.bandwidthBytesPerSecond), MOST_CHANGE)
  return dirtiedBy(most, before, round) >= round.dirtiedPages
}

/** After the live rounds, one after the other. */
const afterRounds = (around: Surroundings, rounds: readonly Round[]): Reached => {
  let reached: Reached = { standing: atTheStart(around), around, lately: around }
  for (const [index, round] of rounds.entries()) {
    const before = reached.standing
    reached = playAgain(around, before, round)
    if (index < rounds.length - 1 || isReadSince(around, round) || tellsOf(around, before, round)) continue
    reached = setApart(reached, round)
  }
  return reached
}

/** Where a migration stands by tiers of memory: its rounds played again, and the running one up to `nowMs`. */
export const positionOf = (around: Surroundings, migration: Migration, nowMs: number): Position => {
  const { rounds, current } = migration
  const reached = afterRounds(
    around,
    rounds.filter(({ live }) => live),
  )
  if (current !== null) return underWay(reached, current, nowMs)
  return { around: reached.lately, standing: reached.standing }
}

type Pass = NonNullable<Migration['current']>

/** Fewer pages between two reports are chance. */
const LEAST_TOLD_PAGES = 200

/** Where the pass under way has come, and how lively the guest was between its last two reports. */
const underWay = (
  { around, lately, standing }: Reached,
  { startedAtMs, dirtiedPages, previous, atMs }: Pass,
  nowMs: number,
): Position => {
  const to = (ms: number): Standing => advance(lately, standing, Math.max(0, ms - startedAtMs)).standing
  if (previous === undefined || dirtiedPages === null || atMs === undefined || atMs <= previous.atMs)
    return { around: lately, standing: to(nowMs) }
  const before = counted(to(previous.atMs), previous.dirtiedPages)
  const expected = dirtyPages(advance(lately, before, atMs - previous.atMs).standing) - dirtyPages(before)
  const told = Math.max(0, dirtiedPages - previous.dirtiedPages)
  if (expected < LEAST_TOLD_PAGES && told < LEAST_TOLD_PAGES) return { around: lately, standing: to(nowMs) }
  const present = shownBy(around, before, {
    ms: atMs - previous.atMs,
    dirtiedPages: dirtyPages(before) + told,
  })
  return {
    around: present,
    standing: counted(advance(present, before, nowMs - previous.atMs).standing, dirtiedPages),
  }
}
