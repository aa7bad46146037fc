import type { Alternative, DecisionInput } from '../../../../shared/model/decision.ts'
import { PAGE_BYTES } from '../../../../shared/units.ts'
import type { Thresholds } from '../../decision/thresholds.ts'
import { type CostTerms, type Course, chooseCourse } from '../../outlook/choose-action.ts'
import {
  costWords,
  courseWords,
  figureWords,
  roundAheadWords,
  type ToldCourse,
  whyChosen,
} from '../../outlook/course-words.ts'
import { type Standing, type Surroundings, written } from '../../outlook/outlook.ts'
import { positionOf } from '../../outlook/position-of.ts'
import { type WeighedCourse, weighCourses } from '../../outlook/weigh-courses.ts'
import { estimated } from '../decision-figures.ts'
import type { Policy, PolicyDecision, PolicyView, RoundView } from '../policy.ts'
import { predictCourse, type SpentBeside } from '../predict-course.ts'

/** The prices of a migration: what its figures are held against, by the thresholds and the memory it moves. */
const termsOf = ({ thresholds }: PolicyView, around: Surroundings): CostTerms => {
  // Memory of nothing but zeros still has a pass to reckon with.
  const contentPages = Math.max(
    1,
    around.tiers.reduce((sum, tier) => sum + tier.pages, 0),
  )
  return {
    weights: {
      total: thresholds.costTotal.value,
      unavailability: thresholds.costUnavailability.value,
      bytes: thresholds.costBytes.value,
      slowDown: thresholds.costSlowDown.value,
    },
    boundMs: contentPages / around.pagesPerMs + around.roundTripMs,
    contentPages,
    slaDowntimeMs: thresholds.slaDowntime.value,
  }
}

/** What has been spent beyond what the outlooks count: waits between rounds, and pages as they were. */
const spentBeside = ({ migration, nowMs }: PolicyView, standing: Standing): SpentBeside => {
  const { startedAtMs, bytesSent, current } = migration
  const sentBytes = bytesSent + (current?.sentPages ?? 0) * PAGE_BYTES
  return {
    ms: Math.max(0, nowMs - startedAtMs - standing.elapsedMs),
    bytes: sentBytes - standing.pagesSent * PAGE_BYTES,
  }
}

/** The courses that were weighed, with what each is expected to come to in all. */
const toldCourses = (
  courses: readonly WeighedCourse[],
  beside: SpentBeside,
  roundAhead: string,
): readonly ToldCourse[] =>
  courses.map(weighed => {
    const { outlook, cost } = weighed.course
    return {
      ...weighed,
      expected: {
        course: courseWords(weighed, roundAhead),
        totalMs: outlook.totalMs + beside.ms,
        unavailabilityMs: outlook.downtimeMs + outlook.stallMs,
        lostMs: outlook.lostMs,
        bytesSent: outlook.pagesSent * PAGE_BYTES + beside.bytes,
        cost,
      },
    }
  })

const alternativeOf = ({ moment, course, isChosen, expected }: ToldCourse): Alternative => ({
  name: moment === 'now' ? course.ending : 'continue',
  chosen: isChosen,
  because: `${expected.course}: ${figureWords(expected)}; cost ${expected.cost.toFixed(2)}`,
  expected,
})

const inputsOf = (standing: Standing, best: Course): readonly DecisionInput[] => {
  const missing = standing.unsent.reduce((sum, pages, tier) => sum + pages + (standing.dirty[tier] ?? 0), 0)
  return [
    {
      name: 'pages missing at the destination',
      unit: 'pages',
      value: estimated(Math.round(missing)),
      limit: null,
      fired: false,
    },
    {
      name: 'unavailability expected',
      unit: 'ms',
      value: estimated(best.outlook.downtimeMs + best.outlook.stallMs),
      // The costs decide, not a limit.
      limit: null,
      fired: false,
    },
  ]
}

/** Speeds that the guest may be slowed to: a finer choice saves less than it takes to tell them apart. */
const SPEEDS = [1, 0.6, 0.35, 0.2, 0.1] as const

