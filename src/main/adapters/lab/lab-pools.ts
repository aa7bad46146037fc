import { GIB, gbitPerSecond } from '../../../shared/units.ts'
import { generateLab } from './generated-lab.ts'
import { defaultLabConfig, type LabConfig, type LabHostConfig, type LabVmConfig } from './lab-config.ts'

/** What a lab may be asked for. */
export const labRanges = {
  hosts: { least: 1, most: 16 },
  vms: { least: 1, most: 10_000 },
  /** Seeds of the VMs are a thousand times this, and must stay whole numbers of 32 bits. */
  seed: { least: 0, most: 2_000_000 },
  speed: { least: 1, most: 60 },
  /** Of the first pool; the second takes the next one. */
  port: { least: 0, most: 65_534 },
} as const

const plainHost = (name: string, address: string): LabHostConfig => ({
  name,
  address,
  cpuCount: 16,
  memoryBytes: 24 * GIB,
})

type VmPlan = Omit<LabVmConfig, 'name' | 'memoryBytes'> & { readonly gib: number }

const vm = (name: string, { gib, ...rest }: VmPlan): LabVmConfig => ({
  name,
  memoryBytes: gib * GIB,
  ...rest,
})

/** A plain XenServer without the plugin: two hosts of 16 CPUs and 24 GiB, either of which can carry all six VMs. */
export const plainLabConfig: LabConfig = {
  poolName: 'lab B',
  hosts: [plainHost('plain-1', '127.0.0.1'), plainHost('plain-2', '127.0.0.2')],
  vms: [
    vm('mail-01', {
      description: 'Mail server, most visitors at 10:00 UTC',
      host: 'plain-1',
      gib: 2,
      vcpuCount: 2,
      workload: { kind: 'daily', peakHour: 10, peakCpuRatio: 0.5 },
    }),
    vm('files-02', {
      description: 'Plays Bitbrains VM 193 from row 140',
      host: 'plain-2',
      gib: 4,
      vcpuCount: 4,
      workload: { kind: 'trace', trace: '193', startRow: 140 },
    }),
    vm('build-03', {
      description: 'A job of four minutes every ten',
      host: 'plain-2',
      gib: 4,
      vcpuCount: 4,
      workload: { kind: 'batch', firstMs: 60_000, everyMs: 600_000, busyMs: 240_000 },
    }),
    vm('db-04', {
      description: 'Write-heavy database: calm, then a bulk update every eight minutes',
      host: 'plain-1',
      gib: 4,
      vcpuCount: 4,
      workload: {
        kind: 'storm',
        firstMs: 90_000,
        everyMs: 480_000,
        rampMs: 25_000,
        lastsMs: 150_000,
        peakShareOfLink: 0.6,
      },
    }),
    vm('spare-05', {
      description: 'Waits for work',
      host: 'plain-1',
      gib: 1,
      vcpuCount: 1,
      workload: { kind: 'idle' },
    }),
    vm('render-06', {
      description: 'Computes without an end, writes little',
      host: 'plain-2',
      gib: 2,
      vcpuCount: 4,
      workload: { kind: 'cpu' },
    }),
  ],
  linkBytesPerSecond: gbitPerSecond(10),
  roundTripMs: 0.2,
  handshakeMs: 30,
  handshakeSpreadMs: 20,
  zeroShare: 0.2,
  msPerTraceRow: 10_000,
  remark: 'Recorded Bitbrains rows of 300 s play in 10 s',
  hasPlugin: false,
}

export interface LabChoice {
  readonly seed: number
  readonly hosts?: number | undefined
  readonly vms?: number | undefined
}

/** The pools of a lab: A, with the plugin, as it comes or of a chosen size, and B, a plain XenServer. */
export const labPools = ({ seed, hosts, vms }: LabChoice): readonly LabConfig[] => {
  const asItComes = hosts === undefined && vms === undefined
  const size = { hosts: hosts ?? 3, vms: vms ?? 12, seed }
  return [asItComes ? defaultLabConfig : generateLab('lab A', size), plainLabConfig]
}
