import type { Alternative, DecisionInput } from '../../../../shared/model/decision.ts'
import { formatBytes, formatDuration, formatRatio, PAGE_BYTES } from '../../../../shared/units.ts'
import { estimated, measured } from '../decision-figures.ts'
import { dirtyRatio, forecastGrowth } from '../dirty-ratio.ts'
import { pagesLeft } from '../pages-left.ts'
import type { Adjustment, Policy, PolicyAction, RoundView } from '../policy.ts'

const memory = (pages: number) => formatBytes(pages * PAGE_BYTES)

/** A ratio in words that never read as its limit while it is below. */
const beside = (ratio: number, limit: number) => {
  const words = formatRatio(ratio)
  return ratio < limit && words === formatRatio(limit) ? `just under ${words}` : words
}

/** S1 gives no migration up. */
type Verdict = Exclude<PolicyAction, 'abort'>

interface Figures {
  readonly now: number
  readonly next: number
  readonly inputs: readonly DecisionInput[]
}

const figuresOf = ({ migration, round, forecast, thresholds }: RoundView): Figures => {
  const theta = thresholds.switchTheta.value
  const now = dirtyRatio(round)
  const nextRoundMs = (round.dirtiedPages * PAGE_BYTES * 1000) / Math.max(1, round.bandwidthBytesPerSecond)
  const next = now * forecastGrowth(forecast, nextRoundMs)
  const inputs: DecisionInput[] = [
    {
      name: 'dirty ratio of the round',
      unit: 'ratio',
      value: measured(now),
      limit: theta,
      fired: now >= theta,
    },
    {
      name: 'dirty ratio forecast for the next round',
      unit: 'ratio',
      value: forecast ? estimated(next) : { origin: 'unavailable' },
      limit: theta,
      fired: forecast !== null && next >= theta,
    },
    {
      name: 'pages left to send',
      unit: 'pages',
      value: measured(round.dirtiedPages),
      limit: thresholds.epsilonPages.value,
      fired: round.dirtiedPages < thresholds.epsilonPages.value,
    },
    {
      name: 'live rounds',
      unit: 'rounds',
      value: measured(round.index),
      limit: thresholds.maxRounds.value,
      fired: round.index >= thresholds.maxRounds.value,
    },
  ]
  if (migration.heat) {
    inputs.push({
      name: 'hot pages',
      unit: 'pages',
      value: measured(migration.heat.hotPages),
      limit: null,
      fired: false,
    })
  }
  return { now, next, inputs }
}

/** Ending by switch needs post-copy; where the host has none the same reason ends it by stop-and-copy. */
const ending = ({ capabilities }: RoundView): Verdict => (capabilities.postCopy ? 'switch' : 'stop-and-copy')

const alternativesTo = (view: RoundView, action: Verdict, figures: Figures): readonly Alternative[] => {
  const { round, capabilities } = view
  const pauseMs = (round.dirtiedPages * PAGE_BYTES * 1000) / Math.max(1, round.bandwidthBytesPerSecond)
  const because = {
    continue: `another round would leave about ${memory(round.dirtiedPages * figures.next)} of ${memory(round.dirtiedPages)}`,
    'stop-and-copy': `copying what is left would pause the VM for about ${formatDuration(pauseMs)}`,
    switch: capabilities.postCopy
      ? 'moves the VM now and fetches the rest on demand'
      : 'the host has no post-copy',
  } as const
  return (['continue', 'switch', 'stop-and-copy'] as const).map(name => ({
    name,
    chosen: name === action,
    because: because[name],
  }))
}

/** Hot pages are pushed first after a switch, before other traffic (eq 3, 15); in rounds they go last and need none. */
const priorityOfPush = ({ migration, capabilities }: RoundView): readonly Adjustment[] =>
  capabilities.priority && (migration.heat?.hotPages ?? 0) > 0 ? [{ kind: 'priority', share: 1 }] : []

/**
 * S1's engine with two thetas: pre-copy ends when fewer than epsilon pages are left (eq 9), and gives way to post-copy
 * when the dirty ratio of a round, measured or forecast, reaches switchTheta or N_max rounds are done (eq 2 and 12).
 */
export const s1: Policy = {
  name: 's1',
  limits: ({ thresholds, capabilities }) => ({
    epsilonPages: thresholds.epsilonPages.value,
    maxRounds: thresholds.maxRounds.value,
    switchTheta: thresholds.switchTheta.value,
    postCopy: capabilities.postCopy,
  }),
  orderPages: heat => heat,
  afterRound: view => {
    const { round, thresholds } = view
    const figures = figuresOf(view)
    const theta = thresholds.switchTheta.value
    const now = beside(figures.now, theta)
    const decide = (action: Verdict, reason: string) => ({
      action,
      adjustments: action === 'switch' ? priorityOfPush(view) : [],
      reasons: [reason],
      inputs: figures.inputs,
      alternatives: alternativesTo(view, action, figures),
    })

    if (round.dirtiedPages < thresholds.epsilonPages.value) {
      return decide(
        'stop-and-copy',
        `Only ${pagesLeft(round.dirtiedPages)}, fewer than epsilon (${thresholds.epsilonPages.value}): the rest is copied in a short pause.`,
      )
    }
    if (figures.now >= theta) {
      return decide(
        ending(view),
        `Round ${round.index} dirtied memory at ${now} of the bandwidth, at or above theta ${formatRatio(theta)}: more rounds would not get nearer the end.`,
      )
    }
    if (figures.next >= theta) {
      return decide(
        ending(view),
        `Round ${round.index} dirtied memory at ${now} of the bandwidth and the forecast takes the next to ${formatRatio(figures.next)}, at or above theta ${formatRatio(theta)}.`,
      )
    }
    if (round.index >= thresholds.maxRounds.value) {
      return decide(
        ending(view),
        `${round.index} live rounds are done, as many as N_max allows, and ${memory(round.dirtiedPages)} is left to send.`,
      )
    }
    return decide(
      'continue',
      `Round ${round.index} dirtied memory at ${now} of the bandwidth, below theta ${formatRatio(theta)}: pre-copy is getting nearer the end.`,
    )
  },
}
