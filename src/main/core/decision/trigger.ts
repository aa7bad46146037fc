import type { DecisionInput } from '../../../shared/model/decision.ts'
import type { Measure } from '../../../shared/model/measure.ts'
import type { Thresholds } from './thresholds.ts'

/** What S1 eq 4 looks at for one VM. Rates in pages/s and faults/s, CPU as a ratio of its host. */
export interface TriggerReading {
  readonly hostCpuRatio: Measure
  /** The host's CPU as its VMs' forecasts add up to. */
  readonly forecastHostCpuRatio: Measure
  /** Whether this is the VM to move if its host is overloaded: the one that uses most of its CPU (S3). */
  readonly bearsHostLoad: boolean
  readonly dirtyPagesPerSecond: Measure
  readonly forecastDirtyPagesPerSecond: Measure
  readonly pageFaultsPerSecond: Measure
  /** The VM's own 95th percentile of page faults; null while there is too little history. */
  readonly usualPageFaultsPerSecond: number | null
  readonly linkPagesPerSecond: number
}

export type ClauseName = 'hostCpu' | 'forecastHostCpu' | 'dirtyRate' | 'forecastDirtyRate' | 'pageFaults'

/** Where a VM's trigger stands. A clause in `on` has passed its threshold and not yet fallen below the re-arm level. */
export interface TriggerState {
  readonly phase: 'armed' | 'pending' | 'fired'
  /** Pool time since when it has been in this phase, ms. */
  readonly sinceMs: number
  readonly on: readonly ClauseName[]
}

export const armedTrigger: TriggerState = { phase: 'armed', sinceMs: 0, on: [] }

interface Clause {
  readonly name: ClauseName
  readonly label: string
  readonly unit: string
  readonly value: (reading: TriggerReading) => Measure
  /** Null where the clause cannot speak. */
  readonly limit: (reading: TriggerReading, thresholds: Thresholds) => number | null
}

const cpuLimit = ({ bearsHostLoad }: TriggerReading, { cpuTrigger }: Thresholds): number | null =>
  bearsHostLoad ? cpuTrigger.value : null

const theta = ({ linkPagesPerSecond }: TriggerReading, { triggerTheta }: Thresholds): number =>
  triggerTheta.value * linkPagesPerSecond

const clauses: readonly Clause[] = [
  {
    name: 'hostCpu',
    label: 'host CPU',
    unit: 'ratio',
    value: reading => reading.hostCpuRatio,
    limit: cpuLimit,
  },
  {
    name: 'forecastHostCpu',
    label: 'host CPU, forecast',
    unit: 'ratio',
    value: reading => reading.forecastHostCpuRatio,
    limit: cpuLimit,
  },
  {
    name: 'dirtyRate',
    label: 'dirty rate',
    unit: 'pages/s',
    value: reading => reading.dirtyPagesPerSecond,
    limit: theta,
  },
  {
    name: 'forecastDirtyRate',
    label: 'dirty rate, forecast',
    unit: 'pages/s',
    value: reading => reading.forecastDirtyPagesPerSecond,
    limit: theta,
  },
  {
    name: 'pageFaults',
    label: 'page faults',
    unit: 'faults/s',
    value: reading => reading.pageFaultsPerSecond,
    // A VM that usually has none has no level that a factor could be applied to.
    limit: ({ usualPageFaultsPerSecond: usual }, { pageFaultTrigger }) =>
      usual === null || usual === 0 ? null : usual * pageFaultTrigger.value,
  },
]

const NONE: readonly ClauseName[] = []

/** Schmitt triggers: on from the threshold up, off only below hysteresis x threshold. Unavailable is off. */
const clausesOn = (
  before: readonly ClauseName[],
  reading: TriggerReading,
  thresholds: Thresholds,
): readonly ClauseName[] => {
  const on = clauses.filter(({ name, value, limit }) => {
    const measure = value(reading)
    const most = limit(reading, thresholds)
    if (most === null || measure.origin === 'unavailable') return false
    return measure.value >= (before.includes(name) ? most * thresholds.hysteresis.value : most)
  })
  return on.length === 0 ? NONE : on.map(({ name }) => name)
}

const nextPhase = (
  state: TriggerState,
  anyOn: boolean,
  { nowMs, durationMs }: { nowMs: number; durationMs: number },
): Pick<TriggerState, 'phase' | 'sinceMs'> => {
  if (!anyOn) return state.phase === 'armed' ? state : { phase: 'armed', sinceMs: nowMs }
  if (state.phase === 'fired') return state
  const sinceMs = state.phase === 'pending' ? state.sinceMs : nowMs
  return nowMs - sinceMs >= durationMs ? { phase: 'fired', sinceMs: nowMs } : { phase: 'pending', sinceMs }
}

/**
 * One step of a VM's trigger (S1 eq 4, with S2's and S3's duration and our hysteresis): it fires once when any clause
 * has held for `triggerDuration`, and re-arms when all have fallen below hysteresis x threshold. A trigger that rests,
 * as nearly all do each second, is given back as it is.
 */
export const stepTrigger = (
  state: TriggerState,
  reading: TriggerReading,
  { thresholds, nowMs }: { thresholds: Thresholds; nowMs: number },
): { readonly state: TriggerState; readonly fired: boolean } => {
  const on = clausesOn(state.on, reading, thresholds)
  if (on.length === 0 && state.phase === 'armed') return { state, fired: false }
  const { phase, sinceMs } = nextPhase(state, on.length > 0, {
    nowMs,
    durationMs: thresholds.triggerDuration.value * 1000,
  })
  return { state: { phase, sinceMs, on }, fired: phase === 'fired' && state.phase !== 'fired' }
}

/** What a trigger looked at in a reading and found as `state` says. */
export const triggerInputs = (
  { on }: TriggerState,
  reading: TriggerReading,
  thresholds: Thresholds,
): readonly DecisionInput[] =>
  clauses.map(({ name, label, unit, value, limit }) => ({
    name: label,
    unit,
    value: value(reading),
    limit: limit(reading, thresholds),
    fired: on.includes(name),
  }))
