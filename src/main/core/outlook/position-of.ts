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

/** With every page written alike, about as often as a round that dirtied so many of them tells. */
const writtenAlike = (around: Surroundings, { ms, dirtiedPages }: Counted): Surroundings => {
  const pages = around.tiers.reduce((sum, tier) => sum + tier.pages, 0)
  const writesPerPageSecond = pages > 0 && ms > 0 ? (dirtiedPages / pages / ms) * 1000 : 0
  return { ...around, tiers: around.tiers.map(tier => ({ ...tier, writesPerPageSecond })) }
}

/**
 * The surroundings as a round has shown them: written so much more often than their heat says that the round leaves as many
 * dirty pages as the host counted, by bisection on the factor's logarithm. Heat that was read while nothing was written tells
 * nothing of where writes go: every page is then taken to be written alike.
 */
const shownBy = (around: Surroundings, before: Standing, round: Counted): Surroundings => {
  const dirtied = (heat: Surroundings, factor: number): number =>
    dirtyPages(advance(written(heat, factor), before, round.ms).standing)
  const isExplained = dirtied(around, MOST_CHANGE) >= round.dirtiedPages
  const heat = isExplained ? around : writtenAlike(around, round)
  let [low, high] = [-Math.log(MOST_CHANGE), Math.log(MOST_CHANGE)]
  for (let i = 0; i < 16; i++) {
    const middle = (low + high) / 2
    if (dirtied(heat, Math.exp(middle)) < round.dirtiedPages) low = middle
    else high = middle
  }
  return written(heat, Math.exp((low + high) / 2))
}

/** Where a migration stands, and its surroundings as its last round has shown them to be. */
export interface Position {
  readonly around: Surroundings
  readonly standing: Standing
}

/**
 * Where a migration stands by tiers of memory: its rounds played again, and the running one up to `nowMs`. Heat that was read
 * since the last round ended stands as it was read.
 */
export const positionOf = (around: Surroundings, migration: Migration, nowMs: number): Position => {
  let standing = atTheStart(around)
  let lately = around
  for (const round of migration.rounds) {
    if (!round.live) continue
    lately = shownBy(during(around, round.bandwidthBytesPerSecond), standing, round)
    standing = afterRound(lately, standing, round)
  }
  const { current } = migration
  const isFresh = current !== null && (around.readAtMs ?? Number.NEGATIVE_INFINITY) >= current.startedAtMs
  lately = isFresh ? around : { ...lately, pagesPerMs: around.pagesPerMs }
  if (current === null) return { around: lately, standing }
  return underWay({ around, lately, standing }, current, nowMs)
}

type Pass = NonNullable<Migration['current']>

/** Fewer pages between two reports are chance. */
const LEAST_TOLD_PAGES = 200

/** Where the pass under way has come, and how lively the guest was between its last two reports. */
const underWay = (
  { around, lately, standing }: { around: Surroundings; lately: Surroundings; standing: Standing },
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
