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
  readonly value: Measure
  /** Null where the clause cannot speak. */
  readonly limit: number | null
}

const clausesOf = (reading: TriggerReading, thresholds: Thresholds): readonly Clause[] => {
  const theta = thresholds.triggerTheta.value * reading.linkPagesPerSecond
  const cpuLimit = reading.bearsHostLoad ? thresholds.cpuTrigger.value : null
  const usual = reading.usualPageFaultsPerSecond
  return [
    { name: 'hostCpu', label: 'host CPU', unit: 'ratio', value: reading.hostCpuRatio, limit: cpuLimit },
    {
      name: 'forecastHostCpu',
      label: 'host CPU, forecast',
      unit: 'ratio',
      value: reading.forecastHostCpuRatio,
      limit: cpuLimit,
    },
    {
      name: 'dirtyRate',
      label: 'dirty rate',
      unit: 'pages/s',
      value: reading.dirtyPagesPerSecond,
      limit: theta,
    },
    {
      name: 'forecastDirtyRate',
      label: 'dirty rate, forecast',
      unit: 'pages/s',
      value: reading.forecastDirtyPagesPerSecond,
      limit: theta,
    },
    {
      name: 'pageFaults',
      label: 'page faults',
      unit: 'faults/s',
      value: reading.pageFaultsPerSecond,
      limit: usual === null ? null : usual * thresholds.pageFaultTrigger.value,
    },
  ]
}

/** A Schmitt trigger: on from the threshold up, off only below hysteresis x threshold. Unavailable is off. */
const isOn = ({ value, limit }: Clause, wasOn: boolean, hysteresis: number): boolean =>
  limit !== null && value.origin !== 'unavailable' && value.value >= (wasOn ? limit * hysteresis : limit)

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
 * has held for `triggerDuration`, and re-arms when all have fallen below hysteresis x threshold.
 */
export const stepTrigger = (
  state: TriggerState,
  reading: TriggerReading,
  { thresholds, nowMs }: { thresholds: Thresholds; nowMs: number },
): { readonly state: TriggerState; readonly fired: boolean; readonly inputs: readonly DecisionInput[] } => {
  const clauses = clausesOf(reading, thresholds)
  const on = clauses
    .filter(clause => isOn(clause, state.on.includes(clause.name), thresholds.hysteresis.value))
    .map(clause => clause.name)
  const next = nextPhase(state, on.length > 0, { nowMs, durationMs: thresholds.triggerDuration.value * 1000 })
  return {
    state: { ...next, on },
    fired: next.phase === 'fired' && state.phase !== 'fired',
    inputs: clauses.map(({ name, label, unit, value, limit }) => ({
      name: label,
      unit,
      value,
      limit,
      fired: on.includes(name),
    })),
  }
}