/** The verdict at this moment; null where nothing is known of the guest's memory. */
const judge = (view: PolicyView): PolicyDecision | null => {
  const { surroundings, capabilities, migration, nowMs } = view
  if (surroundings === null) return null
  const pagesPerMs = migration.linkBytesPerSecond / PAGE_BYTES / 1000
  const position = positionOf({ ...surroundings, pagesPerMs }, migration, nowMs)
  const { standing } = position
  const around = written(position.around, 1 / migration.guestSpeed)
  const terms = termsOf(view, around)
  const choices = {
    canSwitch: capabilities.postCopy,
    canStop: capabilities.stopAndCopy,
    speeds: [migration.guestSpeed, ...(capabilities.throttle ? SPEEDS : [])],
  }
  const situation = { around, standing, terms, choices }
  const best = chooseCourse(situation)
  if (best === null) return null
  const beside = spentBeside(view, standing)
  const live = migration.rounds.filter(round => round.live)
  const roundAhead = roundAheadWords(migration.current?.round ?? null, live.length)
  const courses = toldCourses(weighCourses(situation, best), beside, roundAhead)
  const isSlowed = best.waitMs > 0 && best.slowFromMs === 0 && best.speed !== migration.guestSpeed
  const why = whyChosen(terms, courses, roundAhead)
  return {
    action: best.waitMs > 0 ? 'continue' : best.ending,
    adjustments: isSlowed ? [{ kind: 'throttle', speed: best.speed }] : [],
    reasons: [
      ...(why === null ? [] : [why]),
      ...(isSlowed
        ? [`The guest is to go at ${Math.round(best.speed * 100)}% of its speed until then.`]
        : []),
      costWords(terms),
    ],
    inputs: inputsOf(standing, best),
    alternatives: courses.map(alternativeOf),
    prediction: predictCourse(best, {
      around,
      standing,
      speed: migration.guestSpeed,
      beside,
      rounds: migration.rounds,
    }),
  }
}

/** Without any knowledge of the guest's memory: rounds while they get shorter, at most N_max. */
const withoutKnowledge = ({ round, thresholds, capabilities, migration }: RoundView): PolicyDecision => {
  const before = migration.rounds.at(-2)?.dirtiedPages ?? Number.POSITIVE_INFINITY
  const goesOn = round.index < thresholds.maxRounds.value && round.dirtiedPages < before
  return {
    action: goesOn ? 'continue' : capabilities.postCopy ? 'switch' : 'stop-and-copy',
    reasons: [
      goesOn
        ? `Round ${round.index} left ${round.dirtiedPages} pages, fewer than the round before.`
        : `Round ${round.index} left ${round.dirtiedPages} pages; more rounds are not expected to leave fewer.`,
    ],
    inputs: [],
    alternatives: [],
  }
}

/**
 * The dirty ratio r from which on a round is expected to cost more than a switch, for predictions: of each page it sends, r / (1 - r)
 * are sent again, which costs time and bytes, while post-copy costs at most the guest's time.
 */
const givesWayAt = ({ costTotal, costBytes, costSlowDown }: Thresholds): number => {
  const again = costTotal.value + costBytes.value
  return again + costSlowDown.value > 0 ? costSlowDown.value / (again + costSlowDown.value) : 1
}

/**
 * Ours: at every report it forecasts, from page heat and the link, what each moment to hand over would cost under the
 * operator's weights (total, unavailability, bytes, guest slow-down), and takes the cheapest, or one that costs hardly more
 * and takes much less of the guest's time. Cold pages go first while the
 * guest runs at the source, hot ones first once it runs at the destination.
 */
export const longshore: Policy = {
  name: 'longshore',
  limits: ({ thresholds, capabilities }) => ({
    epsilonPages: thresholds.epsilonPages.value,
    maxRounds: thresholds.maxRounds.value,
    switchTheta: capabilities.postCopy ? givesWayAt(thresholds) : null,
    postCopy: capabilities.postCopy,
  }),
  orderPages: heat => heat,
  duringRound: judge,
  afterRound: view => judge(view) ?? withoutKnowledge(view),
  pageRequests: 'overtake',
}
