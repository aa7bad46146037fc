import { afterEach, expect, test } from 'vitest'
import type { Store } from '../../src/main/ports/store.ts'
import { FakeClock } from '../fakes/fake-clock.ts'
import { anInventory, aVm, FakeHypervisor } from '../fakes/fake-hypervisor.ts'
import { memoryStore } from '../fakes/memory-store.ts'
import { aConsole } from '../support/a-console.ts'

const closers: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of closers.splice(0)) await close()
})

const start = async ({
  store = memoryStore(),
  clock = new FakeClock(),
  hypervisor = new FakeHypervisor(anInventory([aVm({ id: 'db' }), aVm({ id: 'web' })])),
}: {
  readonly store?: Store
  readonly clock?: FakeClock
  readonly hypervisor?: FakeHypervisor
} = {}) => {
  hypervisor.atMs = clock.now()
  const running = aConsole({ connect: async () => hypervisor, clock, level: 'advise', store })
  closers.push(running.close)
  const pass = async (seconds: number) => {
    for (let i = 0; i < seconds; i++) {
      hypervisor.atMs += 1000
      await clock.advance(1000)
    }
  }
  await pass(1)
  return { ...running, hypervisor, clock, store, pass }
}

const reasons = ({ decisions }: Awaited<ReturnType<typeof start>>) =>
  decisions.states.values().map(({ outcome, reasons: why }) => `${outcome}: ${why.join(' ')}`)

test('a migration begins when its time has come, once, and says that it was scheduled', async () => {
  const running = await start()
  const { schedule, hypervisor, pass } = running
  schedule.add({ vmId: 'db', destinationHostId: 'host-3', policy: 's1', atMs: hypervisor.atMs + 10_000 })
  await pass(9)
  expect(hypervisor.orders).toEqual([])
  expect(schedule.entries.value).toMatchObject([{ vmName: 'db', destinationHostId: 'host-3' }])
  await pass(5)
  expect(hypervisor.orders).toMatchObject([{ vmId: 'db', destinationHostId: 'host-3' }])
  expect(schedule.entries.value).toEqual([])
  expect(await running.store.schedule()).toEqual([])
  expect(reasons(running)[0]).toMatch(
    /^migrate to host-3: It was scheduled to begin at 2026-01-01 00:00:11 UTC/,
  )
})

test('without a destination the best host is chosen when the time has come', async () => {
  const { schedule, hypervisor, pass } = await start()
  schedule.add({ vmId: 'db', policy: 's1', atMs: hypervisor.atMs + 2000 })
  hypervisor.hostCpu.set('host-2', 0.9)
  await pass(4)
  expect(hypervisor.orders).toMatchObject([{ destinationHostId: 'host-3' }])
})

test('what cannot be done when its time comes is refused with a decision that says why', async () => {
  const running = await start()
  const { schedule, hypervisor, pass } = running
  schedule.add({ vmId: 'db', destinationHostId: 'host-3', policy: 's1', atMs: hypervisor.atMs + 2000 })
  const { inventory } = hypervisor
  hypervisor.tell({
    ...inventory,
    vms: inventory.vms.map(vm => ({ ...vm, immovableBecause: 'A disk is local.' })),
  })
  await pass(4)
  expect(hypervisor.orders).toEqual([])
  expect(reasons(running)).toEqual([
    expect.stringMatching(/^scheduled migration not begun: .* A disk is local\.$/),
  ])
  expect(schedule.entries.value).toEqual([])
})

test('STOP holds it back until it is lifted', async () => {
  const { schedule, stopSwitch, hypervisor, pass } = await start()
  schedule.add({ vmId: 'db', destinationHostId: 'host-3', policy: 's1', atMs: hypervisor.atMs + 2000 })
  stopSwitch.stop()
  await pass(30)
  expect(hypervisor.orders).toEqual([])
  expect(schedule.entries.value[0]?.heldBackBecause).toContain('STOP')
  stopSwitch.resume()
  await pass(2)
  expect(hypervisor.orders).toHaveLength(1)
})

test('one whose time passed long ago is not begun', async () => {
  const running = await start()
  const { schedule, stopSwitch, hypervisor, pass } = running
  schedule.add({ vmId: 'db', destinationHostId: 'host-3', policy: 's1', atMs: hypervisor.atMs + 2000 })
  stopSwitch.stop()
  await pass(610)
  stopSwitch.resume()
  await pass(2)
  expect(hypervisor.orders).toEqual([])
  expect(reasons(running).join()).toContain('nothing was begun then')
})

test('it survives a restart', async () => {
  const first = await start()
  const atMs = first.hypervisor.atMs + 60_000
  first.schedule.add({ vmId: 'web', policy: 's1', atMs })
  await first.close()
  const second = await start({ store: first.store, clock: first.clock })
  second.schedule.restore(await first.store.schedule())
  await second.pass(70)
  expect(second.hypervisor.orders).toMatchObject([{ vmId: 'web' }])
})

test('what is taken back does not begin; a VM has one entry, in the future, to a host of its pool', async () => {
  const { schedule, hypervisor, pass } = await start()
  const later = { vmId: 'db', policy: 's1', atMs: hypervisor.atMs + 2000 } as const
  const id = schedule.add(later)
  expect(() => schedule.add(later)).toThrow('db is to be migrated')
  schedule.remove(id)
  expect(() => schedule.remove(id)).toThrow('no such scheduled migration')
  expect(() => schedule.add({ ...later, atMs: hypervisor.atMs - 1 })).toThrow('That time has passed')
  expect(() => schedule.add({ ...later, atMs: 1e15 })).toThrow('more than a year')
  expect(() => schedule.add({ ...later, destinationHostId: 'host-9' })).toThrow('no such host')
  await pass(5)
  expect(hypervisor.orders).toEqual([])
})
