import { expect, test } from 'vitest'
import { type Gone, goneAfter } from '../../../src/renderer/state/gone.ts'
import { fakeFleet } from '../../fakes/fake-fleet.ts'

const { pools, hosts } = fakeFleet({ seed: 1, pools: 2, hostsPerPool: 2, vms: 2 })
const seen = (hostCount: number, poolCount = 2) => ({
  poolsById: new Map(pools.slice(0, poolCount).map(pool => [pool.id, pool])),
  hostsById: new Map(hosts.slice(0, hostCount).map(host => [host.id, host])),
})
const none: ReadonlyMap<string, Gone> = new Map()

test('a host that vanishes is remembered with its pool and since when, until it is back', () => {
  const gone = goneAfter(none, { before: seen(4), after: seen(3) }, 5000)
  expect([...gone.values()]).toEqual([
    { name: 'host-2', poolId: 'pool-2', connectionId: 'connection-2', sinceMs: 5000 },
  ])
  const later = goneAfter(gone, { before: seen(3), after: seen(3) }, 9000)
  expect(later).toBe(gone)
  expect(goneAfter(gone, { before: seen(3), after: seen(4) }, 9000).size).toBe(0)
})

test('a pool that goes takes its hosts along', () => {
  const gone = goneAfter(none, { before: seen(4), after: seen(2, 1) }, 5000)
  expect([...gone.keys()].sort()).toEqual(['pool-2', 'pool-2-host-1', 'pool-2-host-2'])
})
