import { type FleetPacket, type fleetContract, fleetPacker } from '../../shared/contract/fleet.ts'
import type { Handlers } from '../../shared/rpc/contract.ts'
import type { Connections } from '../services/connections.ts'
import type { ControlLoop } from '../services/control-loop.ts'

export const fleetHandlers = ({
  loop,
  connections,
}: {
  loop: ControlLoop
  connections: Connections
}): Handlers<typeof fleetContract> => ({
  'fleet.watch': async function* (_, signal): AsyncGenerator<FleetPacket> {
    const pack = fleetPacker()
    let shownVersion: number | null = null
    for await (const { inventoryVersion, ...state } of loop.fleet.watch(signal)) {
      const inventories = connections.pools.map(pool => pool.inventory)
      const inventory = {
        pools: inventories.map(({ pool }) => pool),
        hosts: inventories.flatMap(({ hosts }) => hosts),
        vms: inventories.flatMap(({ vms }) => vms),
      }
      yield pack({ ...state, inventory: shownVersion === inventoryVersion ? null : inventory })
      shownVersion = inventoryVersion
    }
  },
})
