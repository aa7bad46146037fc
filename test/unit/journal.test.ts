import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Store } from '../../src/main/ports/store.ts'
import { Failure } from '../../src/shared/failure.ts'
import type { HostMigrationEvent } from '../../src/shared/model/migration-event.ts'
import { FakeClock } from '../fakes/fake-clock.ts'
import { anInventory, aVm, FakeHypervisor } from '../fakes/fake-hypervisor.ts'
import { memoryStore } from '../fakes/memory-store.ts'
import { hybridRun, numbered, roundEnded, started } from '../fakes/migration-events.ts'
import { aConsole } from '../support/a-console.ts'

const closers: (() => Promise<void>)[] = []
/** What a killed run waits for; resolved when the test is over. */
let release = Promise.withResolvers<void>()
beforeEach(() => {
  release = Promise.withResolvers()
})
afterEach(async () => {
  for (const close of closers.splice(0)) await close()
})

const aPool = () => new FakeHypervisor(anInventory([aVm({ id: 'web' })]))

/** One run of Longshore on what earlier runs left in `store`. A run that is killed is simply left alone. */
const runOn = async (store: Store, hypervisor: FakeHypervisor) => {
  const clock = new FakeClock()
  const running = aConsole({ connect: async () => hypervisor, clock, store })
  closers.push(() => {
    const closed = running.close()
    release.resolve()
    return closed
  })
  running.migrator.restore(await store.migrations(500), await store.openJournal())
  running.decisions.restore(await store.decisions(500))
  const pass = async (seconds: number) => {
    for (let i = 0; i < seconds; i++) {
      hypervisor.atMs += 1000
      await clock.advance(1000)
    }
  }
  return { ...running, pass, clock }
}

/** A store that no longer hears a killed run. */
const aStore = () => {
  const store = memoryStore()
  const handle = (): Store & { kill: () => void } => {
    let dead = false
    return {
      ...store,
      appendDecision: decision => void (dead || store.appendDecision(decision)),
      putMigration: migration => void (dead || store.putMigration(migration)),
      appendJournal: entry => (dead ? release.promise : store.appendJournal(entry)),
      kill: () => {
        dead = true
      },
    }
  }
  return handle
}

/** Orders a migration, tells `events` of it and ends the run as a kill would, while the journal takes `lines`. */
const killed = async ({ events = 0, lines = Number.POSITIVE_INFINITY } = {}) => {
  const handle = aStore()
  const before = handle()
  const hypervisor = aPool()
  const { appendJournal } = before
  let written = 0
  before.appendJournal = async entry => {
    if (++written > lines) {
      before.kill()
      return release.promise
    }
    await appendJournal(entry)
  }
  const first = await runOn(before, hypervisor)
  await first.pass(1)
  const id = await first.manual.start({ vmId: 'web', policy: 's1' })
  hypervisor.feed.push(...hybridRun.slice(0, events))
  await first.pass(1)
  before.kill()
  const { feed } = hypervisor
  const next = aPool()
  next.feed.push(...hybridRun.slice(0, events))
  const resume = async (pool = next) => ({ ...(await runOn(handle(), pool)), store: handle() })
  return { id, hypervisor, feed, next, resume }
}

test('what was intended and not ordered is closed as not begun, and not ordered again', async () => {
  const { id, hypervisor, next, resume } = await killed({ lines: 1 })
  expect(hypervisor.orders).toEqual([])
  const { migrator, pass, store } = await resume()
  await pass(3)
  expect(next.orders).toEqual([])
  expect(migrator.states.get(id)).toMatchObject({ phase: 'failed', failure: { vmRunsAt: 'source' } })
  expect(migrator.states.get(id)?.failure?.reason).toContain('nothing was begun')
  expect(await store.openJournal()).toEqual([])
})

test('the intent is on the disk before the host has the order, each command before it is given', async () => {
  const store = memoryStore()
  const hypervisor = aPool()
  const order: string[] = []
  const { appendJournal } = store
  store.appendJournal = async entry => {
    await appendJournal(entry)
    order.push(entry.step === 'told' ? `journal ${entry.command}` : `journal ${entry.step}`)
  }
  const { startMigration, controlMigration } = hypervisor
  hypervisor.startMigration = async given => {
    order.push('order')
    await startMigration.call(hypervisor, given)
  }
  hypervisor.controlMigration = async (id, command) => {
    order.push(command.kind)
    await controlMigration.call(hypervisor, id, command)
  }
  const { pass, manual } = await runOn(store, hypervisor)
  await pass(1)
  await manual.start({ vmId: 'web', policy: 's1' })
  for (const event of hybridRun) {
    hypervisor.feed.push(event)
    await pass(1)
  }
  expect(order.filter(step => !/answered|seen|continue/.test(step))).toEqual([
    'journal intended',
    'journal ordered',
    'order',
    'journal taken',
    'journal switch',
    'switch',
    'journal ended',
  ])
})

