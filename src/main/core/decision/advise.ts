import type { Advice, MigrationMode } from '../../../shared/model/advice.ts'
import type { Capabilities } from '../../../shared/model/capabilities.ts'
import type { Forecast } from '../../../shared/model/forecast.ts'
import type { Measure } from '../../../shared/model/measure.ts'
import type { PolicyName } from '../../../shared/model/migration.ts'
import type { WorkingSet } from '../../../shared/model/working-set.ts'
import { formatDuration, PAGE_BYTES, pageRateInMib, threeFigures } from '../../../shared/units.ts'
import { policies } from '../migration/policies/index.ts'
import { type Dirtying, type DirtyingSpread, predictRange } from '../migration/predict-range.ts'
import type { DestinationChoice } from '../placement/choose-destination.ts'
import { dirtiedWithin } from '../working-set/dirtied-within.ts'
import { assessRisk } from './risk.ts'
import type { Thresholds } from './thresholds.ts'

/** All that advice on one VM rests on. */
export interface AdviceFacts {
  readonly vmId: string
  readonly atMs: number
  readonly memoryPages: number
  readonly dirty: Measure
  readonly forecast: Forecast | undefined
  /** Dirty rate that starts a migration, pages/s. */
  readonly thetaPagesPerSecond: number
  readonly linkBytesPerSecond: number
  /** What the host it runs on can do. */
  readonly capabilities: Capabilities
  /** What a migration from there follows. */
  readonly policy: PolicyName
  readonly thresholds: Thresholds
  /** What is known of what it writes within a time; null where nothing is. */
  readonly workingSet: WorkingSet | null
  /** Null while the pool has not been asked. */
  readonly choice: DestinationChoice | null
  readonly destination: Advice['destination']
  readonly obstacle: string | null
  readonly restraint: string | null
}

interface Rate {
  readonly pagesPerSecond: number
  readonly low: number | null
  readonly high: number | null
}

/** A rate that rests on `dirty`: on a reading it has no spread, on an estimate that of its error. */
const rateBy = (dirty: Measure, pagesPerSecond: number): Rate => {
  const ratio = dirty.origin === 'estimated' ? dirty.errorRatio : undefined
  return {
    pagesPerSecond,
    low: ratio === undefined ? null : Math.max(0, pagesPerSecond * (1 - ratio)),
    high: ratio === undefined ? null : pagesPerSecond * (1 + ratio),
  }
}

const rateNow = (dirty: Measure): Rate | null =>
  dirty.origin === 'unavailable' ? null : rateBy(dirty, dirty.value)

/** The highest rate that is forecast within `withinMs`, with its quantiles where the forecaster gives them. */
const forecastPeak = (
  { forecast, dirty }: Pick<AdviceFacts, 'forecast' | 'dirty'>,
  withinMs: number,
): Rate | null => {
  const [first, ...rest] = forecast?.points ?? []
  if (!first) return null
  const peak = rest
    .filter(point => point.aheadMs <= withinMs)
    .reduce((high, point) => (point.dirtyPagesPerSecond > high.dirtyPagesPerSecond ? point : high), first)
  const { dirtyPagesPerSecond: pagesPerSecond, dirtyQuantiles } = peak
  return dirtyQuantiles
    ? { pagesPerSecond, low: dirtyQuantiles.p10, high: dirtyQuantiles.p90 }
    : rateBy(dirty, pagesPerSecond)
}

const higher = (a: Rate | null, b: Rate | null): Rate | null => {
  if (a === null || b === null) return a ?? b
  return b.pagesPerSecond > a.pagesPerSecond ? b : a
}

/** The highest rate expected while all of memory is sent once from now on. */
const rateWhileSent = (facts: AdviceFacts): Rate | null => {
  const passMs = (facts.memoryPages * PAGE_BYTES * 1000) / facts.linkBytesPerSecond
  return higher(rateNow(facts.dirty), forecastPeak(facts, passMs))
}

const outcomeAt = (facts: AdviceFacts, { pagesPerSecond, low, high }: Rate) => {
  const { memoryPages, linkBytesPerSecond, capabilities, thresholds, policy } = facts
  const ratioOf = (pages: number) => (pages * PAGE_BYTES) / linkBytesPerSecond
  const dirtyingAt = (pages: number): Dirtying => {
    const within = dirtiedWithin(facts.workingSet, { windowMs: 1000, pages })
    return { dirtyRatio: ratioOf(pages), ...(within && { dirtiedWithin: within }) }
  }
  const spread: DirtyingSpread = {
    likely: dirtyingAt(pagesPerSecond),
    low: low === null ? null : dirtyingAt(low),
    high: high === null ? null : dirtyingAt(high),
  }
  const standing = {
    afterRound: 0,
    elapsedMs: 0,
    bytesSent: 0,
    remainingPages: memoryPages,
    bandwidthBytesPerSecond: linkBytesPerSecond,
  }
  return predictRange(standing, policies[policy].limits({ capabilities, thresholds }), spread)
}

