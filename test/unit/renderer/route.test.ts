import { expect, test } from 'vitest'
import { hashOf, type Route, routeOf } from '../../../src/renderer/state/route.ts'

test.each<Route>([
  { screen: 'fleet' },
  { screen: 'vm', vmId: 'OpaqueRef:1/2 #3' },
  { screen: 'vm', vmId: 'vm-1', atMs: 1_763_500_000_000 },
  { screen: 'pool', poolId: 'OpaqueRef:1/2 #3' },
  { screen: 'host', hostId: 'OpaqueRef:1/2 #3' },
  { screen: 'host', hostId: 'h', atMs: 1_700_000_000_000 },
  { screen: 'migrations' },
  { screen: 'migration', migrationId: 'm-1' },
  { screen: 'decisions', decisionId: null },
  { screen: 'decisions', decisionId: 'd-1' },
  { screen: 'settings' },
])('a route survives the address bar: $screen', route => {
  expect(routeOf(hashOf(route))).toEqual(route)
})

test.each([
  '',
  '#/',
  '#/vm',
  '#/vm/',
  '#/nowhere',
  '#/vm/%E0%A4%A',
  '#javascript:alert(1)',
])('an address that names no screen has no route: %s', hash => {
  expect(routeOf(hash)).toBeUndefined()
})

test.each([
  '#/vm/vm-1/soon',
  '#/vm/vm-1/-5',
  '#/vm/vm-1/9999999999999999',
])('a VM at a time that cannot be is the VM now: %s', hash => {
  expect(routeOf(hash)).toEqual({ screen: 'vm', vmId: 'vm-1' })
})
