import type { Vm } from '../../shared/model/vm.ts'
import type { Inventory } from '../ports/hypervisor.ts'

/** An inventory stands for many ticks: what is looked up in it is made once. */
const oncePerInventory = <T extends object>(make: (inventory: Inventory) => T): ((of: Inventory) => T) => {
  const made = new WeakMap<Inventory, T>()
  return inventory => {
    const known = made.get(inventory)
    if (known) return known
    const fresh = make(inventory)
    made.set(inventory, fresh)
    return fresh
  }
}

export const vmsById = oncePerInventory(
  ({ vms }): ReadonlyMap<string, Vm> => new Map(vms.map(vm => [vm.id, vm])),
)

/** How many VMs run on each host, by host id; a host without any has no entry. */
export const runningVmCounts = oncePerInventory(({ vms }): ReadonlyMap<string | null, number> => {
  const counts = new Map<string | null, number>()
  for (const { powerState, hostId } of vms)
    if (powerState === 'running') counts.set(hostId, (counts.get(hostId) ?? 0) + 1)
  return counts
})
