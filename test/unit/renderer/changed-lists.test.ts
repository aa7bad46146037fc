import { expect, test } from 'vitest'
import { DECISIONS_KEPT, decisionStore, decisionsAfter } from '../../../src/renderer/state/decision-store.ts'
import { migrationStore, migrationsAfter } from '../../../src/renderer/state/migration-store.ts'
import { operationStore, operationsAfter } from '../../../src/renderer/state/operation-store.ts'
import type { Operation } from '../../../src/shared/model/operation.ts'
import { aDecision } from '../../fakes/fake-decisions.ts'
import { fakeFleet } from '../../fakes/fake-fleet.ts'
import { aMigration } from '../../fakes/fake-migration.ts'

const first = { nowMs: 1, isFirst: true }
const later = { nowMs: 2, isFirst: false }
const [vm] = fakeFleet({ seed: 1, pools: 1, hostsPerPool: 1, vms: 1 }).vms
if (!vm) throw new Error('the fake fleet is empty')

test('a changed migration replaces its former self and leaves the running ones when it ends', () => {
  const a = aMigration({ id: 'a', vmId: 'vm-1', startedAtMs: 1 })
  const b = aMigration({ id: 'b', vmId: 'vm-2', startedAtMs: 2 })
  const before = migrationsAfter(migrationStore.getInitialState(), { migrations: [a, b] }, first)
  expect(before.list.map(m => m.id)).toEqual(['b', 'a'])
  const after = migrationsAfter(before, { migrations: [{ ...a, phase: 'completed', endedAtMs: 9 }] }, later)
  expect(after.list.map(m => m.phase)).toEqual(['checks', 'completed'])
  expect([...after.runningByVm.keys()]).toEqual(['vm-2'])
})

test('the first item after a reconnect is the whole truth: what it does not name is gone', () => {
  const a = aMigration({ id: 'a' })
  const before = migrationsAfter(migrationStore.getInitialState(), { migrations: [a] }, first)
  const after = migrationsAfter(before, { migrations: [] }, first)
  expect(after.list).toEqual([])
  expect(after.runningByVm.size).toBe(0)
})

test('decisions stay newest first, once each, and bounded', () => {
  const many = Array.from({ length: DECISIONS_KEPT + 5 }, (_, i) => aDecision(vm, { id: `d-${i}`, atMs: i }))
  const before = decisionsAfter(decisionStore.getInitialState(), { decisions: many }, first)
  const after = decisionsAfter(before, { decisions: many.slice(-2) }, later)
  expect(after.list).toHaveLength(DECISIONS_KEPT)
  expect(after.list[0]?.id).toBe(`d-${DECISIONS_KEPT + 4}`)
  expect(after.byId.size).toBe(DECISIONS_KEPT)
})

test('an operation that ends moves from the running ones to the ended ones', () => {
  const operation: Operation = {
    id: 'o',
    kind: 'migration',
    title: 'db-01 to host-2',
    startedAtMs: 1,
    endedAtMs: null,
    state: 'running',
    progress: 0.5,
    remainingMs: 10,
    cancellable: true,
    failure: null,
  }
  const before = operationsAfter(operationStore.getInitialState(), { operations: [operation] }, first)
  expect([before.running.length, before.ended.length]).toEqual([1, 0])
  const ended = { ...operation, state: 'cancelled', endedAtMs: 5 } as const
  const after = operationsAfter(before, { operations: [ended] }, later)
  expect([after.running.length, after.ended.length]).toEqual([0, 1])
})
