import { performance } from 'node:perf_hooks'
import { FakeClock } from '../fakes/fake-clock.ts'
import { aHost, anInventory, aVm, FakeHypervisor } from '../fakes/fake-hypervisor.ts'
import { aConsole } from '../support/a-console.ts'
import { deviationOf, medianOf } from './statistics.ts'

const WARM_UP = 25
const TICKS = 40

interface TickCost {
  readonly times: readonly number[]
  /** The longest time between two turns of the event loop in each tick. */
  readonly blocks: readonly number[]
  readonly cpuMs: number
}

/** Tells the longest time between two turns of the event loop since it was last asked. */
const watchTurns = () => {
  let lastMs = performance.now()
  let longestMs = 0
  let next: NodeJS.Immediate
  const turn = () => {
    const nowMs = performance.now()
    longestMs = Math.max(longestMs, nowMs - lastMs)
    lastMs = nowMs
    next = setImmediate(turn)
  }
  next = setImmediate(turn)
  const takeLongest = (): number => {
    const taken = longestMs
    longestMs = 0
    return taken
  }
  return { takeLongest, stop: () => clearImmediate(next) }
}

const cpuMsSince = (from?: NodeJS.CpuUsage): number => {
  const { user, system } = process.threadCpuUsage(from)
  return (user + system) / 1000
}

/** Main's own share of a tick: a pool that answers at once, a network that runs elsewhere. */
const tickCost = async (vmCount: number): Promise<TickCost> => {
  const hosts = Array.from({ length: Math.max(3, Math.ceil(vmCount / 50)) }, (_, i) =>
    aHost({ id: `host-${i + 1}` }),
  )
  const vms = Array.from({ length: vmCount }, (_, i) =>
    aVm({ id: `vm-${i}`, hostId: hosts[i % hosts.length]?.id ?? null }),
  )
  const hypervisor = new FakeHypervisor(anInventory(vms, hosts))
  hypervisor.pageFaults = 20
  const clock = new FakeClock()
  hypervisor.atMs = clock.now()
  const running = aConsole({ connect: async () => hypervisor, clock, level: 'observe' })
  const times: number[] = []
  const blocks: number[] = []
  const turns = watchTurns()
  let cpuFrom = process.threadCpuUsage()
  for (let i = 0; i < WARM_UP + TICKS; i++) {
    if (i === WARM_UP) cpuFrom = process.threadCpuUsage()
    hypervisor.atMs += 1000
    turns.takeLongest()
    const from = performance.now()
    await clock.advance(1000)
    if (i < WARM_UP) continue
    times.push(performance.now() - from)
    blocks.push(turns.takeLongest())
  }
  const cpuMs = cpuMsSince(cpuFrom) / TICKS
  turns.stop()
  await running.close()
  return { times, blocks, cpuMs }
}

export const bench = {
  name: 'tick',
  about: "main's share of a second with up to 10,000 VMs",
  run: async () => {
    const rows: Record<string, Record<string, string>> = {}
    let smallMs = 0
    for (const vms of [12, 1000, 10_000]) {
      const { times, blocks, cpuMs } = await tickCost(vms)
      const medianMs = medianOf(times)
      rows[`${vms} VMs`] = {
        'min ms': Math.min(...times).toFixed(2),
        'median ms': medianMs.toFixed(2),
        'deviation ms': deviationOf(times).toFixed(2),
        'CPU ms': cpuMs.toFixed(2),
        'longest block, median ms': medianOf(blocks).toFixed(2),
        'us per VM': ((medianMs * 1000) / vms).toFixed(2),
        'to 1,000 VMs': vms > 1000 ? (medianMs / smallMs).toFixed(2) : '',
      }
      smallMs = medianMs
    }
    console.table(rows)
  },
}
