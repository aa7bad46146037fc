import { busyVcpus, dmaPages, type EstimateFeatures } from './dirty-estimate.ts'

/** What an estimate's pages for each busy vCPU were learnt from. */
export type CoefficientSource = 'own' | 'fleet' | 'prior'

/** Pages/s that one busy vCPU dirties, and from where this is known. */
export interface CpuCoefficient {
  readonly pagesPerBusyVcpu: number
  readonly source: CoefficientSource
}

/**
 * Where nothing was ever measured. Real PostgreSQL guests under YCSB (70 recorded QEMU migrations, QEMU's own dirty rate)
 * dirty about 2,000 pages/s for each of their busy client threads; a thread keeps at most one vCPU busy.
 */
export const PRIOR_PAGES_PER_BUSY_VCPU = 2_000

/** Below this many busy vCPUs a reading says nothing about them: timers and devices outweigh them. A guess. */
const LEAST_BUSY = 0.05

/** What one measured dirty rate says of the coefficient: what devices do not explain, by busy vCPU; undefined when idle. */
export const observedCoefficient = (
  features: EstimateFeatures,
  measuredPagesPerSecond: number,
): number | undefined => {
  const busy = busyVcpus(features)
  if (busy === undefined || busy < LEAST_BUSY) return undefined
  return Math.max(0, measuredPagesPerSecond - dmaPages(features)) / busy
}

/** A VM's coefficient as it has shown itself: the mean of its logarithm over the last observations. */
export interface LearntCoefficient {
  readonly logMean: number
  readonly count: number
}

/** Weight of the newest observation once there are several: about the last ten count. A guess. */
const NEWEST_WEIGHT = 0.1

/** Takes one observation in; logarithms, because coefficients of one VM differ by factors, not by amounts. */
export const learnCoefficient = (
  learnt: LearntCoefficient | undefined,
  observed: number,
): LearntCoefficient => {
  const log = Math.log1p(observed)
  if (learnt === undefined) return { logMean: log, count: 1 }
  const weight = Math.max(NEWEST_WEIGHT, 1 / (learnt.count + 1))
  return { logMean: learnt.logMean + weight * (log - learnt.logMean), count: learnt.count + 1 }
}

export const coefficientOf = ({ logMean }: LearntCoefficient): number => Math.expm1(logMean)

/** How many VMs must have shown theirs before the fleet's median is worth more than the prior. A guess. */
export const FLEET_LEAST_VMS = 5

/** The median of what the VMs have shown; the prior while there are too few. */
export const fleetCoefficient = (learnt: Iterable<LearntCoefficient>): CpuCoefficient => {
  const all = Float64Array.from([...learnt].map(coefficientOf)).sort()
  if (all.length < FLEET_LEAST_VMS) return { pagesPerBusyVcpu: PRIOR_PAGES_PER_BUSY_VCPU, source: 'prior' }
  const middle = all.length >> 1
  const high = all[middle] ?? 0
  const median = all.length % 2 === 1 ? high : ((all[middle - 1] ?? high) + high) / 2
  return { pagesPerBusyVcpu: median, source: 'fleet' }
}
