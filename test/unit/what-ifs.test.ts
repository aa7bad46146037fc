import { expect, test } from 'vitest'
import { VolatileStore } from '../../src/main/adapters/sqlite/volatile-store.ts'
import { defaultThresholds } from '../../src/main/core/decision/thresholds.ts'
import { workingSetOf } from '../../src/main/core/working-set/working-set.ts'
import type { Simulator } from '../../src/main/ports/simulator.ts'
import type { LivePool } from '../../src/main/services/connections.ts'
import { LiveMap } from '../../src/main/services/live-map.ts'
import { Operations } from '../../src/main/services/operations.ts'
import { WhatIfs } from '../../src/main/services/what-ifs.ts'
import { type Migration, policyNames } from '../../src/shared/model/migration.ts'
import type { SimulationCase } from '../../src/shared/model/simulation-case.ts'
import type { WhatIfItem } from '../../src/shared/model/what-if.ts'
import type { WorkingSet } from '../../src/shared/model/working-set.ts'
import { FakeClock } from '../fakes/fake-clock.ts'
import { fakeFleet } from '../fakes/fake-fleet.ts'
import { aMigration } from '../fakes/fake-migration.ts'
import { silentLog } from '../fakes/silent-log.ts'
import { simulated } from '../support/a-simulated-case.ts'
import { never } from '../support/open-xenapi.ts'

const result = simulated({ name: 's1' })
const ended = aMigration({
  id: 'm',
  phase: 'completed',
  startedAtMs: 0,
  endedAtMs: 2000,
  memoryPages: 16_384,
  bytesSent: 7e7,
  rounds: [
    {
      index: 1,
      live: true,
      startedAtMs: 0,
      ms: 1000,
      sentPages: 16_384,
      dirtiedPages: 900,
      bandwidthBytesPerSecond: 16_384 * 4096,
    },
  ],
})

const noPool = {
  poolOfVm: (): LivePool => {
    throw new Error('no pool is asked for here')
  },
  latestOf: (): WorkingSet | null => null,
}

const aDesk = (run: Simulator['run'], migration: Migration = ended, { poolOfVm, latestOf } = noPool) => {
  const clock = new FakeClock()
  const operations = new Operations(clock)
  const states = new LiveMap<Migration>()
  states.set(migration.id, migration)
  const whatIfs = new WhatIfs({
    simulator: { run },
    operations,
    clock,
    log: silentLog,
    connections: { pool: () => undefined, poolOfVm },
    migrator: { states },
    workingSets: { latestOf },
    store: new VolatileStore(),
    thresholds: defaultThresholds,
  })
  return { whatIfs, operations, clock }
}

const all = async (items: AsyncIterable<WhatIfItem>): Promise<readonly WhatIfItem[]> => {
  const told: WhatIfItem[] = []
  for await (const item of items) told.push(item)
  return told
}

/** Never answers, but ends when it is told to. */
const endless: Simulator['run'] = (_, signal) =>
  new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason)))

test('a comparison runs each policy three times, tells how far it is, and is kept', async () => {
  let runs = 0
  const { whatIfs, operations } = aDesk(async () => {
    runs++
    return { kind: 'result', result }
  })
  const told = await all(whatIfs.watchMigration('m', never))
  const last = told.at(-1)
  if (last?.kind !== 'done') throw new Error('a result expected')
  expect(last.whatIf.rows.map(row => row.policy)).toEqual(policyNames)
  const able = last.whatIf.rows.filter(row => row.kind === 'simulated')
  expect(runs).toBe(able.length * 3)
  // Nothing is known of the host but that it told rounds: what it did not show it cannot do.
  expect(last.whatIf.rows.find(row => row.policy === 'post-copy')?.kind).toBe('impossible')
  expect(operations.states.values()).toMatchObject([{ kind: 'simulation', state: 'succeeded', progress: 1 }])
  expect(await all(whatIfs.watchMigration('m', never))).toEqual([last])
  expect(runs).toBe(able.length * 3)
})

