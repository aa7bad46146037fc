import { expect, test } from 'vitest'
import { FakeClock } from '../fakes/fake-clock.ts'
import { anInventory, aVm, FakeHypervisor } from '../fakes/fake-hypervisor.ts'
import { memoryStore } from '../fakes/memory-store.ts'
import { aConsole } from '../support/a-console.ts'

const aMigrationUnderWay = async () => {
  const store = memoryStore()
  const clock = new FakeClock()
  const hypervisor = new FakeHypervisor(anInventory([aVm({ id: 'db' })]))
  hypervisor.atMs = clock.now()
  const running = aConsole({ connect: async () => hypervisor, clock, store })
  await clock.advance(1000)
  const id = await running.manual.start({ vmId: 'db', destinationHostId: 'host-2', policy: 's1' })
  await clock.advance(1000)
  const migration = () => running.migrator.states.get(id)
  return { ...running, store, clock, migration, hypervisor }
}

test('a migration whose connection is removed ends: where the VM runs is not known, and it is held no longer', async () => {
  const { connections, migrator, store, clock, migration, hypervisor, close } = await aMigrationUnderWay()
  await connections.remove('c')
  hypervisor.feed.break()
  await clock.advance(5000)
  expect(migration()).toMatchObject({ endedAtMs: null, recovering: {} })
  await clock.advance(40_000)
  expect(migration()).toMatchObject({ phase: 'failed', recovering: null, failure: { vmRunsAt: 'unknown' } })
  expect(migration()?.failure?.reason).toMatch(/^Its connection was removed/)
  expect(migrator.movingVmIds.size).toBe(0)
  expect(await store.openJournal()).toEqual([])
  await close()
})

test('one whose connection is only away, or may come back from the store, is waited for', async () => {
  const { connections, store, clock, migration, hypervisor, close } = await aMigrationUnderWay()
  store.putConnection({ id: 'c', name: 'pool', url: 'http://127.0.0.1', user: 'root', level: 'advise' })
  await connections.remove('c')
  hypervisor.feed.break()
  await clock.advance(100_000)
  expect(migration()).toMatchObject({ endedAtMs: null, recovering: {} })
  await close()
})
