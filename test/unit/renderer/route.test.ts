import { expect, test } from 'vitest'
import { hashOf, type Route, routeOf } from '../../../src/renderer/state/route.ts'

test.each<Route>([
  { screen: 'fleet' },
  { screen: 'vm', vmId: 'OpaqueRef:1/2 #3' },
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