test('a comparison that is cancelled tells so, and can be asked for again', async () => {
  const { whatIfs, operations } = aDesk(endless)
  const told: string[] = []
  for await (const item of whatIfs.watchMigration('m', never)) {
    told.push(item.kind)
    if (item.kind === 'running') operations.cancel(item.operationId)
  }
  expect(told.at(-1)).toBe('cancelled')
  expect(operations.states.values().at(-1)?.state).toBe('cancelled')
  const again = whatIfs.watchMigration('m', never)
  expect((await again.next()).value).toMatchObject({ kind: 'running', progress: 0 })
  await whatIfs.close()
})

test('what is not done in time is left out with the reason', async () => {
  const { whatIfs, clock } = aDesk(async (given, signal) =>
    given.policy.name === 's2' ? endless(given, signal) : { kind: 'result', result },
  )
  const items = whatIfs.watchMigration('m', never)
  await items.next()
  await clock.advance(180_000)
  const last = (await all(items)).at(-1)
  if (last?.kind !== 'done') throw new Error('a result expected')
  expect(last.whatIf.rows.find(row => row.policy === 's2')).toMatchObject({
    kind: 'skipped',
    because: 'It was not done in the time that a comparison may take.',
  })
})

test('a migration that runs, is unknown, or tells nothing of its guest is not compared, and says why', async () => {
  const { whatIfs } = aDesk(endless, aMigration({ id: 'm', phase: 'pre-copy' }))
  await expect(all(whatIfs.watchMigration('m', never))).rejects.toThrow('it has not ended')
  await expect(all(whatIfs.watchMigration('other', never))).rejects.toThrow('There is no such migration')
  const silent = aDesk(endless, { ...ended, rounds: [] })
  await expect(all(silent.whatIfs.watchMigration('m', never))).rejects.toThrow(
    'nothing is known of what it writes',
  )
  const huge = aDesk(endless, { ...ended, memoryPages: 2 ** 25 })
  await expect(all(huge.whatIfs.watchMigration('m', never))).rejects.toThrow('at most 64.0 GiB')
})

const fleet = fakeFleet({ seed: 1, pools: 1, hostsPerPool: 3, vms: 24 })
const inventory = { pool: fleet.pools[0], hosts: fleet.hosts, vms: fleet.vms }

test('a VM is simulated on its working set, with the fixed costs that its pool has shown', async () => {
  const cases: SimulationCase[] = []
  const workingSet = workingSetOf({ vmId: 'vm-1', memoryPages: 524_288 }, [
    { windowMs: 1000, pages: 5000, atMs: 1, source: 'window' },
  ])
  const stopped = { ...ended, id: 'other', vmId: 'vm-2', connectionId: 'c', downtimeMs: 80 }
  const last = { index: 2, live: false, startedAtMs: 1000, ms: 30, sentPages: 900, dirtiedPages: 0 }
  const shown = { ...stopped, rounds: [...ended.rounds, { ...last, bandwidthBytesPerSecond: 1e8 }] }
  const { whatIfs } = aDesk(
    async given => {
      cases.push(given)
      return { kind: 'result', result }
    },
    shown,
    { poolOfVm: () => ({ connectionId: 'c', inventory }) as unknown as LivePool, latestOf: () => workingSet },
  )
  const told = (await all(whatIfs.watchVm('vm-1', never))).at(-1)
  if (told?.kind !== 'done') throw new Error('a result expected')
  expect(told.whatIf).toMatchObject({ vmId: 'vm-1', measured: null, agreement: null })
  expect(told.whatIf.grounds.map(({ sentence }) => sentence)).toContain(
    'A pause takes 50.0 ms beside what is copied in it.',
  )
  expect(cases[0]?.workload).toMatchObject({ kind: 'uniform' })
  await expect(all(whatIfs.watchVm('vm-17', never))).rejects.toThrow('it is not running')
})
