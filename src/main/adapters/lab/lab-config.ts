import { GIB, gbitPerSecond } from '../../../shared/units.ts'

export interface LabHostConfig {
  readonly name: string
  /** Loopback address it answers on. */
  readonly address: string
  readonly cpuCount: number
  readonly memoryBytes: number
}

/** What a VM does; docs/lab.md describes each kind. */
export type LabWorkloadConfig =
  | { readonly kind: 'idle' }
  /** Hour of lab time (UTC) of the most visitors, and the CPU ratio then. */
  | { readonly kind: 'daily'; readonly peakHour: number; readonly peakCpuRatio: number }
  | { readonly kind: 'batch'; readonly firstMs: number; readonly everyMs: number; readonly busyMs: number }
  | { readonly kind: 'memory-test'; readonly pagesPerSecond: number }
  | { readonly kind: 'cpu' }
  | { readonly kind: 'trace'; readonly trace: string; readonly startRow: number }
  | {
      readonly kind: 'storm'
      readonly firstMs: number
      readonly everyMs: number
      readonly rampMs: number
      readonly lastsMs: number
      /** Unique pages dirtied in 1 s at the height of the storm, over the pages the link carries in 1 s. */
      readonly peakShareOfLink: number
    }
  /** Always the same: `writesPerSecond` over `writtenShare` of memory. */
  | {
      readonly kind: 'steady'
      readonly cpuRatio: number
      readonly writesPerSecond: number
      readonly writtenShare: number
    }

export interface LabVmConfig {
  readonly name: string
  readonly description: string
  /** Name of the host it starts on. */
  readonly host: string
  readonly memoryBytes: number
  readonly vcpuCount: number
  readonly workload: LabWorkloadConfig
  /** Size of its disk, where that lies on its host's own storage; absent: it lies on the shared one. */
  readonly localDiskBytes?: number
}

/** A virtual pool as plain data, so that it can travel to the lab's thread. The first host is the master. */
export interface LabConfig {
  readonly poolName: string
  readonly hosts: readonly LabHostConfig[]
  readonly vms: readonly LabVmConfig[]
  readonly linkBytesPerSecond: number
  readonly roundTripMs: number
  /** Fixed part of a pause, ms, and the seeded part that comes on top, 0..this. */
  readonly handshakeMs: number
  readonly handshakeSpreadMs: number
  readonly zeroShare: number
  readonly msPerTraceRow: number
  readonly remark: string
  /** False: a plain XenServer pool, whose hosts lack the plugin. */
  readonly hasPlugin?: boolean
}

/** Memory that a host keeps for its control domain. */
export const CONTROL_DOMAIN_BYTES = 2 * GIB

const played = (trace: string, startRow: number) => ({ kind: 'trace', trace, startRow }) as const

const fromTrace = (
  name: string,
  host: string,
  size: { readonly gib: number; readonly vcpus: number },
  workload: LabWorkloadConfig & { readonly kind: 'trace' },
): LabVmConfig => ({
  name,
  description: `Plays Bitbrains VM ${workload.trace} from row ${workload.startRow}`,
  host,
  memoryBytes: size.gib * GIB,
  vcpuCount: size.vcpus,
  workload,
})

const host = (name: string, address: string): LabHostConfig => ({
  name,
  address,
  cpuCount: 32,
  memoryBytes: 32 * GIB,
})

/**
 * Three hosts of 32 CPUs and 32 GiB and twelve VMs. vCPUs are the recorded cores; memory is a quarter of the recorded
 * size, to the nearest power of two, 1 to 8 GiB. Every host has room for one more VM of 8 GiB.
 */
export const defaultLabConfig: LabConfig = {
  poolName: 'lab A',
  hosts: [host('host-1', '127.0.0.1'), host('host-2', '127.0.0.2'), host('host-3', '127.0.0.3')],
  vms: [
    fromTrace('api-01', 'host-1', { gib: 4, vcpus: 4 }, played('185', 217)),
    fromTrace('web-02', 'host-1', { gib: 1, vcpus: 1 }, played('209', 238)),
    fromTrace('etl-03', 'host-1', { gib: 2, vcpus: 2 }, played('237', 0)),
    fromTrace('app-04', 'host-2', { gib: 8, vcpus: 8 }, played('61', 0)),
    fromTrace('batch-05', 'host-2', { gib: 8, vcpus: 8 }, played('81', 82)),
    fromTrace('cache-06', 'host-2', { gib: 2, vcpus: 2 }, played('89', 240)),
    {
      name: 'db-07',
      description: 'Write-heavy database: calm, then a bulk update every six minutes',
      host: 'host-1',
      memoryBytes: 8 * GIB,
      vcpuCount: 4,
      workload: {
        kind: 'storm',
        firstMs: 40_000,
        everyMs: 360_000,
        rampMs: 25_000,
        lastsMs: 150_000,
        peakShareOfLink: 0.8,
      },
    },
    fromTrace('app-08', 'host-3', { gib: 4, vcpus: 8 }, played('41', 0)),
    fromTrace('app-09', 'host-3', { gib: 8, vcpus: 8 }, played('69', 150)),
    fromTrace('batch-10', 'host-3', { gib: 4, vcpus: 4 }, played('193', 0)),
    fromTrace('cache-11', 'host-3', { gib: 2, vcpus: 2 }, played('89', 0)),
    {
      ...fromTrace('etl-12', 'host-3', { gib: 2, vcpus: 2 }, played('237', 240)),
      description: 'Plays Bitbrains VM 237 from row 240; its disk lies on its host',
      localDiskBytes: 16 * GIB,
    },
  ],
  linkBytesPerSecond: gbitPerSecond(10),
  roundTripMs: 0.2,
  handshakeMs: 30,
  handshakeSpreadMs: 20,
  zeroShare: 0.2,
  msPerTraceRow: 10_000,
  remark: 'Recorded Bitbrains rows of 300 s play in 10 s',
}
