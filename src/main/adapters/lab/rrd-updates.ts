import { type Activity, meanActivity } from '../../core/simulation/activity.ts'
import { CONTROL_DOMAIN_BYTES } from './lab-config.ts'
import { RRD_STEP_MS, type VirtualHost, type VirtualPool } from './virtual-pool.ts'
import type { VirtualVm } from './virtual-vm.ts'

export interface RrdQuery {
  /** First time wanted, s since the epoch. */
  readonly startSeconds: number
  /** Length of a step wanted, s; 0 for the finest that reaches back to the start. */
  readonly intervalSeconds: number
  readonly withHosts: boolean
  /** Null: all VMs. */
  readonly vmUuids: ReadonlySet<string> | null
}

/** What /rrd_updates tells, newest row first, before it is JSON or XML. */
export interface RrdUpdates {
  readonly meta: {
    readonly start: number
    readonly step: number
    readonly end: number
    readonly rows: number
    readonly columns: number
    /** `AVERAGE:vm:<uuid>:<data source>`, one a column. */
    readonly legend: readonly string[]
  }
  readonly data: readonly { readonly t: number; readonly values: readonly string[] }[]
}

const ARCHIVES = [
  { stepSeconds: 5, rows: 120 },
  { stepSeconds: 60, rows: 120 },
  { stepSeconds: 3600, rows: 168 },
] as const
/** The control domain's own share of the host's CPU (guess). */
const CONTROL_DOMAIN_CPU = 0.02

type Column = { readonly legend: string; readonly value: (endMs: number) => number }

/** The metrics of hosts and of the VMs on them since a time, as /rrd_updates answers: newest row first. */
export const rrdUpdates = (
  pool: VirtualPool,
  hosts: readonly VirtualHost[],
  query: RrdQuery & { readonly nowMs: number },
): RrdUpdates => {
  const { stepSeconds, rows } = archiveFor(query)
  const lastSeconds = Math.floor(query.nowMs / 1000 / stepSeconds) * stepSeconds
  const columns = hosts.flatMap(host => [
    ...pool
      .residents(host.uuid)
      .filter(vm => query.vmUuids === null || query.vmUuids.has(vm.uuid))
      .flatMap(vm => vmColumns(pool, vm, stepSeconds)),
    ...(query.withHosts ? hostColumns(pool, host, stepSeconds) : []),
  ])
  const times = Array.from({ length: rows }, (_, i) => lastSeconds - i * stepSeconds).filter(
    t => t >= query.startSeconds,
  )
  const data = times.map(t => ({ t, values: columns.map(column => column.value(t * 1000).toPrecision(6)) }))
  return {
    meta: {
      start: times.at(-1) ?? lastSeconds,
      step: stepSeconds,
      end: lastSeconds,
      rows: data.length,
      columns: columns.length,
      legend: columns.map(column => column.legend),
    },
    data,
  }
}

const archiveFor = (query: RrdQuery & { readonly nowMs: number }) => {
  const ageSeconds = query.nowMs / 1000 - query.startSeconds
  const fits = ARCHIVES.find(
    ({ stepSeconds, rows }) => stepSeconds >= query.intervalSeconds && ageSeconds <= stepSeconds * rows,
  )
  return fits ?? ARCHIVES[ARCHIVES.length - 1] ?? ARCHIVES[0]
}

const activityOf = (pool: VirtualPool, vm: VirtualVm, stepSeconds: number) => {
  let taken: { readonly endMs: number; readonly activity: Activity } | null = null
  return (endMs: number): Activity => {
    if (taken?.endMs !== endMs)
      taken = {
        endMs,
        activity: meanActivity(vm.workload, pool.elapsedMs(endMs), {
          ms: stepSeconds * 1000,
          samples: 5,
        }),
      }
    return taken.activity
  }
}

const vmColumns = (pool: VirtualPool, vm: VirtualVm, stepSeconds: number): readonly Column[] => {
  const at = activityOf(pool, vm, stepSeconds)
  const column = (name: string, value: (endMs: number) => number): Column => ({
    legend: `AVERAGE:vm:${vm.uuid}:${name}`,
    value,
  })
  const { memoryBytes, vcpuCount } = vm.config
  const cpus = Array.from({ length: vcpuCount }, (_, i) => column(`cpu${i}`, ms => at(ms).cpuRatio))
  return [
    ...cpus,
    column('cpu_usage', ms => at(ms).cpuRatio),
    column('memory', () => memoryBytes),
    column('memory_internal_free', ms => (memoryBytes / 1024) * (1 - at(ms).memoryRatio)),
    column('vif_0_rx', ms => at(ms).networkReceivedBytesPerSecond),
    column('vif_0_tx', ms => at(ms).networkSentBytesPerSecond),
    column('vbd_xvda_read', ms => at(ms).diskReadBytesPerSecond),
    column('vbd_xvda_write', ms => at(ms).diskWriteBytesPerSecond),
  ]
}

const hostColumns = (pool: VirtualPool, host: VirtualHost, stepSeconds: number): readonly Column[] => {
  const activities = new Map(pool.vms.map(vm => [vm, activityOf(pool, vm, stepSeconds)]))
  const sum = (endMs: number, pick: (activity: Activity, vm: VirtualVm) => number) =>
    pool.residentsAt(host.uuid, endMs).reduce((total, vm) => {
      const activity = activities.get(vm)?.(endMs)
      return activity === undefined ? total : total + pick(activity, vm)
    }, 0)
  const cpu = (endMs: number) =>
    Math.min(
      1,
      CONTROL_DOMAIN_CPU + sum(endMs, (a, vm) => a.cpuRatio * vm.config.vcpuCount) / host.config.cpuCount,
    )
  const traffic = (steps: ReadonlyMap<number, number>, endMs: number) => {
    const last = endMs / RRD_STEP_MS
    const count = (stepSeconds * 1000) / RRD_STEP_MS
    let bytes = 0
    for (let i = 0; i < count; i++) bytes += steps.get(last - i) ?? 0
    return bytes / stepSeconds
  }
  const column = (name: string, value: (endMs: number) => number): Column => ({
    legend: `AVERAGE:host:${host.uuid}:${name}`,
    value,
  })
  const usedBytes = (endMs: number) =>
    pool.residentsAt(host.uuid, endMs).reduce((total, vm) => total + vm.config.memoryBytes, 0)
  return [
    ...Array.from({ length: host.config.cpuCount }, (_, i) => column(`cpu${i}`, cpu)),
    column('cpu_avg', cpu),
    column('memory_total_kib', () => host.config.memoryBytes / 1024),
    column('memory_free_kib', ms => (host.config.memoryBytes - CONTROL_DOMAIN_BYTES - usedBytes(ms)) / 1024),
    column(
      'pif_eth0_rx',
      ms => traffic(host.receivedByStep, ms) + sum(ms, a => a.networkReceivedBytesPerSecond),
    ),
    column('pif_eth0_tx', ms => traffic(host.sentByStep, ms) + sum(ms, a => a.networkSentBytesPerSecond)),
  ]
}
