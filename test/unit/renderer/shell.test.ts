import { expect, test } from 'vitest'
import { breadcrumb } from '../../../src/renderer/shell/breadcrumb.ts'
import { actionEntries, fleetEntries, matching, SHOWN } from '../../../src/renderer/shell/palette-entries.ts'
import { worldNow } from '../../../src/renderer/state/index.ts'
import { fakeFleet } from '../../fakes/fake-fleet.ts'
import { aMigration } from '../../fakes/fake-migration.ts'

const fleet = fakeFleet({ seed: 1, pools: 1, hostsPerPool: 3, vms: 30 })
const places = {
  vmsById: new Map(fleet.vms.map(vm => [vm.id, vm])),
  hostsById: new Map(fleet.hosts.map(host => [host.id, host])),
  poolsById: new Map(fleet.pools.map(pool => [pool.id, pool])),
}
const words = (route: Parameters<typeof breadcrumb>[0], migration?: ReturnType<typeof aMigration>) =>
  breadcrumb(route, places, migration).map(crumb => crumb.word)

test('the breadcrumbs of a pool, a host and a VM go down from the fleet alike', () => {
  const poolId = fleet.pools[0]?.id ?? ''
  const hostId = fleet.hosts[0]?.id ?? ''
  expect(words({ screen: 'pool', poolId })).toEqual(['Fleet', 'lab A'])
  expect(words({ screen: 'host', hostId })).toEqual(['Fleet', 'lab A', 'host-1'])
  expect(words({ screen: 'vm', vmId: 'vm-1' })).toEqual(['Fleet', 'lab A', 'host-1', 'db-01'])
  expect(words({ screen: 'vm', vmId: 'vm-17' })).toContain('no host')
})

test('the breadcrumb of what is not known says so and leads back', () => {
  expect(breadcrumb({ screen: 'vm', vmId: 'gone' }, places, undefined)).toMatchObject([
    { word: 'Fleet', hash: '#/fleet' },
    { word: 'VM', hash: null },
  ])
  expect(words({ screen: 'migration', migrationId: 'gone' })).toEqual(['Migrations', 'migration'])
})

test('the breadcrumb of a migration says from where to where', () => {
  expect(words({ screen: 'migration', migrationId: 'migration-1' }, aMigration())).toEqual([
    'Migrations',
    'db-01, host-1 → host-2',
  ])
})

test('the palette finds by any words, names that begin with them first, and shows a screenful', () => {
  const opened: string[] = []
  const entries = fleetEntries(
    { ...fleet, ...places },
    {
      vm: vm => opened.push(vm.name),
      host: host => opened.push(host.name),
      pool: pool => opened.push(pool.name),
    },
  )
  expect(matching(entries, '')).toHaveLength(SHOWN)
  expect(matching(entries, 'host-2').map(e => e.words)[0]).toBe('host-2')
  const [db] = matching(entries, 'db 02')
  expect(db?.words).toBe('db-02')
  db?.run()
  expect(opened).toEqual(['db-02'])
  expect(matching(entries, 'nothing so called')).toEqual([])
})

test('an action in the palette names what it is done to, and keeps its dots at the end', () => {
  const entries = actionEntries([{ kind: 'vms', vmIds: ['vm-1', 'vm-2'] }], worldNow())
  expect(entries.map(entry => entry.words)).toContain('Migrate 2 VMs...')
  expect(entries[0]?.reason).toContain('cut off')
})
