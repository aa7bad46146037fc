import type { PowerState } from '../../../shared/model/vm.ts'
import type { VmCounters } from '../system/vm-counters.ts'

/** What libvirt does to a domain, as domjobinfo tells it. */
export interface DomainJob {
  /** libvirt's word for it, such as `outgoing migration`. */
  readonly operation: string
  /** Undefined until it has begun to send. */
  readonly totalBytes: number | undefined
  readonly remainingBytes: number | undefined
  /** Undefined until the first pass is over. */
  readonly dirtyPagesPerSecond: number | undefined
}

/** A VM as libvirt knows it on one host. */
export interface Domain {
  readonly uuid: string
  readonly name: string
  readonly powerState: PowerState
  readonly vcpuCount: number
  readonly memoryBytes: number
  readonly counters: Omit<VmCounters, 'atMs'>
  readonly job: DomainJob | null
}

export const isMigratingOut = ({ job }: Domain): boolean => job?.operation === 'outgoing migration'
