import { type Measure, numberOf, UNAVAILABLE } from '../../shared/model/measure.ts'
import type { VmSample } from '../../shared/model/sample.ts'
import type { Vm } from '../../shared/model/vm.ts'
import {
  type CpuCoefficient,
  coefficientOf,
  fleetCoefficient,
  type LearntCoefficient,
  learnCoefficient,
  observedCoefficient,
  PRIOR_PAGES_PER_BUSY_VCPU,
} from '../core/estimate/cpu-coefficient.ts'
import {
  type EstimateFeatures,
  type EstimateParts,
  estimateDirtyPages,
  estimateParts,
} from '../core/estimate/dirty-estimate.ts'
import { RunningError } from '../core/estimate/estimate-error.ts'
import type { PastDirtying } from './past-dirtying.ts'

/** A dirty rate as the other figures of a VM let expect it. */
export interface DirtyEstimate {
  readonly measure: Measure
  /** What CPU, disk and network stand for in any VM: by the prior, so that they compare with their own past while we learn. */
  readonly parts: EstimateParts
}

/** Up to here the fleet's coefficient leaves the VM out that is compared; in a larger fleet one VM moves no median. */
const LEAVE_OUT_UP_TO = 64
/** The fleet's coefficient is worked out anew after so many readings. A guess. */
const FLEET_EVERY = 64

export const estimateFeaturesOf = (vm: Vm, sample: VmSample): EstimateFeatures => ({
  cpuRatio: numberOf(sample.cpuRatio),
  vcpuCount: vm.vcpuCount,
  diskReadBytesPerSecond: numberOf(sample.diskReadBytesPerSecond),
  networkReceiveBytesPerSecond: numberOf(sample.networkReceiveBytesPerSecond),
  memoryBytes: vm.memoryBytes,
  memoryRatio: numberOf(sample.memoryRatio),
})

type Basis = 'own' | 'others'

interface Errors {
  readonly all: RunningError
  readonly byPool: Map<string, RunningError>
}

const errorsOf = (): Errors => ({ all: new RunningError(), byPool: new Map() })

/** Estimates dirty rates, learns from each one that is measured, and keeps how far off the estimates were. */
export class DirtyEstimator {
  readonly #learnt = new Map<string, LearntCoefficient>()
  /** What is to be learnt of each VM as soon as its number of vCPUs is known. */
  readonly #past = new Map<string, readonly PastDirtying[]>()
  /** Of all pools, and by the id of each. */
  readonly #errors = { own: errorsOf(), others: errorsOf() } satisfies Readonly<Record<Basis, Errors>>
  #fleet: CpuCoefficient = fleetCoefficient([])
  #learntSinceFleet = 0

  /** Takes in what migrations of earlier runs showed, oldest first; what a VM shows in this run comes on top of it. */
  remember(past: readonly PastDirtying[]): void {
    for (const [vmId, told] of Map.groupBy(past, ({ vmId }) => vmId)) this.#past.set(vmId, told)
  }

  /** The estimate of a VM, aged as the oldest figure it rests on; undefined where its CPU use is not known. */
  estimate(vm: Vm, sample: VmSample): DirtyEstimate | undefined {
    this.#learnPast(vm)
    const features = estimateFeaturesOf(vm, sample)
    const own = this.#learnt.get(vm.id)
    const coefficient = own === undefined ? this.#fleet.pagesPerBusyVcpu : coefficientOf(own)
    const value = estimateDirtyPages(features, coefficient)
    const parts = estimateParts(features, PRIOR_PAGES_PER_BUSY_VCPU)
    if (value === undefined || parts === undefined) return undefined
    const ageMs = Math.max(
      ageOf(sample.cpuRatio),
      ageOf(sample.diskReadBytesPerSecond),
      ageOf(sample.networkReceiveBytesPerSecond),
    )
    const errorRatio = this.errorRatio(own === undefined ? 'others' : 'own', vm.poolId)
    const estimate = { origin: 'estimated', value, ageMs } as const
    return { measure: errorRatio === undefined ? estimate : { ...estimate, errorRatio }, parts }
  }

  /**
   * A dirty rate that was read while a VM's figures were `features`: first the estimates that would have been made
   * without it are held against it, one by what the VM showed before and one by what others show; then it is learnt.
   */
  compare(vm: Vm, features: EstimateFeatures, pagesPerSecond: number): void {
    const own = this.#learnt.get(vm.id)
    if (own !== undefined)
      this.#note('own', vm.poolId, [estimateDirtyPages(features, coefficientOf(own)), pagesPerSecond])
    const others = this.#fleetWithout(vm.id).pagesPerBusyVcpu
    this.#note('others', vm.poolId, [estimateDirtyPages(features, others), pagesPerSecond])
    this.learn(vm.id, features, pagesPerSecond)
  }

  /** Takes in what a VM dirtied, as its migration told: nothing is compared, for a round is longer than a window. */
  learn(vmId: string, features: EstimateFeatures, pagesPerSecond: number): void {
    const observed = observedCoefficient(features, pagesPerSecond)
    if (observed === undefined) return
    this.#learnt.set(vmId, learnCoefficient(this.#learnt.get(vmId), observed))
    if (this.#learnt.size > LEAVE_OUT_UP_TO && ++this.#learntSinceFleet < FLEET_EVERY) return
    this.#learntSinceFleet = 0
    this.#fleet = fleetCoefficient(this.#learnt.values())
  }

  forget(vmId: string): void {
    this.#learnt.delete(vmId)
  }

  #learnPast(vm: Vm): void {
    const past = this.#past.get(vm.id)
    if (past === undefined) return
    this.#past.delete(vm.id)
    for (const { cpuRatio, pagesPerSecond } of past) {
      // What devices wrote then is not kept: it counts as the vCPUs' own.
      const features = {
        cpuRatio,
        vcpuCount: vm.vcpuCount,
        diskReadBytesPerSecond: undefined,
        networkReceiveBytesPerSecond: undefined,
        memoryBytes: vm.memoryBytes,
        memoryRatio: undefined,
      }
      this.learn(vm.id, features, pagesPerSecond)
    }
  }

  /** The median relative error of such estimates: in this pool where it could be measured there, else in all pools. */
  errorRatio(basis: Basis, poolId: string): number | undefined {
    const { all, byPool } = this.#errors[basis]
    return byPool.get(poolId)?.ratio ?? all.ratio
  }

  #fleetWithout(vmId: string): CpuCoefficient {
    if (this.#learnt.size > LEAVE_OUT_UP_TO) return this.#fleet
    return fleetCoefficient([...this.#learnt].flatMap(([id, learnt]) => (id === vmId ? [] : [learnt])))
  }

  #note(basis: Basis, poolId: string, [estimated, measured]: readonly [number | undefined, number]): void {
    if (estimated === undefined) return
    const { all, byPool } = this.#errors[basis]
    let ofPool = byPool.get(poolId)
    if (ofPool === undefined) {
      ofPool = new RunningError()
      byPool.set(poolId, ofPool)
    }
    ofPool.add(estimated, measured)
    all.add(estimated, measured)
  }
}

const ageOf = (measure: Measure): number => (measure.origin === 'unavailable' ? 0 : measure.ageMs)

/** What is told of a VM's dirty rate: the reading or the migration's figure while they hold, else the estimate. */
export const dirtyRateOf = (known: Measure, estimate: DirtyEstimate | undefined): Measure =>
  known.origin === 'unavailable' ? (estimate?.measure ?? UNAVAILABLE) : known
