import type { Alternative, DecisionInput } from '../../../../shared/model/decision.ts'
import { PAGE_BYTES } from '../../../../shared/units.ts'
import type { Thresholds } from '../../decision/thresholds.ts'
import { type CostTerms, type Course, chooseCourse, costOf } from '../../outlook/choose-action.ts'
import {
  ifStopped,
  ifSwitched,
  type Outlook,
  type Standing,
  type Surroundings,
  written,
} from '../../outlook/outlook.ts'
import { positionOf } from '../../outlook/position-of.ts'
import type { Policy, PolicyAction, PolicyDecision, PolicyView, RoundView } from '../policy.ts'

const seconds = (ms: number): string => (ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`)
const gibibytes = (pages: number): string => `${((pages * PAGE_BYTES) / 2 ** 30).toFixed(2)} GiB`

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

const inWords = (outlook: Outlook): string =>
  `${seconds(outlook.totalMs)} in all, unavailable for ${seconds(outlook.downtimeMs + outlook.stallMs)}, ${gibibytes(outlook.pagesSent)} sent, ${seconds(outlook.lostMs)} of the guest's time lost`

const alternativesTo = (
  best: Course,
  now: readonly { readonly name: PolicyAction; readonly outlook: Outlook; readonly cost: number }[],
): readonly Alternative[] => [
  {
    name: 'continue',
    chosen: best.waitMs > 0,
    because:
      best.waitMs > 0
        ? `sending on for ${seconds(best.waitMs)} and then ${best.ending === 'switch' ? 'switching' : 'stopping'} costs ${best.cost.toFixed(2)}: ${inWords(best.outlook)}`
        : 'no later moment is expected to be better',
  },
  ...now.map(({ name, outlook, cost }) => ({
    name,
    chosen: best.waitMs === 0 && best.ending === name,
    because: `now costs ${cost.toFixed(2)}: ${inWords(outlook)}`,
  })),
]

const inputsOf = (view: PolicyView, standing: Standing, best: Course): readonly DecisionInput[] => {
  const missing = standing.unsent.reduce((sum, pages, tier) => sum + pages + (standing.dirty[tier] ?? 0), 0)
  return [
    {
      name: 'pages missing at the destination',
      unit: 'pages',
      value: { origin: 'estimated', ageMs: 0, value: Math.round(missing) },
      limit: null,
      fired: false,
    },
    {
      name: 'unavailability expected',
      unit: 'ms',
      value: { origin: 'estimated', ageMs: 0, value: best.outlook.downtimeMs + best.outlook.stallMs },
      limit: view.thresholds.slaDowntime.value,
      // The costs decide: this is what the chosen moment would come to.
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
  const best = chooseCourse({ around, standing, terms, choices })
  if (best === null) return null
  const now = [
    ...(choices.canSwitch ? [{ name: 'switch' as const, outlook: ifSwitched(around, standing) }] : []),
    ...(choices.canStop ? [{ name: 'stop-and-copy' as const, outlook: ifStopped(around, standing) }] : []),
  ].map(course => ({ ...course, cost: costOf(terms, course.outlook) }))
  const verb = best.ending === 'switch' ? 'Switching' : 'Stopping and copying'
  const isSlowed = best.waitMs > 0 && best.slowFromMs === 0 && best.speed !== migration.guestSpeed
  return {
    action: best.waitMs > 0 ? 'continue' : best.ending,
    adjustments: isSlowed ? [{ kind: 'throttle', speed: best.speed }] : [],
    reasons: [
      ...(isSlowed
        ? [`The guest is to go at ${Math.round(best.speed * 100)}% of its speed until then.`]
        : []),
      best.waitMs > 0
        ? `${verb} is expected to be best ${seconds(best.waitMs)} from now (cost ${best.cost.toFixed(2)}).`
        : `${verb} now is expected to be best (cost ${best.cost.toFixed(2)}): ${inWords(best.outlook)}.`,
    ],
    inputs: inputsOf(view, standing, best),
    alternatives: alternativesTo(best, now),
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
