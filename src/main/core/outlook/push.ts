import type { Surroundings } from './outlook.ts'

/** From a switch until the last missing page is there. */
export interface Push {
  readonly ms: number
  /** Guest time lost to waiting for pages. */
  readonly lostMs: number
  readonly faults: number
}

/** Ms that a vCPU waits for a page that it has asked for. */
export const requestMs = ({ roundTripMs, pagesPerMs, backlogMs, requests }: Surroundings): number =>
  roundTripMs + backlogMs + (requests === 'within' ? 1 / pagesPerMs : 0)

/** Tiers whose pages are pushed together after a switch, one set after the other. */
const pushTurns = ({ order, tiers }: Surroundings): readonly (readonly number[])[] => {
  const all = tiers.map((_, tier) => tier)
  switch (order) {
    case 'cold-first':
      return all.toReversed().map(tier => [tier])
    case 'address':
      return all.map(tier => [tier])
    case 'mixed':
      return [all]
  }
}

/**
 * Mean share of its time that a vCPU waits while the waits that it would meet in a ms of running fall evenly from `most` to
 * `least`: of w to come it waits w / (1 + w), whose mean is 1 - ln((1 + most) / (1 + least)) / (most - least).
 */
const meanWaiting = (most: number, least: number): number => {
  const fall = most - least
  return fall < 1e-9 * (1 + most) ? most / (1 + most) : 1 - Math.log1p(fall / (1 + least)) / fall
}

const totalOf = (values: Float64Array, tiers: readonly number[]): number =>
  tiers.reduce((total, tier) => total + (values[tier] ?? 0), 0)

/** Pages that are asked for hold up the push by as much as they spare it. That the hot among them are there soon is left out. */
const pushWithin = (around: Surroundings, missing: Float64Array): Push => {
  const { tiers, pagesPerMs, vcpuCount } = around
  const waitMs = requestMs(around)
  const hitsPerMs = missing.map((pages, tier) => (pages * (tiers[tier]?.writesPerPageSecond ?? 0)) / 1000)
  let hitsLeft = hitsPerMs.reduce((total, hits) => total + hits, 0)
  let lostMs = 0
  for (const turn of pushTurns(around)) {
    const hits = totalOf(hitsPerMs, turn)
    const [most, least] = [(hitsLeft * waitMs) / vcpuCount, ((hitsLeft - hits) * waitMs) / vcpuCount]
    lostMs += (totalOf(missing, turn) / pagesPerMs) * meanWaiting(most, least)
    hitsLeft -= hits
  }
  const pages = missing.reduce((total, each) => total + each, 0)
  return { ms: pages / pagesPerMs, lostMs, faults: (lostMs * vcpuCount) / waitMs }
}

/** Writes that meet missing pages in a ms of a guest that waits for none. */
const hitsPerMs = (missing: Float64Array, perMs: Float64Array): number => {
  let hits = 0
  for (let tier = 0; tier < missing.length; tier++) hits += (missing[tier] ?? 0) * (perMs[tier] ?? 0)
  return hits
}

/** Takes from what is missing the pages that are written within `ms` of running; returns how many. */
const takeAsked = (missing: Float64Array, perMs: Float64Array, ms: number): number => {
  let total = 0
  for (let tier = 0; tier < missing.length; tier++) {
    const pages = missing[tier] ?? 0
    if (pages === 0) continue
    const asked = -pages * Math.expm1(-(perMs[tier] ?? 0) * ms)
    missing[tier] = pages - asked
    total += asked
  }
  return total
}

/** A push is looked at in so many steps at least: more of them change no figure by 2 %. */
const LEAST_STEPS = 48

/** Pages that are asked for spare the push as many: what is written much is there soon, wherever it lies. */
const pushBeside = (around: Surroundings, atSwitch: Float64Array): Push => {
  const { tiers, pagesPerMs, vcpuCount } = around
  const waitMs = requestMs(around)
  const perMs = Float64Array.from(tiers, tier => tier.writesPerPageSecond / 1000)
  const missing = Float64Array.from(atSwitch)
  const turns = pushTurns(around).filter(turn => totalOf(missing, turn) > 0)
  const steps = Math.ceil(LEAST_STEPS / turns.length)
  let [pushMs, lostMs, faults] = [0, 0, 0]
  for (const turn of turns)
    for (let left = steps; left > 0; left--) {
      const ms = totalOf(missing, turn) / left / pagesPerMs
      const speed = 1 / (1 + (hitsPerMs(missing, perMs) * waitMs) / vcpuCount)
      faults += takeAsked(missing, perMs, speed * ms)
      for (const tier of turn) missing[tier] = (missing[tier] ?? 0) * (1 - 1 / left)
      pushMs += ms
      lostMs += ms * (1 - speed)
    }
  return { ms: pushMs, lostMs, faults }
}

/**
 * How the `missing` pages of each tier come after a switch. A vCPU that writes to one of them waits until it is there; while
 * most writes meet missing pages the guest goes at the pace of its requests.
 */
export const pushOf = (around: Surroundings, missing: Float64Array): Push =>
  around.requests === 'within' ? pushWithin(around, missing) : pushBeside(around, missing)

/** No push is shorter, however much the guest asks for. */
export const leastPushMs = (around: Surroundings, missingPages: number): number => {
  const { pagesPerMs, vcpuCount, requests } = around
  return missingPages / (pagesPerMs + (requests === 'within' ? 0 : vcpuCount / requestMs(around)))
}
