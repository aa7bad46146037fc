import {
  advance,
  ifStopped,
  ifSwitched,
  nextRound,
  type Outlook,
  type Standing,
  type Surroundings,
  written,
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

/** A way to go on: keep sending for `waitMs` with the guest at `speed`, then hand over. */
export interface Course {
  /** Part of its speed that the guest is left from `slowFromMs` on, 0..1. */
  readonly speed: number
  readonly slowFromMs: number
  readonly ending: 'switch' | 'stop-and-copy'
  readonly waitMs: number
  readonly outlook: Outlook
  readonly cost: number
}

/** How far ahead courses are looked at: this many passes over memory, each cut into so many moments. */
const PASSES_AHEAD = 3
const MOMENTS_PER_PASS = 32
const SLOW_DOWN_MOMENTS_PER_PASS = 12
/** Later rounds are so short that they change little. */
const ROUNDS_AHEAD = 8

export interface Choices {
  readonly canSwitch: boolean
  readonly canStop: boolean
  /** Speeds that the guest can be slowed to, the present one first. */
  readonly speeds: readonly number[]
}

/** Another speed must save this part of the cost: the guest is not to be jerked about for nothing. A guess. */
const LEAST_SAVED = 0.01

/** An outlook with the guest's time that being slowed down for `waitMs` costs. */
const slowed = (outlook: Outlook, waitMs: number, speed: number): Outlook => ({
  ...outlook,
  lostMs: outlook.lostMs + waitMs * (1 - speed),
})

const endingsOf = ({ canSwitch, canStop }: Choices, around: Surroundings, standing: Standing) => [
  ...(canSwitch ? [{ ending: 'switch' as const, outlook: ifSwitched(around, standing) }] : []),
  ...(canStop ? [{ ending: 'stop-and-copy' as const, outlook: ifStopped(around, standing) }] : []),
]

/** The course of least cost from `from` on with the guest at one speed until it is handed over. */
const courseFrom = (
  from: { readonly standing: Standing; readonly rounds: number; readonly slowMs: number },
  speed: number,
  { around, standing, terms, choices, moments }: Situation & { readonly moments: number },
): Course | null => {
  const passMs = terms.contentPages / around.pagesPerMs
  const stepMs = passMs / moments
  const slowly = written(around, speed)
  let best: Course | null = null
  let at = from.standing
  let { rounds } = from
  while (rounds <= ROUNDS_AHEAD && at.elapsedMs - standing.elapsedMs <= PASSES_AHEAD * passMs) {
    const waitMs = at.elapsedMs - standing.elapsedMs
    for (const { ending, outlook: plain } of endingsOf(choices, around, at)) {
      const outlook = slowed(plain, waitMs - from.slowMs, speed)
      const cost = costOf(terms, outlook)
      if (best === null || cost < best.cost)
        best = { speed, slowFromMs: from.slowMs, ending, waitMs, outlook, cost }
    }
    const next = advance(slowly, at, stepMs)
    const roundEnds = next.usedMs < stepMs
    if (roundEnds) rounds++
    at = roundEnds ? nextRound(slowly, next.standing) : next.standing
  }
  return best
}

/** The cheaper of two courses; the second has to save more than chance. */
const cheaper = (best: Course | null, course: Course | null): Course | null => {
  if (course === null || best === null) return course ?? best
  return course.cost < best.cost * (1 - LEAST_SAVED) ? course : best
}

/** The course of least cost that leaves the guest at its present speed for a while and then slows it down. */
const slowedLater = (situation: Situation): Course | null => {
  const { around, standing, terms, choices } = situation
  const [present = 1, ...speeds] = choices.speeds
  const passMs = terms.contentPages / around.pagesPerMs
  const stepMs = passMs / SLOW_DOWN_MOMENTS_PER_PASS
  const before = written(around, present)
  let best: Course | null = null
  let at = standing
  let rounds = 0
  while (rounds <= 2 && at.elapsedMs - standing.elapsedMs <= PASSES_AHEAD * passMs) {
    const slowMs = at.elapsedMs - standing.elapsedMs
    for (const speed of speeds) {
      if (speed >= present && slowMs > 0) continue
      const from = { standing: at, rounds, slowMs }
      const course = courseFrom(from, speed, { ...situation, moments: SLOW_DOWN_MOMENTS_PER_PASS })
      if (course !== null && (best === null || course.cost < best.cost)) best = course
    }
    const next = advance(before, at, stepMs)
    const roundEnds = next.usedMs < stepMs
    if (roundEnds) rounds++
    at = roundEnds ? nextRound(before, next.standing) : next.standing
  }
  return best
}

interface Situation {
  /** With the guest at full speed. */
  readonly around: Surroundings
  readonly standing: Standing
  readonly terms: CostTerms
  readonly choices: Choices
}

/**
 * The course of least cost from here. Every way looks like this: send on for a while, in this round and the next ones, then
 * switch or stop and copy; or the same with the guest slowed down from now or from some moment on. The moments are evenly
 * spaced and the ends of rounds.
 */
export const chooseCourse = (situation: Situation): Course | null => {
  const { standing, choices } = situation
  const from = { standing, rounds: 0, slowMs: 0 }
  const plain = courseFrom(from, choices.speeds[0] ?? 1, { ...situation, moments: MOMENTS_PER_PASS })
  return choices.speeds.length > 1 ? cheaper(plain, slowedLater(situation)) : plain
}
