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

/**
 * The archives of XenServer. A row is the mean of evenly spaced moments: a row of a minute of those of its twelve rows of
 * 5 s, longer ones of one every 30 s and every 15 min.
 */
const ARCHIVES = [
  { stepSeconds: 5, rows: 120, samples: 5 },
  { stepSeconds: 60, rows: 120, samples: 60 },
  { stepSeconds: 3600, rows: 168, samples: 120 },
  { stepSeconds: 86_400, rows: 366, samples: 96 },
] as const
type Archive = (typeof ARCHIVES)[number]
/** A row is a number when at least so much of it is known (xff of the archives). */
const LEAST_KNOWN = 0.5
/** The control domain's own share of the host's CPU (guess). */
const CONTROL_DOMAIN_CPU = 0.02

type Column = { readonly legend: string; readonly value: (endMs: number) => number }

/** The metrics of hosts and of the VMs on them since a time, as /rrd_updates answers: newest row first. */
export const rrdUpdates = (
  pool: VirtualPool,
  hosts: readonly VirtualHost[],
  query: RrdQuery & { readonly nowMs: number },
): RrdUpdates => {
  const archive = archiveFor(query)
  const { stepSeconds, rows } = archive
  const lastSeconds = Math.floor(query.nowMs / 1000 / stepSeconds) * stepSeconds
  const activityOf = activityReader(pool, archive)
  const columns = hosts.flatMap(host => [
    ...pool
      .residents(host.uuid)
      .filter(vm => query.vmUuids === null || query.vmUuids.has(vm.uuid))
      .flatMap(vm => vmColumns(vm, activityOf)),
    ...(query.withHosts ? hostColumns({ pool, host, stepSeconds, activityOf }) : []),
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

const archiveFor = (query: RrdQuery & { readonly nowMs: number }): Archive => {
  const ageSeconds = query.nowMs / 1000 - query.startSeconds
  const fits = ARCHIVES.find(
    ({ stepSeconds, rows }) => stepSeconds >= query.intervalSeconds && ageSeconds <= stepSeconds * rows,
  )
  return fits ?? ARCHIVES[ARCHIVES.length - 1] ?? ARCHIVES[0]
}

/** The mean activity of a VM in the row that ends at a time; null when it was not recorded. */
type ActivityOf = (vm: VirtualVm, endMs: number) => Activity | null

/** Nothing is stored: a row follows from the workload whenever it is asked for. The row read last is kept. */
const activityReader = (pool: VirtualPool, { stepSeconds, samples }: Archive): ActivityOf => {
  const stepMs = stepSeconds * 1000
  let [rowEndMs, row] = [Number.NaN, new Map<VirtualVm, Activity | null>()]
  const read = (vm: VirtualVm, endMs: number): Activity | null => {
    const ms = Math.min(stepMs, endMs - pool.recordedSinceMs)
    if (ms < LEAST_KNOWN * stepMs) return null
    return meanActivity(vm.workload, pool.elapsedMs(endMs), { ms, samples })
  }
  return (vm, endMs) => {
    if (endMs !== rowEndMs) [rowEndMs, row] = [endMs, new Map()]
    const known = row.get(vm)
    if (known !== undefined) return known
    const activity = read(vm, endMs)
    row.set(vm, activity)
    return activity
  }
}

const vmColumns = (vm: VirtualVm, activityOf: ActivityOf): readonly Column[] => {
  const column = (name: string, pick: (activity: Activity) => number): Column => ({
    legend: `AVERAGE:vm:${vm.uuid}:${name}`,
    value: endMs => {
      const activity = activityOf(vm, endMs)
      return activity === null ? Number.NaN : pick(activity)
    },
  })
  const { memoryBytes, vcpuCount } = vm.config
  return [
    ...Array.from({ length: vcpuCount }, (_, i) => column(`cpu${i}`, a => a.cpuRatio)),
    column('cpu_usage', a => a.cpuRatio),
    column('memory', () => memoryBytes),
    column('memory_internal_free', a => (memoryBytes / 1024) * (1 - a.memoryRatio)),
    column('vif_0_rx', a => a.networkReceivedBytesPerSecond),
    column('vif_0_tx', a => a.networkSentBytesPerSecond),
    column('vbd_xvda_read', a => a.diskReadBytesPerSecond),
    column('vbd_xvda_write', a => a.diskWriteBytesPerSecond),
  ]
}

/** What the VMs on a host did together in a row. */
interface HostRow {
  readonly endMs: number
  readonly busyCpus: number
  readonly memoryBytes: number
  readonly receivedBytesPerSecond: number
  readonly sentBytesPerSecond: number
}

interface HostReading {
  readonly pool: VirtualPool
  readonly host: VirtualHost
  readonly stepSeconds: number
  readonly activityOf: ActivityOf
}

const hostColumns = (reading: HostReading): readonly Column[] => {
  const { pool, host, stepSeconds } = reading
  let row: HostRow | null = null
  const column = (name: string, pick: (row: HostRow) => number): Column => ({
    legend: `AVERAGE:host:${host.uuid}:${name}`,
    value: endMs => {
      if (endMs - pool.recordedSinceMs < LEAST_KNOWN * stepSeconds * 1000) return Number.NaN
      if (row?.endMs !== endMs) row = hostRow(reading, endMs)
      return pick(row)
    },
  })
  const { cpuCount, memoryBytes } = host.config
  const cpu = ({ busyCpus }: HostRow) => Math.min(1, CONTROL_DOMAIN_CPU + busyCpus / cpuCount)
  const moved = (steps: ReadonlyMap<number, number>, endMs: number) => trafficOf(steps, endMs, stepSeconds)
  return [
    ...Array.from({ length: cpuCount }, (_, i) => column(`cpu${i}`, cpu)),
    column('cpu_avg', cpu),
    column('memory_total_kib', () => memoryBytes / 1024),
    column('memory_free_kib', ({ memoryBytes: used }) => (memoryBytes - CONTROL_DOMAIN_BYTES - used) / 1024),
    column('pif_eth0_rx', r => moved(host.receivedByStep, r.endMs) + r.receivedBytesPerSecond),
    column('pif_eth0_tx', r => moved(host.sentByStep, r.endMs) + r.sentBytesPerSecond),
  ]
}

const hostRow = ({ pool, host, activityOf }: HostReading, endMs: number): HostRow => {
  let [busyCpus, memoryBytes, receivedBytesPerSecond, sentBytesPerSecond] = [0, 0, 0, 0]
  for (const vm of pool.residentsAt(host.uuid, endMs)) {
    memoryBytes += vm.config.memoryBytes
    const activity = activityOf(vm, endMs)
    if (activity === null) continue
    busyCpus += activity.cpuRatio * vm.config.vcpuCount
    receivedBytesPerSecond += activity.networkReceivedBytesPerSecond
    sentBytesPerSecond += activity.networkSentBytesPerSecond
  }
  return { endMs, busyCpus, memoryBytes, receivedBytesPerSecond, sentBytesPerSecond }
}

/** Migration bytes a second in a row. */
const trafficOf = (steps: ReadonlyMap<number, number>, endMs: number, stepSeconds: number): number => {
  const last = endMs / RRD_STEP_MS
  let bytes = 0
  for (const [step, moved] of steps)
    if (step <= last && step > last - (stepSeconds * 1000) / RRD_STEP_MS) bytes += moved
  return bytes / stepSeconds
}
