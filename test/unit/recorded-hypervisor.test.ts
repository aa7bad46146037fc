import { expect, test } from 'vitest'
import type { Fact, SessionRecorder } from '../../src/main/ports/session-recorder.ts'
import { recordedHypervisor } from '../../src/main/services/recorded-hypervisor.ts'
import { Failure } from '../../src/shared/failure.ts'
import { anInventory, aVm, FakeHypervisor } from '../fakes/fake-hypervisor.ts'
import { hybridRun } from '../fakes/migration-events.ts'

const aRecorder = () => {
  const kinds: string[] = []
  const facts: Fact[] = []
  const recorder: SessionRecorder = {
    fact: fact => {
      kinds.push(fact.kind)
      facts.push(fact)
    },
    inventory: () => void kinds.push('inventory'),
    metrics: () => void kinds.push('metrics'),
    estimates: () => {},
    forecasts: () => {},
    flush: async () => {},
    close: async () => {},
  }
  return { recorder, kinds, facts }
}

const never = new AbortController().signal

test('all that a pool says and is told goes into the session, and nothing is changed by that', async () => {
  const { recorder, kinds, facts } = aRecorder()
  const hypervisor = new FakeHypervisor(anInventory([aVm({ id: 'db' })]))
  const recorded = recordedHypervisor(hypervisor, { connectionId: 'c', recorder })
  for await (const inventory of recorded.watchInventory(never)) {
    expect(inventory).toBe(hypervisor.inventory)
    break
  }
  await recorded.readMetrics(never)
  await recorded.readDirtyRate('db', 1000, never)
  await recorded.readPageHeat('db', 4, never)
  await recorded.startMigration({ id: 'm', vmId: 'db', destinationHostId: 'host-2' }, never)
  hypervisor.feed.push(...hybridRun.slice(0, 1))
  for await (const event of recorded.watchMigration('m', 0, never)) {
    expect(event).toEqual(hybridRun[0])
    break
  }
  await recorded.controlMigration('m', { kind: 'switch' }, never)
  expect(await recorded.listDestinations('db', never)).toEqual(['host-2', 'host-3'])
  expect(kinds).toEqual([
    'inventory',
    'metrics',
    'dirty-rate',
    'page-heat',
    'order',
    'order-answered',
    'host-event',
    'command',
    'command-answered',
  ])
  hypervisor.refusal = new Failure({ code: 'refused', message: 'No memory.', remedy: '' })
  await expect(
    recorded.startMigration({ id: 'n', vmId: 'db', destinationHostId: 'host-2' }, never),
  ).rejects.toBe(hypervisor.refusal)
  expect(facts.at(-1)).toMatchObject({ kind: 'order-answered', failure: { code: 'refused' } })
  await recorded.close()
  expect(hypervisor.isClosed).toBe(true)
})
