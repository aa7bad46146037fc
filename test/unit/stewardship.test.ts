import { afterEach, expect, test } from 'vitest'
import type { PoolGuards } from '../../src/shared/model/pool-guards.ts'
import { FakeClock } from '../fakes/fake-clock.ts'
import { anInventory, aVm, FakeHypervisor } from '../fakes/fake-hypervisor.ts'
import { aConsole } from '../support/a-console.ts'

const STORM = 200_000

const closers: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of closers.splice(0)) await close()
})

/** One pool, and as many consoles on it as are named. */
const start = async (...names: readonly string[]) => {
  const clock = new FakeClock()
  const pool = new FakeHypervisor(anInventory([aVm({ id: 'db' })]))
  pool.atMs = clock.now()
  const [first = 'a', ...others] = names
  const view = () => {
    const hypervisor = Object.create(pool) as FakeHypervisor
    // Each console has its own connection to the same pool.
    hypervisor.watchInventory = signal => watchers.watch(signal)
    hypervisor.close = async () => {}
    return hypervisor
  }
  const watchers = fanOut(pool)
  const consoles = [first, ...others].map(me => {
    const running = aConsole({ connect: async () => view(), clock, me })
    closers.push(running.close)
    return running
  })
  const pass = async (seconds: number) => {
    for (let i = 0; i < seconds; i++) {
      pool.atMs += 1000
      await clock.advance(1000)
    }
  }
  const guard = (change: Partial<PoolGuards>) => {
    const { pool: before } = pool.inventory
    pool.tell({ ...pool.inventory, pool: { ...before, guards: { ...before.guards, ...change } } })
  }
  return { consoles, pool, pass, guard }
}

/** Tells every watcher of a pool what changed. */
const fanOut = (pool: FakeHypervisor) => {
  const wakes = new Set<() => void>()
  const tell = pool.tell.bind(pool)
  pool.tell = inventory => {
    tell(inventory)
    for (const wake of wakes) wake()
  }
  return {
    async *watch(signal: AbortSignal) {
      while (!signal.aborted) {
        yield pool.inventory
        await new Promise<void>(resolve => {
          wakes.add(resolve)
          signal.addEventListener('abort', () => resolve(), { once: true })
        })
      }
    },
  }
}

test('a console that acts by itself takes the lease, keeps it, and gives it back', async () => {
  const { consoles, pool, pass } = await start('a')
  await pass(12)
  const lease = pool.inventory.pool.guards.lease
  expect(lease).toMatchObject({ holder: 'a', name: 'root@a' })
  expect(consoles[0]?.connections.state('c')?.standBack).toEqual([])
  await pass(90)
  expect(pool.inventory.pool.guards.lease?.untilMs).toBeGreaterThan(pool.atMs)
  await consoles[0]?.close()
  expect(pool.inventory.pool.guards.lease).toBeNull()
})

test('of two consoles only one acts, and the other says who does', async () => {
  const { consoles, pool, pass } = await start('a', 'b')
  await pass(12)
  pool.dirtyPages.set('db', STORM)
  await pass(150)
  expect(pool.orders).toHaveLength(1)
  const stood = consoles.map(running => running.connections.state('c')?.standBack ?? [])
  expect(stood.filter(reasons => reasons.length > 0)).toHaveLength(1)
  expect(stood.flat()[0]).toMatch(/Another Longshore, root@[ab], acts on this pool/)
})

test('when the console that acted is gone the other takes over after its lease has run out', async () => {
  const { consoles, pool, pass, guard } = await start('b')
  guard({ lease: { holder: 'dead', name: 'root@dead', untilMs: pool.atMs + 30_000 } })
  await pass(20)
  expect(consoles[0]?.connections.state('c')?.standBack[0]).toContain('root@dead')
  await pass(25)
  expect(pool.inventory.pool.guards.lease?.holder).toBe('b')
  expect(consoles[0]?.connections.state('c')?.standBack).toEqual([])
})

test("a dead console's lease from when the pool ran faster is not waited out in full", async () => {
  const { consoles, pool, pass, guard } = await start('b')
  guard({ lease: { holder: 'dead', name: 'root@dead', untilMs: pool.atMs + 3_600_000 } })
  await pass(40)
  expect(consoles[0]?.connections.state('c')?.standBack[0]).toContain('root@dead')
  await pass(40)
  expect(pool.inventory.pool.guards.lease?.holder).toBe('b')
})

test('a console writes its own lease anew once the pool runs slower', async () => {
  const { pool, pass, guard } = await start('a')
  await pass(12)
  guard({ lease: { holder: 'a', name: 'root@a', untilMs: pool.atMs + 3_600_000 } })
  await pass(12)
  const left = (pool.inventory.pool.guards.lease?.untilMs ?? 0) - pool.atMs
  expect(left).toBeGreaterThan(0)
  expect(left).toBeLessThanOrEqual(60_000)
})

test('Workload Balancing makes it stand back and give up its lease, and advise all the same', async () => {
  const { consoles, pool, pass, guard } = await start('a')
  await pass(12)
  guard({ wlbEnabled: true })
  await pass(6)
  expect(pool.inventory.pool.guards.lease).toBeNull()
  pool.dirtyPages.set('db', STORM)
  await pass(150)
  expect(pool.orders).toEqual([])
  const last = consoles[0]?.decisions.states.values().at(-1)
  expect(last?.outcome).toMatch(/would migrate/)
  expect(last?.reasons.join(' ')).toContain('Workload Balancing')
})

test('in a pool that runs ten times as fast, a move of ours is still ours 15 s later', async () => {
  const { consoles, pool, pass, guard } = await start('a')
  pool.tell({ ...pool.inventory, pool: { ...pool.inventory.pool, timeScale: 10 } })
  guard({ xenOrchestraSeenMs: pool.atMs })
  await pass(12)
  await consoles[0]?.manual.start({ vmId: 'db', destinationHostId: 'host-2', policy: 's1' })
  const watchFor = async (seconds: number) => {
    for (let i = 0; i < seconds; i++) {
      pool.atMs += 9000
      await pass(1)
    }
  }
  await watchFor(15)
  pool.tell({ ...pool.inventory, vms: pool.inventory.vms.map(vm => ({ ...vm, hostId: 'host-2' })) })
  await watchFor(6)
  expect(consoles[0]?.connections.state('c')?.standBack).toEqual([])
})

test("a move by somebody else where Xen Orchestra is connected is taken for its balancer's", async () => {
  const { consoles, pool, pass, guard } = await start('a')
  guard({ xenOrchestraSeenMs: pool.atMs })
  await pass(12)
  expect(consoles[0]?.connections.state('c')?.standBack).toEqual([])
  pool.tell({ ...pool.inventory, vms: pool.inventory.vms.map(vm => ({ ...vm, hostId: 'host-2' })) })
  await pass(6)
  expect(consoles[0]?.connections.state('c')?.standBack[0]).toContain('Xen Orchestra')
})

test('a console that only advises takes no lease', async () => {
  const { consoles, pool, pass } = await start('a')
  consoles[0]?.connections.setLevel('c', 'advise')
  await pass(12)
  expect(pool.inventory.pool.guards.lease).toBeNull()
})
