import {
  advance,
  ifStopped,
  ifSwitched,
  nextRound,
  type Outlook,
  type Standing,
  type Surroundings,
} from './outlook.ts'

/** What a migration's figures are worth: each is made a plain number and weighed. */
export interface CostTerms {
  readonly weights: {
    readonly total: number
    readonly unavailability: number
    readonly bytes: number
    readonly slowDown: number
  }
  /** The least total time: pages with content over the bandwidth, and the round trip. */
  readonly boundMs: number
  readonly contentPages: number
  /** Unavailability that is still acceptable, ms. */
  readonly slaDowntimeMs: number
}

/** The stated cost: total over its bound, unavailability over what is acceptable, bytes over content, slow-down over total. */
export const costOf = (
  { weights, boundMs, contentPages, slaDowntimeMs }: CostTerms,
  outlook: Outlook,
): number =>
  (weights.total * outlook.totalMs) / boundMs +
  (weights.unavailability * (outlook.downtimeMs + outlook.stallMs)) / slaDowntimeMs +
  (weights.bytes * outlook.pagesSent) / contentPages +
  (weights.slowDown * outlook.lostMs) / outlook.totalMs

/** A way to go on: keep sending for `waitMs`, then hand over. */
export interface Course {
  readonly ending: 'switch' | 'stop-and-copy'
  readonly waitMs: number
  readonly outlook: Outlook
  readonly cost: number
}

/** How far ahead courses are looked at: this many passes over memory, each cut into so many moments. */
const PASSES_AHEAD = 3
const MOMENTS_PER_PASS = 32
/** Later rounds are so short that they change little. */
const ROUNDS_AHEAD = 8

export interface Choices {
  readonly canSwitch: boolean
  readonly canStop: boolean
}

const endingsOf = ({ canSwitch, canStop }: Choices, around: Surroundings, standing: Standing) => [
  ...(canSwitch ? [{ ending: 'switch' as const, outlook: ifSwitched(around, standing) }] : []),
  ...(canStop ? [{ ending: 'stop-and-copy' as const, outlook: ifStopped(around, standing) }] : []),
]

/**
 * The course of least cost from here. Every way looks like this: send on for a while, in this round and the next ones, then
 * switch or stop and copy; the moments are evenly spaced and the ends of rounds.
 */
export const chooseCourse = (
  around: Surroundings,
  standing: Standing,
  given: { readonly terms: CostTerms; readonly choices: Choices },
): Course | null => {
  const { terms, choices } = given
  const passMs = terms.contentPages / around.pagesPerMs
  const stepMs = passMs / MOMENTS_PER_PASS
  let best: Course | null = null
  let at = standing
  let rounds = 0
  while (rounds <= ROUNDS_AHEAD && at.elapsedMs - standing.elapsedMs <= PASSES_AHEAD * passMs) {
    const waitMs = at.elapsedMs - standing.elapsedMs
    for (const { ending, outlook } of endingsOf(choices, around, at)) {
      const cost = costOf(terms, outlook)
      if (best === null || cost < best.cost) best = { ending, waitMs, outlook, cost }
    }
    const next = advance(around, at, stepMs)
    const roundEnds = next.usedMs < stepMs
    if (roundEnds) rounds++
    at = roundEnds ? nextRound(around, next.standing) : next.standing
  }
  return best
}
