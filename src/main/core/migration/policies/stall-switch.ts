import { formatDuration, PAGE_BYTES } from '../../../../shared/units.ts'
import { estimated, measured } from '../decision-figures.ts'
import { memoryStartMs } from '../disk-share.ts'
import { leftAfter } from '../left-after.ts'
import { pagesLeft } from '../pages-left.ts'
import type { Policy, PolicyAction, RoundView } from '../policy.ts'
import { meanBandwidth, recordsOf, type Stall, stallAfter } from '../stall.ts'
import { preCopyQemu } from './pre-copy-qemu.ts'

interface Figures {
  readonly elapsedMs: number
  /** What the rest takes at the mean bandwidth. */
  readonly restMs: number
  readonly budgetMs: number
  readonly isDropped: boolean
  readonly stall: Stall | null
}

const figuresOf = ({ migration, round, thresholds }: RoundView): Figures => {
  const rounds = migration.rounds.filter(({ live }) => live)
  const mean = meanBandwidth(rounds, thresholds.stallBandwidthWeight.value)
  const usual = meanBandwidth(rounds.slice(0, -1), thresholds.stallBandwidthWeight.value)
  const gibibytes = (migration.memoryPages * PAGE_BYTES) / 2 ** 30
  return {
    elapsedMs: Math.max(0, round.startedAtMs + round.ms - memoryStartMs(migration)),
    restMs: (leftAfter(round) * PAGE_BYTES * 1000) / Math.max(1, mean),
    budgetMs: thresholds.stallBudget.value * 1000 * gibibytes,
    isDropped: round.bandwidthBytesPerSecond < usual * thresholds.stallBandwidthDrop.value,
    stall: stallAfter(recordsOf(migration.rounds, memoryStartMs(migration)), thresholds),
  }
}

type Verdict = readonly [PolicyAction, string]

/** At a local minimum of a stall, or with the budget spent, where the host has post-copy. */
const toPostCopy = ({ thresholds }: RoundView, { restMs, elapsedMs, budgetMs }: Figures): Verdict => {
  const leftMs = thresholds.stallBudgetFactor.value * budgetMs - elapsedMs
  return restMs <= leftMs
    ? [
        'switch',
        `the rest follows in ${formatDuration(restMs)}, ${formatDuration(leftMs)} of the budget are left`,
      ]
    : [
        'continue',
        `the rest would take ${formatDuration(restMs)}, only ${formatDuration(leftMs)} of the budget are left`,
      ]
}

/** The same where it has none: a pause that is allowed, a wait for one within reach, or giving up. */
const toPause = ({ thresholds }: RoundView, { restMs }: Figures): Verdict => {
  const mostMs = thresholds.stallMaxDowntime.value
  if (restMs <= mostMs)
    return ['stop-and-copy', `the pause of ${formatDuration(restMs)} is within ${formatDuration(mostMs)}`]
  return restMs <= mostMs * thresholds.stallPossibleFactor.value
    ? [
        'continue',
        `a pause of ${formatDuration(restMs)} is near ${formatDuration(mostMs)}: a later round may do`,
      ]
    : ['abort', `a pause of ${formatDuration(restMs)} is out of reach of ${formatDuration(mostMs)}`]
}

const verdictOf = (view: RoundView, figures: Figures): Verdict => {
  const { round, thresholds, capabilities } = view
  const { stall, elapsedMs, budgetMs, isDropped } = figures
  const give = capabilities.postCopy ? toPostCopy : toPause
  if (isDropped) return ['continue', 'The bandwidth has dropped: nothing is decided until it is back.']
  if (elapsedMs >= budgetMs) {
    const [action, why] = give(view, figures)
    return [action, `The budget of ${formatDuration(budgetMs)} is spent: ${why}.`]
  }
  if (stall === null) return ['continue', 'It still makes progress, or has not run long enough to tell.']
  const lowPages = stall.targetPages * (1 + thresholds.stallMargin.value)
  const left = leftAfter(round)
  if (left > lowPages)
    return [
      'continue',
      `Stalled since ${formatDuration(stall.sinceMs)}; it waits for ${Math.round(lowPages)} pages, ${pagesLeft(left)}.`,
    ]
  const [action, why] = give(view, figures)
  return [action, `Stalled since ${formatDuration(stall.sinceMs)} and at a low of ${left} pages: ${why}.`]
}

/**
 * KubeVirt's rule (VEP 248) over QEMU's: when rounds have stopped getting better for a while, hand over at a local minimum,
 * with patience that halves, within a time budget, and not while the bandwidth is down.
 */
export const stallSwitch: Policy = {
  name: 'stall-switch',
  limits: view => ({ ...preCopyQemu.limits(view), postCopy: view.capabilities.postCopy }),
  pageRequests: 'overtake',
  afterRound: view => {
    const byQemu = preCopyQemu.afterRound(view)
    if (byQemu.action === 'stop-and-copy') return byQemu
    const figures = figuresOf(view)
    const [action, reason] = verdictOf(view, figures)
    const inputs = [
      ...byQemu.inputs,
      {
        name: 'low to come down to',
        unit: 'pages',
        value: figures.stall ? estimated(figures.stall.targetPages) : { origin: 'unavailable' as const },
        limit: null,
        fired: figures.stall !== null && action !== 'continue',
      },
      {
        name: 'time since the start',
        unit: 'ms',
        value: measured(figures.elapsedMs),
        limit: figures.budgetMs,
        fired: figures.elapsedMs >= figures.budgetMs,
      },
    ]
    return { action, reasons: [reason], inputs, alternatives: [] }
  },
}