test.each([
  { together: true },
  { together: false },
])('a switch that comes a round late keeps its reasons and is told once (events together: $together)', async ({
  together,
}) => {
  const hypervisor = aPool()
  const { pass, manual, migrator } = await runOn(memoryStore(), hypervisor)
  await pass(1)
  const id = await manual.start({ vmId: 'web', policy: 's1' })
  const late = numbered([
    started(1000),
    roundEnded(1, 3000, { sentPages: 100_000, dirtiedPages: 90_000 }),
    roundEnded(2, 4800, { sentPages: 90_000, dirtiedPages: 80_000 }),
    { kind: 'paused', atMs: 4800, remainingPages: 80_000 },
  ])
  hypervisor.feed.push(...late.slice(0, 2))
  await pass(1)
  for (const event of late.slice(2)) {
    hypervisor.feed.push(event)
    if (!together) await pass(1)
  }
  await pass(1)
  expect(hypervisor.controls).toEqual(['switch'])
  expect(migrator.states.get(id)).toMatchObject({ phase: 'paused', ending: { kind: 'post-copy' } })
  expect(migrator.states.get(id)?.ending?.reasons.join()).toContain('theta')
})

test('a running migration is followed from its first event on; past rounds are neither commanded nor decided', async () => {
  const { id, next, resume } = await killed({ events: 3 })
  next.feed.push(...hybridRun.slice(3, 5))
  const { migrator, decisions, pass, store } = await resume()
  expect(migrator.states.get(id)?.recovering).not.toBeNull()
  await pass(3)
  expect(migrator.states.get(id)).toMatchObject({ recovering: null, rounds: [{ index: 1 }, { index: 2 }] })
  next.feed.push(...hybridRun.slice(5))
  await pass(2)
  expect(next.controls).toEqual([])
  expect(next.orders).toEqual([])
  expect(migrator.states.get(id)).toMatchObject({ phase: 'completed', downtimeMs: 40 })
  const kinds = (await store.decisions(500)).map(decision => decision.outcome)
  expect(kinds.toSorted()).toEqual(['after round 1: another round', 'completed', 'migrate to host-2'])
  expect(decisions.states.values()).toHaveLength(3)
})

test('the latest live round is decided on as ever', async () => {
  const { next, resume } = await killed({ events: 2 })
  next.feed.push(...hybridRun.slice(2, 4))
  const { pass } = await resume()
  await pass(3)
  expect(next.controls).toEqual(['switch'])
})

test('a switch that was told before the kill keeps its reasons and is not told again', async () => {
  const { id, next, resume } = await killed({ events: 4 })
  const { migrator, pass } = await resume()
  await pass(3)
  expect(next.controls).toEqual([])
  expect(migrator.states.get(id)?.ending).toMatchObject({ kind: 'post-copy', afterRound: 2 })
  expect(migrator.states.get(id)?.ending?.reasons.join()).toContain('theta')
})

test('a switch whose answer was not heard is not told again; the next round is decided on', async () => {
  const handle = aStore()
  const before = handle()
  const hypervisor = aPool()
  hypervisor.controlMigration = () => release.promise
  const first = await runOn(before, hypervisor)
  await first.pass(1)
  const id = await first.manual.start({ vmId: 'web', policy: 's1' })
  hypervisor.feed.push(...hybridRun.slice(0, 4))
  await first.pass(1)
  before.kill()
  const next = aPool()
  next.feed.push(...hybridRun.slice(0, 4))
  const { pass, migrator } = await runOn(handle(), next)
  await pass(3)
  expect(next.controls).toEqual([])
  expect(migrator.states.get(id)?.ending).toMatchObject({ kind: 'post-copy', afterRound: 2 })
  const { kind, ...third } = roundEnded(3, 4500, { sentPages: 32_000, dirtiedPages: 30_000 })
  next.feed.push({ ...third, kind, sequence: 5 } as HostMigrationEvent)
  await pass(1)
  expect(next.controls).toEqual(['switch'])
})

