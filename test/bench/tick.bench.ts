import { performance } from 'node:perf_hooks'
import { FakeClock } from '../fakes/fake-clock.ts'
import { aHost, anInventory, aVm, FakeHypervisor } from '../fakes/fake-hypervisor.ts'
import { aConsole } from '../support/a-console.ts'
import { deviationOf, medianOf } from './statistics.ts'

const WARM_UP = 25
const TICKS = 40

/** Main's own share of a tick: a pool that answers at once, a network that runs elsewhere. */
const tickTimes = async (vmCount: number): Promise<readonly number[]> => {
  const hosts = Array.from({ length: Math.max(3, Math.ceil(vmCount / 50)) }, (_, i) =>
    aHost({ id: `host-${i + 1}` }),
  )
  const vms = Array.from({ length: vmCount }, (_, i) =>
    aVm({ id: `vm-${i}`, hostId: hosts[i % hosts.length]?.id ?? null }),
  )
  const hypervisor = new FakeHypervisor(anInventory(vms, hosts))
  const clock = new FakeClock()
  hypervisor.atMs = clock.now()
  const running = aConsole({ connect: async () => hypervisor, clock, level: 'observe' })
  const times: number[] = []
  for (let i = 0; i < WARM_UP + TICKS; i++) {
    hypervisor.atMs += 1000
    const from = performance.now()
    await clock.advance(1000)
    if (i >= WARM_UP) times.push(performance.now() - from)
  }
  await running.close()
  return times
}

export const bench = {
  name: 'tick',
  run: async () => {
    const rows: Record<string, Record<string, string>> = {}
    let smallMs = 0
    for (const vms of [12, 1000, 10_000]) {
      const times = await tickTimes(vms)
      const medianMs = medianOf(times)
      rows[`${vms} VMs`] = {
        'min ms': Math.min(...times).toFixed(2),
        'median ms': medianMs.toFixed(2),
        'deviation ms': deviationOf(times).toFixed(2),
        'us per VM': ((medianMs * 1000) / vms).toFixed(2),
        'to 1,000 VMs': vms > 1000 ? (medianMs / smallMs).toFixed(2) : '',
      }
      smallMs = medianMs
    }
    console.table(rows)
  },
}
