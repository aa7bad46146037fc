import { isLive } from './failover-plan.ts'
import { type NewMessage, postMessage } from './messages.ts'
import { mayRunOn } from './move-checks.ts'
import { perish, settle } from './move-records.ts'
import type { VirtualHost } from './virtual-pool.ts'
import type { VirtualVm } from './virtual-vm.ts'
import type { XapiParts } from './xapi-method.ts'

type Parts = Pick<XapiParts, 'pool' | 'database' | 'now'>

/** Those that must run come before those that are started where room is left. */
const priorities = ['restart', 'best-effort']

/** High availability at work: what ran on a host that died is halted, and what is protected starts again elsewhere. */
export class Failover {
  readonly #parts: Parts
  /** VMs that no host could take: told once. */
  readonly #stranded = new Set<VirtualVm>()

  constructor(parts: Parts) {
    this.#parts = parts
  }

  /** Does what is due now: nothing without high availability, nor while the master, which leads it, is dead. */
  act(): void {
    const { pool, database } = this.#parts
    const { ha_enabled: enabled } = database.get('pool', pool.poolRef)
    if (enabled !== true || !isLive(this.#parts, pool.master)) return
    for (const host of pool.hosts) if (!isLive(this.#parts, host)) this.#buryVmsOf(host)
    for (const vm of this.#toRestart()) this.#restart(vm)
  }

  #buryVmsOf(host: VirtualHost): void {
    const { pool, now } = this.#parts
    const lost = pool.residents(host.uuid)
    if (lost.length === 0) return
    const body = `Host '${host.config.name}' has failed`
    this.#tell({ name: 'HA_HOST_FAILED', priority: 3, cls: 'Host', objUuid: host.uuid, body })
    for (const vm of lost) perish(vm, host, this.#parts, now())
  }

  /** Protected VMs that run nowhere, in the order in which they start: by priority, by `order`, largest first. */
  #toRestart(): readonly VirtualVm[] {
    const { pool, database } = this.#parts
    return pool.vms
      .filter(({ hostUuid }) => hostUuid === '')
      .map(vm => {
        const { ha_restart_priority: priority, order } = database.get('VM', vm.ref)
        return { vm, rank: priorities.indexOf(String(priority)), order: Number(order) }
      })
      .filter(({ rank }) => rank >= 0)
      .sort(
        (a, b) => a.rank - b.rank || a.order - b.order || b.vm.config.memoryBytes - a.vm.config.memoryBytes,
      )
      .map(({ vm }) => vm)
  }

  #restart(vm: VirtualVm): void {
    const { pool, now } = this.#parts
    const [host] = pool.hosts
      .filter(candidate => mayRunOn(this.#parts, vm, candidate))
      .sort((a, b) => pool.freeBytes(b) - pool.freeBytes(a))
    if (host !== undefined) {
      this.#stranded.delete(vm)
      settle(vm, host, this.#parts, now())
    } else if (!this.#stranded.has(vm)) {
      this.#stranded.add(vm)
      const body = `No host that is up has room for VM '${vm.config.name}' and sees its disks`
      const name = 'HA_PROTECTED_VM_RESTART_FAILED'
      this.#tell({ name, priority: 1, cls: 'VM', objUuid: vm.uuid, body })
    }
  }

  #tell(message: NewMessage): void {
    postMessage(this.#parts.database, message, this.#parts.now())
  }
}
