import { expect, test } from 'vitest'
import { FakeClock } from '../fakes/fake-clock.ts'
import { anInventory, aVm, FakeHypervisor } from '../fakes/fake-hypervisor.ts'
import { memoryStore } from '../fakes/memory-store.ts'
import { aConsole } from '../support/a-console.ts'

/** Above half of a 10 Gbit/s link's 305,175 pages/s. */
const STORM = 200_000

test('STOP is still set after a restart, with its time, and lets nothing start until it is taken back', async () => {
  const store = memoryStore()
  const clock = new FakeClock()
  const hypervisor = new FakeHypervisor(anInventory([aVm({ id: 'db' })]))
  hypervisor.atMs = clock.now()
  const pass = async (seconds: number) => {
    for (let i = 0; i < seconds; i++) {
      hypervisor.atMs += 1000
      await clock.advance(1000)
    }
  }
  const first = aConsole({ connect: async () => hypervisor, clock, store })
  const stoppedMs = clock.now()
  first.stopSwitch.stop()
  await pass(5)
  first.stopSwitch.stop()
  await first.close()

  const second = aConsole({ connect: async () => hypervisor, clock, store })
  second.stopSwitch.restore(await store.settings())
  expect(second.connections.overview.value.stoppedSinceMs).toBe(stoppedMs)
  hypervisor.storm('db', STORM)
  await pass(60)
  expect(hypervisor.orders).toEqual([])
  second.stopSwitch.resume()
  expect(await store.settings()).toEqual({})
  await second.close()
})