test('a migration that ended meanwhile ends as its events say, once', async () => {
  const { id, next, resume } = await killed({ events: 1 })
  next.feed.push(...hybridRun.slice(1))
  const { migrator, pass, store, operations } = await resume()
  await pass(3)
  expect(migrator.states.get(id)).toMatchObject({ phase: 'completed', endedAtMs: 4480, recovering: null })
  expect(operations.states.get(id)?.state).toBe('succeeded')
  expect(await store.openJournal()).toEqual([])
  const again = await resume()
  await again.pass(3)
  expect((await store.decisions(500)).filter(({ kind }) => kind === 'outcome')).toHaveLength(1)
})

test('while the pool is away a migration waits, and its VM is not ordered to move again', async () => {
  const { id, next, resume } = await killed({ events: 3 })
  next.watchMigration = () => {
    throw new Failure({ code: 'unreachable', message: 'gone', remedy: '' })
  }
  const { migrator, manual, pass, clock } = await resume()
  const sinceMs = clock.now()
  await pass(900)
  expect(migrator.states.get(id)).toMatchObject({ phase: 'pre-copy', recovering: { sinceMs } })
  await expect(manual.start({ vmId: 'web', policy: 's1' })).rejects.toThrow('is being migrated already')
})

const forgotten = () => {
  throw new Failure({ code: 'not-found', message: 'Nobody knows it.', remedy: '' })
}

test.each([
  { where: 'at the destination', hostId: 'host-2', operations: [], phase: 'completed', runsAt: undefined },
  { where: 'at the source', hostId: 'host-1', operations: [], phase: 'failed', runsAt: 'source' },
  { where: 'elsewhere', hostId: 'host-3', operations: [], phase: 'failed', runsAt: 'unknown' },
  {
    where: 'on the move',
    hostId: 'host-1',
    operations: ['pool_migrate'],
    phase: 'pre-copy',
    runsAt: undefined,
  },
])('what the pool has forgotten is told by the VM: $where', async ({ hostId, operations, phase, runsAt }) => {
  const { id, next, resume } = await killed({ events: 3 })
  next.inventory = anInventory([aVm({ id: 'web', hostId, currentOperations: operations })])
  next.watchMigration = forgotten
  const { migrator, pass } = await resume()
  await pass(10)
  expect(migrator.states.get(id)).toMatchObject({ phase, rounds: [{ index: 1 }] })
  expect(migrator.states.get(id)?.failure?.vmRunsAt).toBe(runsAt)
})

test('an order whose answer was lost is looked for and not given again', async () => {
  const store = memoryStore()
  const hypervisor = aPool()
  let orders = 0
  hypervisor.startMigration = async () => {
    orders++
    throw new Failure({ code: 'timeout', message: 'No answer.', remedy: '' })
  }
  const { pass, manual, migrator } = await runOn(store, hypervisor)
  await pass(1)
  const id = await manual.start({ vmId: 'web', policy: 's1' })
  await pass(1)
  hypervisor.feed.push(...hybridRun)
  await pass(3)
  expect(orders).toBe(1)
  expect(migrator.states.get(id)?.phase).toBe('completed')
})

test('a cancel that may not have reached the host is said again after a restart', async () => {
  const handle = aStore()
  const before = handle()
  const hypervisor = aPool()
  const first = await runOn(before, hypervisor)
  await first.pass(1)
  const id = await first.manual.start({ vmId: 'web', policy: 's1' })
  hypervisor.feed.push(...hybridRun.slice(0, 2))
  await first.pass(1)
  hypervisor.controlMigration = () => release.promise
  void first.migrator.control(id, { kind: 'cancel' })
  await first.pass(1)
  before.kill()
  const next = aPool()
  next.feed.push(...hybridRun.slice(0, 2))
  const { pass, migrator } = await runOn(handle(), next)
  await pass(3)
  expect(next.controls).toEqual(['cancel'])
  expect(migrator.states.get(id)?.requested).toBe('cancel')
})

test('a trigger does nothing that cannot be journalled before', async () => {
  const store = memoryStore()
  const hypervisor = aPool()
  store.appendJournal = () =>
    Promise.reject(new Failure({ code: 'storage', message: 'The disk is full.', remedy: 'Free some.' }))
  const { pass, migrator } = await runOn(store, hypervisor)
  await pass(1)
  const order = {
    vmId: 'web',
    destinationHostId: 'host-2',
    policy: 's1',
    startedBy: 'trigger',
    atMs: 0,
    dirtyPagesPerSecond: null,
  } as const
  await expect(migrator.start(order)).rejects.toThrow('The disk is full.')
  expect(hypervisor.orders).toEqual([])
  expect(migrator.states.values()).toMatchObject([{ phase: 'failed', failure: { vmRunsAt: 'source' } }])
})