/** S1 3.3: plain pre-copy where the rate stays under theta, hybrid where it does not; Xen's own rule where no rounds are told. */
const modeOf = (
  { capabilities, policy, thetaPagesPerSecond }: AdviceFacts,
  rate: Rate | null,
): MigrationMode => {
  if (policy === 'pre-copy-xen') return 'xen'
  return capabilities.postCopy && rate !== null && rate.pagesPerSecond >= thetaPagesPerSecond
    ? 'hybrid'
    : 'pre-copy'
}

const modeReason = (mode: MigrationMode, { capabilities }: AdviceFacts, isAbove: boolean): string => {
  if (mode === 'xen') return 'Its host tells no rounds: Xen moves it by its own rule and cannot switch.'
  if (mode === 'hybrid')
    return 'At this dirty rate pre-copy alone would not converge: a switch to post-copy is expected.'
  return isAbove && !capabilities.postCopy
    ? 'Pre-copy would not converge and its host has no post-copy: the pause copies what is left.'
    : 'Pre-copy is expected to converge by itself: the dirty rate stays under theta.'
}

const peakReason = (facts: AdviceFacts): readonly string[] => {
  const peak = forecastPeak(facts, Number.POSITIVE_INFINITY)
  const at = facts.forecast?.points.find(point => point.dirtyPagesPerSecond === peak?.pagesPerSecond)
  return peak && at
    ? [
        `The highest dirty rate forecast is ${threeFigures(pageRateInMib(peak.pagesPerSecond))} MiB/s, in ${formatDuration(at.aheadMs)}.`,
      ]
    : []
}

const curveReason = (facts: AdviceFacts, { pagesPerSecond }: Rate): string =>
  dirtiedWithin(facts.workingSet, { windowMs: 1000, pages: pagesPerSecond })
    ? 'What its rounds dirty is told by its working set.'
    : 'No working set of this dirty rate is known: each second is taken to dirty other pages, which is the worst.'

const hostReason = ({ choice, destination }: AdviceFacts): readonly string[] => {
  if (choice === null) return []
  if (destination === null) return choice.remedy === null ? [] : [choice.remedy]
  const chosen = choice.alternatives.find(alternative => alternative.chosen)
  return chosen ? [`${destination.name}: ${chosen.because}.`] : []
}

/**
 * When a VM in trouble should begin to move: before the trouble when it would be done by then, else when it comes, as the
 * trigger would have it; null is now.
 */
const startOf = (
  expectedAtMs: number | null,
  facts: AdviceFacts,
): { readonly startAtMs: number | null; readonly reason: string | null } => {
  const now = rateNow(facts.dirty)
  if (expectedAtMs === null || now === null) return { startAtMs: null, reason: null }
  const totalMs = outcomeAt(facts, now).totalMs
  const leftMs = expectedAtMs - facts.atMs
  if ((totalMs.high ?? totalMs.value) <= leftMs)
    return {
      startAtMs: null,
      reason: `Begun now it is over ${formatDuration(leftMs - totalMs.value)} before the peak.`,
    }
  return {
    startAtMs: expectedAtMs,
    reason: `It cannot be over before the peak, which is ${formatDuration(Math.max(0, leftMs))} away: the trigger moves it if the peak lasts.`,
  }
}

const NO_HOST = 'No host can take it.'

/** What to do with a VM, when, where to and how, with what is expected of it and why. */
export const advise = (facts: AdviceFacts): Advice => {
  const { vmId, atMs, thetaPagesPerSecond: theta, destination, choice, restraint } = facts
  const risk = assessRisk(facts.dirty, facts.forecast, theta)
  const wantsMove = risk.level === 'high'
  const start = wantsMove ? startOf(risk.expectedAtMs, facts) : { startAtMs: null, reason: null }
  const peak = forecastPeak(facts, Number.POSITIVE_INFINITY)
  const rate = start.startAtMs === null ? rateWhileSent(facts) : higher(rateNow(facts.dirty), peak)
  const mode = modeOf(facts, rate)
  const obstacle = facts.obstacle ?? (choice !== null && destination === null ? NO_HOST : null)
  const action = wantsMove ? 'migrate' : risk.level === 'unknown' ? 'unknown' : 'stay'
  return {
    vmId,
    atMs,
    action: obstacle === null ? action : 'blocked',
    startAtMs: start.startAtMs,
    destination,
    mode,
    outcome: rate && outcomeAt(facts, rate),
    reasons: [
      risk.reason,
      ...(wantsMove ? peakReason(facts) : []),
      ...(start.reason === null ? [] : [start.reason]),
      ...(rate === null ? [] : [curveReason(facts, rate)]),
      ...(rate === null ? [] : [modeReason(mode, facts, rate.pagesPerSecond >= theta)]),
      ...hostReason(facts),
    ],
    obstacle,
    restraint,
    hosts: choice?.alternatives ?? [],
  }
}
