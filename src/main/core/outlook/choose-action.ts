import {
  advance,
  ifStopped,
  ifSwitched,
  leastAhead,
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

/** To halve the guest's lost time is worth this, times ln 2, of the cost. Chosen on `bench policy-bounds`. */
const WORTH_OF_LESS_LOST = 0.045
/** Less of the total time than this is hardly felt as lost. A guess. */
const LEAST_FELT = 0.01

const aversion = ({ weights }: CostTerms, lostShare: number): number =>
  weights.slowDown * WORTH_OF_LESS_LOST * Math.log(lostShare + LEAST_FELT)

/**
 * What courses are ranked by: the stated cost, and the lost time by its ratio too. The cost is flat about its least, where
 * a little more sent saves a good part of the waiting.
 */
const rankOf = (terms: CostTerms, outlook: Outlook): number =>
  costOf(terms, outlook) + aversion(terms, outlook.lostMs / outlook.totalMs)

/** Ranks so near are alike: the later moment is taken, as what is handed over cannot be taken back. Far below what is felt. */
const ALIKE = 1e-6

/** A way to go on: keep sending for `waitMs` with the guest at `speed`, then hand over. */
export interface Course {
  /** Part of its speed that the guest is left from `slowFromMs` on, 0..1. */
  readonly speed: number
  readonly slowFromMs: number
  readonly ending: 'switch' | 'stop-and-copy'
  readonly waitMs: number
  readonly outlook: Outlook
  /** The stated cost. */
  readonly cost: number
  /** Courses are preferred by this, the lowest first. */
  readonly rank: number
}

/** How far ahead courses are looked at, in passes over memory. */
const PASSES_AHEAD = 3
/** Moments are this part of a pass apart at first, and a tenth farther each time, up to so much: the next ones matter most. */
const CLOSEST_MOMENTS = 1 / 256
const FARTHEST_MOMENTS = 1 / 24
const SPREADING = 1.1
/** Those of a slowed guest are evenly spaced. */
const SLOWED_MOMENTS = 1 / 12
/** Later rounds are so short that they change little. */
const ROUNDS_AHEAD = 8
/** The guest is slowed down within so many rounds from now, or not at all. */
const ROUNDS_TO_SLOWING = 2

export interface Choices {
  readonly canSwitch: boolean
  readonly canStop: boolean
  /** Speeds that the guest can be slowed to, the present one first. */
  readonly speeds: readonly number[]
}

export interface Situation {
  /** With the guest at full speed. */
  readonly around: Surroundings
  readonly standing: Standing
  readonly terms: CostTerms
  readonly choices: Choices
}

/** A moment of the live rounds to come. */
interface Moment {
  readonly standing: Standing
  /** Rounds that end until then. */
  readonly rounds: number
  readonly waitMs: number
}

/** How far moments are apart, in passes over memory. */
interface Spacing {
  readonly first: number
  readonly growth: number
  readonly most: number
}

const CLOSE_AT_FIRST: Spacing = { first: CLOSEST_MOMENTS, growth: SPREADING, most: FARTHEST_MOMENTS }
const EVEN: Spacing = { first: SLOWED_MOMENTS, growth: 1, most: SLOWED_MOMENTS }

/** The moments ahead from one on, this first: so far apart, and the ends of rounds. */
function* momentsFrom(
  start: Moment,
  around: Surroundings,
  { passMs, spacing }: { readonly passMs: number; readonly spacing: Spacing },
): Generator<Moment> {
  let step = spacing.first
  for (
    let at = start;
    at.waitMs <= PASSES_AHEAD * passMs;
    step = Math.min(spacing.most, step * spacing.growth)
  ) {
    yield at
    const next = advance(around, at.standing, step * passMs)
    const roundEnds = next.usedMs < step * passMs
    const standing = roundEnds ? nextRound(around, next.standing) : next.standing
    at = {
      standing,
      rounds: at.rounds + (roundEnds ? 1 : 0),
      waitMs: at.waitMs + standing.elapsedMs - at.standing.elapsedMs,
    }
  }
}

/** An outlook with the guest's time that being slowed down for `ms` costs. */
const slowed = (outlook: Outlook, ms: number, speed: number): Outlook => ({
  ...outlook,
  lostMs: outlook.lostMs + ms * (1 - speed),
})

const endingsOf = ({ choices, around }: Situation, standing: Standing) => [
  ...(choices.canSwitch ? [{ ending: 'switch' as const, outlook: ifSwitched(around, standing) }] : []),
  ...(choices.canStop ? [{ ending: 'stop-and-copy' as const, outlook: ifStopped(around, standing) }] : []),
]

const passMsOf = ({ terms, around }: Situation): number => terms.contentPages / around.pagesPerMs

/**
 * Whether no course that sends on beyond a moment can be better than the best known: time and bytes only grow, and what a
 * slowed guest has lost is no smaller a share later.
 */
const isHopeless = ({ around, terms }: Situation, standing: Standing, reached: Reached): boolean =>
  reached.best !== null &&
  rankOf(terms, slowed(leastAhead(around, standing), reached.slowMs, reached.speed)) >
    reached.best.rank + ALIKE

interface Reached {
  readonly best: Course | null
  readonly slowMs: number
  readonly speed: number
}

type Ranked = Pick<Course, 'rank' | 'waitMs'>

const isBetter = (one: Ranked, best: Ranked): boolean =>
  one.waitMs > best.waitMs ? one.rank <= best.rank + ALIKE : one.rank < best.rank

/** The ways to hand over at a moment, the guest at `speed` since `from`. */
export const coursesAt = (
  situation: Situation,
  moment: Moment,
  { from, speed }: { readonly from: Moment; readonly speed: number },
): readonly Course[] =>
  endingsOf(situation, moment.standing).map(({ ending, outlook: plain }) => {
    const { terms } = situation
    const outlook = slowed(plain, moment.waitMs - from.waitMs, speed)
    const [cost, rank] = [costOf(terms, outlook), rankOf(terms, outlook)]
    return { speed, slowFromMs: from.waitMs, ending, waitMs: moment.waitMs, outlook, cost, rank }
  })

/** The best of `known` and of the courses that leave the guest one speed from a moment on until it is handed over. */
const bestAtSpeed = (
  situation: Situation,
  { from, speed, spacing }: { readonly from: Moment; readonly speed: number; readonly spacing: Spacing },
  known: Course | null,
): Course | null => {
  const ahead = momentsFrom(from, written(situation.around, speed), { passMs: passMsOf(situation), spacing })
  let best = known
  for (const moment of ahead) {
    const slowMs = moment.waitMs - from.waitMs
    if (moment.rounds > ROUNDS_AHEAD || isHopeless(situation, moment.standing, { best, slowMs, speed })) break
    for (const course of coursesAt(situation, moment, { from, speed }))
      if (best === null || isBetter(course, best)) best = course
  }
  return best
}

/** The best of `known` and of the courses that leave the guest at its present speed for a while and then slow it down. */
const bestSlowedLater = (situation: Situation, now: Moment, known: Course | null): Course | null => {
  const [present = 1, ...speeds] = situation.choices.speeds
  const before = written(situation.around, present)
  let best = known
  for (const from of momentsFrom(now, before, { passMs: passMsOf(situation), spacing: EVEN })) {
    const reached = { best, slowMs: from.waitMs, speed: present }
    if (from.rounds > ROUNDS_TO_SLOWING || isHopeless(situation, from.standing, reached)) break
    for (const speed of speeds)
      if (speed < present || from.waitMs === 0)
        best = bestAtSpeed(situation, { from, speed, spacing: EVEN }, best)
  }
  return best
}

/** Another speed must save this part of the cost: the guest is not to be jerked about for nothing. A guess. */
const LEAST_SAVED = 0.01

/** Handing over now that is worse by less than this is not put off, if it saves so much of the pages. Chosen on `bench policy-bounds`. */
const WORTH_WAITING = 0.006
const LEAST_PAGES_SAVED = 0.001
/** Or so much of the time: on QEMU a migration is over the sooner the earlier the guest can ask for pages. A guess. */
const LEAST_TIME_SAVED = 0.01

const isSpared = (now: Outlook, later: Outlook): boolean =>
  now.pagesSent < later.pagesSent * (1 - LEAST_PAGES_SAVED) ||
  now.totalMs < later.totalMs * (1 - LEAST_TIME_SAVED)

/** Handing over now where the best course gains hardly anything by waiting, and sends or takes noticeably more for it; else the best. */
const ratherNow = (situation: Situation, best: Course): Course => {
  const [speed = 1] = situation.choices.speeds
  const from: Moment = { standing: situation.standing, rounds: 0, waitMs: 0 }
  const atOnce = coursesAt(situation, from, { from, speed }).filter(
    ({ rank, outlook }) => rank <= best.rank + WORTH_WAITING && isSpared(outlook, best.outlook),
  )
  return atOnce.reduce<Course | null>((a, b) => (a === null || b.rank < a.rank ? b : a), null) ?? best
}

/**
 * The best course from here. Every way looks like this: send on for a while, in this round and the next ones, then
 * switch or stop and copy; or the same with the guest slowed down from now or from some moment on.
 */
export const chooseCourse = (situation: Situation): Course | null => {
  const { standing, choices } = situation
  const now: Moment = { standing, rounds: 0, waitMs: 0 }
  const [present = 1] = choices.speeds
  const plain = bestAtSpeed(situation, { from: now, speed: present, spacing: CLOSE_AT_FIRST }, null)
  if (plain === null) return null
  const toBeat = { ...plain, rank: plain.rank - plain.cost * LEAST_SAVED }
  const slower = choices.speeds.length < 2 ? toBeat : bestSlowedLater(situation, now, toBeat)
  return ratherNow(situation, slower === toBeat || slower === null ? plain : slower)
}
