import { expect, test } from 'vitest'
import { keysOf } from '../../../src/renderer/shell/use-global-keys.ts'
import type { Subject, World } from '../../../src/renderer/state/actions/action.ts'
import { presentSubjects } from '../../../src/renderer/state/actions/present-subjects.ts'
import { actions, actionsOn } from '../../../src/renderer/state/actions/registry.ts'
import { fakeFleet } from '../../fakes/fake-fleet.ts'
import { aMigration } from '../../fakes/fake-migration.ts'
import { latestRowsOf } from '../../support/latest-rows.ts'

const fleet = fakeFleet({ seed: 1, pools: 1, hostsPerPool: 3, vms: 24 })
const { vms, hosts } = fleet
const { risks } = fleet.item(1e12, { isFirst: true })
const byId = <T extends { readonly id: string }>(items: readonly T[]) => new Map(items.map(i => [i.id, i]))

const aWorld = (changes: Partial<World> = {}): World => ({
  isCutOff: false,
  fleet: { vmsById: byId(vms), hostsById: byId(hosts), risks: latestRowsOf(risks) },
  migrations: { byId: new Map(), runningByVm: new Map() },
  connections: { stopped: false, byId: new Map() },
  operations: { byId: new Map() },
  schedule: [],
  notices: { notices: [], knownRisks: new Set() },
  ui: { theme: 'dark' },
  ...changes,
})

const reasonsOf = (subject: Subject, world: World): Readonly<Record<string, string | null>> =>
  Object.fromEntries(actionsOn(subject, world).map(({ id, reason }) => [id, reason]))

test('every action has an id of its own, and no two that meet share a key', () => {
  const all = Object.values(actions).flat()
  expect(new Set(all.map(({ id }) => id)).size).toBe(all.length)
  const keys = [...actions.app, ...actions.vms, ...actions.migration].flatMap(action =>
    'keys' in action && action.keys !== undefined ? [action.keys] : [],
  )
  expect(new Set(keys).size).toBe(keys.length)
})

test('a running VM can be migrated; one that is halted, bound to its host or unknown says why not', () => {
  const migrate = (...vmIds: readonly string[]) => reasonsOf({ kind: 'vms', vmIds }, aWorld()).migrate
  expect(migrate('vm-1')).toBeNull()
  expect(migrate('vm-17')).toContain('only a running VM')
  expect(migrate('vm-8')).toContain('PCI device')
  expect(migrate('gone')).toBe('The VM is no longer known.')
  expect(migrate()).toBe('No VM is selected.')
})

test('several VMs can be migrated as long as one of them can', () => {
  const migrate = (vmIds: readonly string[]) => reasonsOf({ kind: 'vms', vmIds }, aWorld()).migrate
  expect(migrate(['vm-17', 'vm-1'])).toBeNull()
  expect(migrate(['vm-17', 'vm-8'])).toMatch(/^None of these 2 VMs/)
})

test('a window that is cut off can ask for nothing and says so', () => {
  const world = aWorld({ isCutOff: true })
  expect(reasonsOf({ kind: 'vms', vmIds: ['vm-1'] }, world).migrate).toContain('cut off')
  expect(reasonsOf({ kind: 'app' }, world).stop).toContain('cut off')
})

test('STOP and resume are never both open', () => {
  const running = reasonsOf({ kind: 'app' }, aWorld())
  expect([running.stop, running.resume]).toEqual([null, 'It is not stopped.'])
  const stopped = reasonsOf({ kind: 'app' }, aWorld({ connections: { stopped: true, byId: new Map() } }))
  expect([stopped.stop, stopped.resume]).toEqual(['It is stopped already.', null])
})

test('a migration that is over, or unknown, takes no more orders', () => {
  const over = aMigration({ phase: 'completed' })
  const world = aWorld({ migrations: { byId: new Map([[over.id, over]]), runningByVm: new Map() } })
  const reasons = reasonsOf({ kind: 'migration', migrationId: over.id }, world)
  expect(new Set(Object.values(reasons))).toEqual(new Set(['The migration is over.']))
  expect(reasonsOf({ kind: 'migration', migrationId: 'gone' }, world)['cancel-migration']).toContain(
    'no longer known',
  )
})

test('on the fleet the selected VMs come before the marked one, on a migration its VM is at hand', () => {
  const fleet = { route: { screen: 'fleet' }, fleetMarked: 'vm-1', fleetChosen: [] } as const
  expect(presentSubjects(fleet, new Map())[0]).toEqual({ kind: 'vms', vmIds: ['vm-1'] })
  expect(presentSubjects({ ...fleet, fleetChosen: ['vm-2', 'vm-3'] }, new Map())[0]).toEqual({
    kind: 'vms',
    vmIds: ['vm-2', 'vm-3'],
  })
  const migration = aMigration()
  const route = { screen: 'migration', migrationId: migration.id } as const
  expect(presentSubjects({ ...fleet, route }, new Map([[migration.id, migration]]))).toEqual([
    { kind: 'migration', migrationId: migration.id },
    { kind: 'vms', vmIds: [migration.vmId] },
    { kind: 'app' },
  ])
})

test('a key press is named as actions name it, whatever the case, and Alt is left alone', () => {
  const press = (key: string, held: { ctrlKey?: boolean; metaKey?: boolean; altKey?: boolean } = {}) =>
    keysOf({ key, ctrlKey: false, metaKey: false, altKey: false, ...held })
  expect(press('M')).toBe('m')
  expect(press('K', { ctrlKey: true })).toBe('Ctrl+k')
  expect(press('k', { metaKey: true })).toBe('Ctrl+k')
  expect(press('m', { altKey: true })).toBeNull()
})

test('what a migration sends is bounded until the pause, by hosts that can be told', () => {
  const reasonFor = (changes: Parameters<typeof aMigration>[0], bandwidth: boolean) => {
    const migration = aMigration(changes)
    const told = hosts.map(host => ({ ...host, capabilities: { ...host.capabilities, bandwidth } }))
    const world = aWorld({
      fleet: { ...aWorld().fleet, hostsById: byId(told) },
      migrations: { byId: byId([migration]), runningByVm: new Map() },
    })
    return reasonsOf({ kind: 'migration', migrationId: migration.id }, world)['bandwidth']
  }
  expect(reasonFor({ phase: 'pre-copy' }, true)).toBeNull()
  expect(reasonFor({ phase: 'pre-copy' }, false)).toMatch(/decides by itself how much to send/)
  expect(reasonFor({ phase: 'post-copy', cancellable: false }, true)).toMatch(/past its pause/)
  expect(reasonFor({ phase: 'completed' }, true)).toBe('The migration is over.')
})
