import { expect, test } from 'vitest'
import { desktopMessage } from '../../../src/renderer/state/desktop-teller.ts'
import { mattersOf, type NoticeWorld, noticesAfter } from '../../../src/renderer/state/notices.ts'
import type { Connection } from '../../../src/shared/model/connection.ts'
import { FakeApp } from '../../fakes/fake-app.ts'
import { aDecision } from '../../fakes/fake-decisions.ts'
import { aMigration } from '../../fakes/fake-migration.ts'
import { aCertificateQuestion } from '../../support/a-certificate-question.ts'

const app = new FakeApp({ vms: 3, startMs: 0 })
const [vm] = app.fleet.vms
if (!vm) throw new Error('the fake fleet is empty')

const aConnection = (changes: Partial<Connection> = {}): Connection => {
  const [connection] = app.connections
  if (!connection) throw new Error('the fake application has no connection')
  return { ...connection, ...changes }
}
const aWorld = (changes: Partial<NoticeWorld> = {}): NoticeWorld => ({
  nowMs: 100_000,
  connections: [aConnection()],
  newlyFailed: [],
  newDecisions: [],
  isMigrating: () => false,
  isStoppedByOthers: false,
  ...changes,
})
const ids = (world: NoticeWorld) => mattersOf(world).map(({ id }) => id)

test('nothing that goes as it should needs anybody', () => {
  expect(mattersOf(aWorld())).toEqual([])
})

test('a connection needs somebody once it is lost for half a minute, not before', () => {
  const lost = (sinceMs: number) => ids(aWorld({ connections: [aConnection({ state: 'stale', sinceMs })] }))
  expect(lost(70_001)).toEqual([])
  expect(lost(70_000)).toEqual(['lost connection-1 70000'])
})

test('a certificate that nobody vouched for needs somebody at once, and is no lost connection besides', () => {
  const question = aCertificateQuestion('10.0.0.1')
  const world = aWorld({ connections: [aConnection({ state: 'failed', sinceMs: 0, question })] })
  expect(ids(world)).toEqual([`certificate connection-1 ${question.seen.fingerprint}`])
})

test('a failed migration says where its VM runs and leads to its screen', () => {
  const failure = { reason: 'The link died.', vmRunsAt: 'source' } as const
  const [matter] = mattersOf(aWorld({ newlyFailed: [aMigration({ phase: 'failed', failure })] }))
  expect(matter).toMatchObject({
    text: 'The link died. The VM runs at the source.',
    route: { screen: 'migration' },
  })
})

test('what a trigger would do awaits a word at level approve, until the VM migrates or the trigger speaks again', () => {
  const decision = aDecision(vm, {
    id: 'd2',
    atMs: 2,
    kind: 'trigger',
    outcome: 'would migrate to host-2',
    migrationId: null,
  })
  const connections = [aConnection({ id: decision.connectionId, level: 'approve' })]
  expect(ids(aWorld({ connections, newDecisions: [decision] }))).toEqual([`approval ${vm.id}`])
  expect(ids(aWorld({ newDecisions: [decision] }))).toEqual([])
  expect(ids(aWorld({ connections, newDecisions: [decision], isMigrating: () => true }))).toEqual([])
  const later = { ...decision, id: 'd3', outcome: 'not migrated' }
  expect(ids(aWorld({ connections, newDecisions: [later, decision] }))).toEqual([])
})

test('a notice keeps its first time while it lasts, stays away once acknowledged, and comes back when it happens anew', () => {
  const matters = mattersOf(aWorld({ isStoppedByOthers: true }))
  const none = { notices: [], acknowledged: new Set<string>() }
  const first = noticesAfter(none, matters, 1)
  expect(noticesAfter(first, matters, 2).notices[0]?.sinceMs).toBe(1)
  const acknowledged = { notices: [], acknowledged: new Set(['stopped']) }
  expect(noticesAfter(acknowledged, matters, 3).notices).toEqual([])
  const over = noticesAfter(acknowledged, [], 4)
  expect(noticesAfter(over, matters, 5).notices).toHaveLength(1)
})

test('what comes at once is told on the desktop in one message', () => {
  const notice = { id: 'a', title: 'One', text: 'It is.', route: { screen: 'fleet' }, sinceMs: 0 } as const
  expect(desktopMessage([])).toBeNull()
  expect(desktopMessage([notice])).toEqual({ title: 'One', body: 'It is.' })
  expect(desktopMessage([notice, { ...notice, id: 'b', title: 'Two' }])).toEqual({
    title: '2 things need you',
    body: 'One\nTwo',
  })
})
