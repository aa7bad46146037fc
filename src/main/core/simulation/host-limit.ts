import type { SimulationCase } from '../../../shared/model/simulation-case.ts'
import { hostOf } from './host-presets.ts'
import { streamBytesPerSecond } from './network-path.ts'

/** What a host is told to send at most. */
export interface HostLimit {
  readonly bytesPerMs: number
  /** Until when it holds: QEMU lifts it when it pauses the guest (migration.c, migration_completion). */
  readonly until: 'pause' | 'end'
}

export const hostLimitOf = (given: SimulationCase): HostLimit | null =>
  given.limitBytesPerSecond === undefined
    ? null
    : { bytesPerMs: given.limitBytesPerSecond / 1000, until: hostOf(given).limitUntil }

/** What a migration gets of its link at most while the guest runs at its source, bytes/s. */
export const liveBytesPerSecond = ({ link, limitBytesPerSecond }: SimulationCase): number =>
  Math.min(streamBytesPerSecond(link), limitBytesPerSecond ?? Number.POSITIVE_INFINITY)
