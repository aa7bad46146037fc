import { expect, test } from 'vitest'
import type { LivePool } from '../../src/main/services/connections.ts'
import { LiveMap } from '../../src/main/services/live-map.ts'
import { guestOf, WorkingSets } from '../../src/main/services/working-sets.ts'
import { Failure } from '../../src/shared/failure.ts'
import { NO_CAPABILITIES } from '../../src/shared/model/capabilities.ts'
import type { Migration } from '../../src/shared/model/migration.ts'
import { aHost, anInventory, aVm, FakeHypervisor } from '../fakes/fake-hypervisor.ts'
import { aMigration } from '../fakes/fake-migration.ts'
import { memoryStore } from '../fakes/memory-store.ts'
import { silentLog } from '../fakes/silent-log.ts'
import { aStoredWorkingSet } from '../support/store-records.ts'

const vm = aVm({ id: 'vm-1', hostId: 'host-1' })
const guest = guestOf(vm)

const aService = (host = aHost({ id: 'host-1' }), store = memoryStore()) => {
  const hypervisor = new FakeHypervisor(anInventory([vm], [host]))
  const pool: LivePool = { connectionId: 'c', hypervisor, inventory: hypervisor.inventory }
  const states = new LiveMap<Migration>()
  const wanted: string[] = []
  const service = new WorkingSets({
    connections: {
      poolOfVm: vmId => {
        if (vmId === vm.id) return pool
        throw new Failure({ code: 'not-found', message: 'There is no such VM.', remedy: '' })
      },
    },
    sampler: { wantCurve: vmId => wanted.push(vmId) },
    migrator: { states },
    store,
    log: silentLog,
  })
  return { service, states, store, wanted }
}

const first = async (service: WorkingSets) => {
  const abort = new AbortController()
  for await (const item of service.watch('vm-1', abort.signal)) {
    abort.abort()
    return item
  }
  throw new Error('nothing was told')
}

const windows = (...read: readonly (readonly [windowMs: number, pages: number])[]) =>
  read.map(([windowMs, pages]) => ({ windowMs, pages, atMs: 5000 }))

const aRound = (index: number, ms: number, dirtiedPages: number): Migration['rounds'][number] => ({
  index,
  live: true,
  startedAtMs: index * 1000,
  ms,
  sentPages: 10_000,
  dirtiedPages,
  bandwidthBytesPerSecond: 1e9,
})

test('whoever looks is told why nothing is known, and that it is being read', async () => {
  const { service, wanted } = aService()
  expect(await first(service)).toMatchObject({ workingSet: null, because: expect.stringMatching(/awaited/) })
  expect(wanted).toEqual(['vm-1'])
  const { service: blind } = aService(aHost({ id: 'host-1', capabilities: NO_CAPABILITIES }))
  expect((await first(blind)).because).toMatch(/cannot count dirty pages/)
})

test('a single window counts until a curve is read, and not after', async () => {
  const { service } = aService()
  service.take(guest, windows([1000, 500]))
  expect((await first(service)).workingSet?.windows).toHaveLength(1)
  service.take(guest, windows([1000, 500], [100, 60], [5000, 1200]))
  service.take(guest, windows([1000, 9]))
  const { workingSet, curve } = await first(service)
  expect(workingSet?.windows.map(({ windowMs }) => windowMs)).toEqual([100, 1000, 5000])
  expect(curve.length).toBeGreaterThan(20)
})

test('curves are kept, single windows are not', async () => {
  const { service, store } = aService()
  service.take(guest, windows([1000, 500]))
  expect(await store.workingSets('vm-1', 9)).toEqual([])
  service.take(guest, windows([1000, 500], [100, 60]))
  expect(await store.workingSets('vm-1', 9)).toHaveLength(1)
})

test('what an earlier run kept is told until it is read anew', async () => {
  const store = memoryStore()
  store.putWorkingSet(aStoredWorkingSet({ atMs: 1000 }))
  const { service } = aService(aHost({ id: 'host-1' }), store)
  expect((await first(service)).workingSet?.atMs).toBe(1000)
})

test('the live rounds of a migration that ended are windows of their length', async () => {
  const { service, states } = aService()
  service.start()
  const last = { ...aRound(3, 40, 900), live: false }
  const rounds = [aRound(1, 6870, 90_000), aRound(2, 300, 7_000), last]
  const migration = aMigration({ vmId: 'vm-1', phase: 'completed', endedAtMs: 9000, rounds })
  states.set(migration.id, migration)
  await new Promise(resolve => setImmediate(resolve))
  const { workingSet } = await first(service)
  expect(workingSet?.windows.map(({ windowMs, pages, source }) => [windowMs, pages, source])).toEqual([
    [300, 7_000, 'round'],
    [6870, 90_000, 'round'],
  ])
  service.close()
})

test('migrations of earlier runs tell nothing of now', async () => {
  const { service, states } = aService()
  const migration = aMigration({
    vmId: 'vm-1',
    phase: 'completed',
    rounds: [aRound(1, 100, 5), aRound(2, 900, 9)],
  })
  states.set(migration.id, migration)
  service.start()
  await new Promise(resolve => setImmediate(resolve))
  expect((await first(service)).workingSet).toBeNull()
  service.close()
})

test('a VM that is gone is refused', async () => {
  const { service } = aService()
  const told = service.watch('gone', new AbortController().signal)
  await expect(told.next()).rejects.toThrow('no such VM')
})
