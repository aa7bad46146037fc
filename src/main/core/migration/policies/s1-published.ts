import type { DecisionInput } from '../../../../shared/model/decision.ts'
import { formatRatio, PAGE_BYTES } from '../../../../shared/units.ts'
import { handOver } from '../can-be-told.ts'
import { estimated, measured } from '../decision-figures.ts'
import { dirtyRatio, forecastGrowth } from '../dirty-ratio.ts'
import { pagesLeft } from '../pages-left.ts'
import type { Adjustment, Policy, PolicyDecision, PolicyView, RoundView } from '../policy.ts'
import { givesWay } from '../s1-formulas.ts'

/** Unique pages expected to be dirtied within the next second, by the forecast, else by heat; null where neither is there. */
const dirtyPagesAhead = ({ forecast, surroundings }: PolicyView): number | null => {
  const [next] = forecast?.points ?? []
  if (next) return next.dirtyPagesPerSecond
  return surroundings
    ? surroundings.tiers.reduce((sum, tier) => sum - tier.pages * Math.expm1(-tier.writesPerPageSecond), 0)
    : null
}

/** The hot pages go first, at the others' expense while they do: S1's B_enhanced. */
const priorityFor = ({ migration, capabilities }: PolicyView, sentPages: number): readonly Adjustment[] => {
  const hotPages = migration.heat?.hotPages ?? 0
  const share = sentPages < hotPages ? 1 : 0
  return capabilities.priority && share !== migration.priorityShare ? [{ kind: 'priority', share }] : []
}

const decide = (
  decision: Pick<PolicyDecision, 'action' | 'inputs' | 'adjustments'>,
  reason: string,
): PolicyDecision => ({ ...decision, reasons: [reason], alternatives: [] })

const thetaInput = (name: string, value: DecisionInput['value'], theta: number): DecisionInput => ({
  name,
  unit: 'ratio',
  value,
  limit: theta,
  fired: value.origin !== 'unavailable' && value.value >= theta,
})

/** The switch at the very start of a VM whose dirty rate began the migration: with one theta the hybrid is a post-copy. */
const atTheStart = (view: PolicyView): PolicyDecision | null => {
  const { migration, thresholds, capabilities } = view
  const pages = dirtyPagesAhead(view)
  const theta = thresholds.triggerTheta.value
  const ahead = pages === null ? null : (pages * PAGE_BYTES) / Math.max(1, migration.linkBytesPerSecond)
  if (ahead === null || !givesWay({ dirtyRatio: ahead, round: 0 }, { theta, maxRounds: 1 })) return null
  if (!capabilities.postCopy) return null
  return decide(
    {
      action: 'switch',
      inputs: [thetaInput('dirty rate over bandwidth, before round 1', estimated(ahead), theta)],
      adjustments: priorityFor(view, 0),
    },
    `The dirty rate is ${formatRatio(ahead)} of the bandwidth, at or above the one theta ${formatRatio(theta)} that starts and switches.`,
  )
}

const duringRound = (view: PolicyView): PolicyDecision | null => {
  const { rounds, current } = view.migration
  const atOnce = rounds.length === 0 && (current?.sentPages ?? 0) === 0 ? atTheStart(view) : null
  if (atOnce) return atOnce
  const adjustments = priorityFor(view, current?.sentPages ?? 0)
  if (adjustments.length === 0) return null
  const [first] = adjustments
  const words =
    first?.kind === 'priority' && first.share > 0 ? 'go first, before other traffic' : 'have been sent'
  return decide({ action: 'continue', inputs: [], adjustments }, `The hot pages ${words}.`)
}

const figuresOf = ({ round, forecast, thresholds }: RoundView) => {
  const theta = thresholds.triggerTheta.value
  const now = dirtyRatio(round)
  const pauseMs = (round.dirtiedPages * PAGE_BYTES * 1000) / Math.max(1, round.bandwidthBytesPerSecond)
  const next = now * forecastGrowth(forecast, pauseMs)
  const inputs: readonly DecisionInput[] = [
    thetaInput('dirty ratio of the round', measured(now), theta),
    thetaInput(
      'dirty ratio forecast for the next round',
      forecast ? estimated(next) : { origin: 'unavailable' },
      theta,
    ),
    {
      name: 'pause if it stopped now (T_stop)',
      unit: 'ms',
      value: estimated(pauseMs),
      limit: thresholds.slaDowntime.value,
      fired: pauseMs >= thresholds.slaDowntime.value,
    },
    {
      name: 'live rounds',
      unit: 'rounds',
      value: measured(round.index),
      limit: thresholds.maxRounds.value,
      fired: round.index > thresholds.maxRounds.value,
    },
  ]
  return { theta, dirtyRatio: Math.max(now, next), inputs }
}

/**
 * S1 to the letter: one theta starts a migration and switches it (eq 2, 4, 12), hot pages go first in every round (5.6),
 * at a bandwidth taken from other traffic (eq 3, 15), and T_stop is the pause.
 */
export const s1Published: Policy = {
  name: 's1-published',
  limits: ({ thresholds, capabilities }) => ({
    epsilonPages: thresholds.epsilonPages.value,
    maxRounds: thresholds.maxRounds.value + 1,
    switchTheta: thresholds.triggerTheta.value,
    postCopy: capabilities.postCopy,
  }),
  orderPages: heat => ({ ...heat, live: 'hottest-first' }),
  duringRound,
  afterRound: view => {
    const { round, thresholds, capabilities } = view
    const { theta, dirtyRatio: highest, inputs } = figuresOf(view)
    const [epsilon, maxRounds] = [thresholds.epsilonPages.value, thresholds.maxRounds.value]
    if (round.dirtiedPages < epsilon)
      return decide(
        { action: 'stop-and-copy', inputs },
        `Only ${pagesLeft(round.dirtiedPages)}, fewer than epsilon (${epsilon}).`,
      )
    const adjustments = priorityFor(view, 0)
    if (givesWay({ dirtyRatio: highest, round: round.index }, { theta, maxRounds }))
      return decide(
        { action: handOver(capabilities), inputs, adjustments },
        highest >= theta
          ? `Round ${round.index} dirtied memory at ${formatRatio(highest)} of the bandwidth, measured or forecast, at or above theta ${formatRatio(theta)}.`
          : `Round ${round.index} is beyond N_max (${maxRounds}).`,
      )
    return decide(
      { action: 'continue', inputs, adjustments },
      `Round ${round.index} dirtied memory at ${formatRatio(highest)} of the bandwidth, below theta ${formatRatio(theta)}.`,
    )
  },
}
