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

/** A push is looked at in so many steps at least: more of them change no figure by 2 %. */
const LEAST_STEPS = 48

/** Pages that are asked for spare the push as many: what is written much is there soon, wherever it lies. */
const pushBeside = (around: Surroundings, atSwitch: Float64Array): Push => {
  const { tiers, pagesPerMs, vcpuCount } = around
  const waitMs = requestMs(around)
  const missing = Float64Array.from(atSwitch)
  const turns = pushTurns(around)
  const [push, steps] = [{ ms: 0, lostMs: 0, faults: 0 }, Math.ceil(LEAST_STEPS / turns.length)]
  for (const turn of turns)
    for (let left = steps; left > 0; left--) {
      const ms = totalOf(missing, turn) / left / pagesPerMs
      const hits = missing.reduce(
        (total, pages, tier) => total + (pages * (tiers[tier]?.writesPerPageSecond ?? 0)) / 1000,
        0,
      )
      const speed = 1 / (1 + (hits * waitMs) / vcpuCount)
      for (let tier = 0; tier < tiers.length; tier++) {
        const writes = ((tiers[tier]?.writesPerPageSecond ?? 0) / 1000) * speed * ms
        const asked = (missing[tier] ?? 0) * -Math.expm1(-writes)
        missing[tier] = (missing[tier] ?? 0) - asked
        push.faults += asked
      }
      for (const tier of turn) missing[tier] = (missing[tier] ?? 0) * (1 - 1 / left)
      push.ms += ms
      push.lostMs += ms * (1 - speed)
    }
  return push
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
