import { readFile } from 'node:fs/promises'
import { z } from 'zod'
import { type Measure, measured, UNAVAILABLE } from '../../../shared/model/measure.ts'
import type { HostSample, VmSample } from '../../../shared/model/sample.ts'
import type { MetricsReading } from '../../ports/hypervisor.ts'
import { cpuSecondsOf, machineFigures, residentBytesOf } from './process-figures.ts'
import { isHere, type PlacedVm } from './qemu-inventory.ts'
import type { PoolView } from './qemu-pool.ts'
import type { QmpClient } from './qmp-client.ts'

/** Counters of a VM, each since it began. */
interface Counters {
  readonly atMs: number
  readonly cpuSeconds: number | undefined
  readonly diskReadBytes: number | undefined
  readonly diskWrittenBytes: number | undefined
  readonly receivedBytes: number | undefined
  readonly sentBytes: number | undefined
  readonly residentBytes: number | undefined
}

const blockStats = {
  command: 'query-blockstats',
  answer: z.array(z.object({ stats: z.object({ rd_bytes: z.number(), wr_bytes: z.number() }) })),
}
/** QEMU counts no network: where it has a tap, Linux counts that; what the guest receives is what the tap sends. */
const networkInfo = {
  command: 'human-monitor-command',
  args: { 'command-line': 'info network' },
  answer: z.string().max(65_536),
}

const tapsOf = (text: string): readonly string[] =>
  [...text.matchAll(/ifname=([A-Za-z0-9._-]{1,15})/g)].flatMap(([, name]) => name ?? [])

const tapBytes = async (taps: readonly string[], side: 'tx' | 'rx'): Promise<number | undefined> => {
  if (taps.length === 0) return undefined
  const texts = await Promise.all(
    taps.map(tap => readFile(`/sys/class/net/${tap}/statistics/${side}_bytes`, 'utf8').catch(() => 'NaN')),
  )
  const sum = texts.reduce((total, text) => total + Number(text), 0)
  return Number.isFinite(sum) ? sum : undefined
}

const countersOf = async (
  { seen: { facts } }: PlacedVm,
  { qemu, here }: { readonly qemu: QmpClient; readonly here: boolean },
): Promise<Counters> => {
  const [blocks, network] = await Promise.all([qemu.ask(blockStats), qemu.ask(networkInfo)])
  const atMs = Date.now()
  const disks = facts.disks.length > 0 ? blocks : []
  const taps = here ? tapsOf(network) : []
  const sum = (values: readonly number[]) =>
    values.length === 0 ? undefined : values.reduce((total, value) => total + value, 0)
  return {
    atMs,
    cpuSeconds: here ? await cpuSecondsOf(facts.threads) : undefined,
    diskReadBytes: sum(disks.map(({ stats }) => stats.rd_bytes)),
    diskWrittenBytes: sum(disks.map(({ stats }) => stats.wr_bytes)),
    receivedBytes: await tapBytes(taps, 'tx'),
    sentBytes: await tapBytes(taps, 'rx'),
    residentBytes: here ? await residentBytesOf(facts.threads[0]) : undefined,
  }
}

/** What a counter grew by in a second. */
const perSecond = (
  now: Counters,
  before: Counters | undefined,
  read: (counters: Counters) => number | undefined,
): number | undefined => {
  const [to, from] = [read(now), before && read(before)]
  const seconds = before === undefined ? 0 : (now.atMs - before.atMs) / 1000
  return to === undefined || from === undefined || seconds <= 0 || to < from
    ? undefined
    : (to - from) / seconds
}

const sumOf = (values: readonly (number | undefined)[]): number | undefined => {
  const known = values.filter(value => value !== undefined)
  return known.length === 0 ? undefined : known.reduce((sum, value) => sum + value, 0)
}

const ratio = (value: number | undefined): Measure =>
  measured(value === undefined ? undefined : Math.min(1, Math.max(0, value)))

const sampleOf = (vm: PlacedVm, now: Counters, before: Counters | undefined): VmSample => {
  const { facts } = vm.seen
  const cpu = perSecond(now, before, each => each.cpuSeconds)
  const read = perSecond(now, before, each => each.diskReadBytes)
  const received = perSecond(now, before, each => each.receivedBytes)
  const written = perSecond(now, before, each => each.diskWrittenBytes)
  const sent = perSecond(now, before, each => each.sentBytes)
  return {
    vmId: vm.id,
    atMs: now.atMs,
    cpuRatio: ratio(cpu === undefined ? undefined : cpu / Math.max(1, facts.threads.length)),
    memoryRatio: ratio(now.residentBytes === undefined ? undefined : now.residentBytes / facts.memoryBytes),
    ioBytesPerSecond: measured(sumOf([read, written, received, sent])),
    diskReadBytesPerSecond: measured(read),
    networkReceiveBytesPerSecond: measured(received),
    dirtyPagesPerSecond: UNAVAILABLE,
    pageFaultsPerSecond: UNAVAILABLE,
  }
}

type Machine = ReturnType<typeof machineFigures>

const machineSample = (now: Machine, before: Machine | undefined): Omit<HostSample, 'hostId' | 'atMs'> => {
  const allMs = before === undefined ? 0 : now.allMs - before.allMs
  return {
    cpuRatio: ratio(
      before === undefined || allMs <= 0 ? undefined : 1 - (now.idleMs - before.idleMs) / allMs,
    ),
    memoryRatio: ratio(1 - now.freeBytes / now.totalBytes),
    memoryFreeBytes: measured(now.freeBytes),
    ioBytesPerSecond: UNAVAILABLE,
    networkBytesPerSecond: UNAVAILABLE,
  }
}

const nothingKnown: Omit<HostSample, 'hostId' | 'atMs'> = {
  cpuRatio: UNAVAILABLE,
  memoryRatio: UNAVAILABLE,
  memoryFreeBytes: UNAVAILABLE,
  ioBytesPerSecond: UNAVAILABLE,
  networkBytesPerSecond: UNAVAILABLE,
}

/** Figures of QEMUs and of this machine, by what their counters grew by since they were last read. */
export class QemuMetrics {
  #vms: ReadonlyMap<string, Counters> = new Map()
  #machine: Machine | undefined

  async read(view: PoolView, clientOf: (vm: PlacedVm) => QmpClient): Promise<MetricsReading> {
    const hosts = new Map(view.file.hosts.map(host => [host.name, host]))
    const counters = new Map<string, Counters>()
    const running = view.placed.filter(({ seen }) => seen.state.status === 'running')
    const vms = await Promise.all(
      running.map(async vm => {
        const host = hosts.get(vm.seen.socket.hostName)
        const here = host !== undefined && isHere(host)
        // One that has just ended has no figures; the others do.
        const read = async () => countersOf(vm, { qemu: clientOf(vm), here })
        const now = await read().catch(() => null)
        if (now === null) return []
        counters.set(vm.id, now)
        return [sampleOf(vm, now, this.#vms.get(vm.id))]
      }),
    )
    const machine = machineFigures()
    const own = machineSample(machine, this.#machine)
    this.#vms = counters
    this.#machine = machine
    const atMs = Date.now()
    return {
      atMs,
      vms: vms.flat(),
      hosts: view.inventory.hosts.map(({ id, name }) => {
        const host = hosts.get(name)
        return { hostId: id, atMs, ...(host !== undefined && isHere(host) ? own : nothingKnown) }
      }),
    }
  }
}
