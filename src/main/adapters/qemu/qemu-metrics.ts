import { readFile } from 'node:fs/promises'
import { z } from 'zod'
import { measured, UNAVAILABLE } from '../../../shared/model/measure.ts'
import type { HostSample, VmSample } from '../../../shared/model/sample.ts'
import type { MetricsReading } from '../../ports/hypervisor.ts'
import { observedSample, observedVmId } from '../libvirt/observed-vm.ts'
import { ratio, sampleOf, type VmCounters } from '../system/vm-counters.ts'
import { isHere } from './is-here.ts'
import { cpuSecondsOf, machineFigures, residentBytesOf } from './process-figures.ts'
import type { PlacedVm } from './qemu-inventory.ts'
import type { PoolView } from './qemu-pool.ts'
import type { QmpClient } from './qmp-client.ts'

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
): Promise<VmCounters> => {
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

const observedSamples = ({ observed, inventory }: PoolView, atMs: number): readonly VmSample[] =>
  observed.flatMap(vm => observedSample(observedVmId(inventory.pool.id, vm), vm, atMs) ?? [])

/** Figures of QEMUs and of this machine, by what their counters grew by since they were last read. */
export class QemuMetrics {
  #vms: ReadonlyMap<string, VmCounters> = new Map()
  #machine: Machine | undefined

  async read(view: PoolView, clientOf: (vm: PlacedVm) => QmpClient): Promise<MetricsReading> {
    const hosts = new Map(view.file.hosts.map(host => [host.name, host]))
    const counters = new Map<string, VmCounters>()
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
        const { threads, memoryBytes } = vm.seen.facts
        const before = this.#vms.get(vm.id)
        return [sampleOf({ vmId: vm.id, vcpuCount: threads.length, memoryBytes, now, before }, now.atMs)]
      }),
    )
    const machine = machineFigures()
    const own = machineSample(machine, this.#machine)
    this.#vms = counters
    this.#machine = machine
    const atMs = Date.now()
    return {
      atMs,
      vms: [...vms.flat(), ...observedSamples(view, atMs)],
      hosts: view.inventory.hosts.map(({ id, name }) => {
        const host = hosts.get(name)
        return { hostId: id, atMs, ...(host !== undefined && isHere(host) ? own : nothingKnown) }
      }),
    }
  }
}
