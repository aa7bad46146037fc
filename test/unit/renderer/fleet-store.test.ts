import { expect, test } from 'vitest'
import { createFleetStore } from '../../../src/renderer/state/fleet-store.ts'
import { type FleetItem, fleetPacker } from '../../../src/shared/contract/fleet.ts'
import { fakeFleet } from '../../fakes/fake-fleet.ts'

const fleet = fakeFleet({ seed: 1, pools: 2, hostsPerPool: 2, vms: 8 })
const first = fleet.item(10_000, { isFirst: true })
const quiet: FleetItem = {
  ...first,
  inventory: null,
  vmSamples: [],
  hostSamples: [],
  hostLoads: [],
  forecasts: [],
  risks: [],
}

test('an item without inventory leaves pools, hosts and VMs as they are, to the very object', () => {
  const store = createFleetStore()
  const pack = fleetPacker()
  store.apply(pack(first), 1)
  const before = store.getState()
  store.apply(pack(fleet.item(11_000, { isFirst: false })), 2)
  const after = store.getState()
  expect(after.vms).toBe(before.vms)
  expect(after.vmsById).toBe(before.vmsById)
  expect(after.vmSamples.get('vm-1')?.atMs).toBe(11_000)
  expect(after.poolTimeMs.get('pool-1')).toBe(11_000)
})

test('a pool that is silent in a tick keeps its last figures', () => {
  const store = createFleetStore()
  const pack = fleetPacker()
  store.apply(pack(first), 1)
  store.apply(pack(quiet), 2)
  expect(store.getState().vmSamples.size).toBe(first.vmSamples.length)
  expect(store.getState().poolTimeMs.get('pool-2')).toBe(10_000)
})

test('a VM that left the inventory takes its sample, forecast, risk and ring with it', () => {
  const store = createFleetStore()
  const pack = fleetPacker()
  store.apply(pack(first), 1)
  const vms = fleet.vms.filter(vm => vm.id !== 'vm-1')
  store.apply(pack({ ...quiet, inventory: { pools: fleet.pools, hosts: fleet.hosts, vms } }), 2)
  const { vmSamples, forecasts, risks, vmsById } = store.getState()
  for (const map of [vmSamples, forecasts, risks, vmsById]) expect(map.has('vm-1')).toBe(false)
  expect(store.rings.of('vm-1')).toBeUndefined()
  expect(store.rings.of('vm-2')?.length).toBe(1)
})
