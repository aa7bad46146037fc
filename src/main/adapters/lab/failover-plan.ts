import type { VirtualHost } from './virtual-pool.ts'
import type { VirtualVm } from './virtual-vm.ts'
import type { XapiParts } from './xapi-method.ts'

type Plan = Pick<XapiParts, 'pool' | 'database'>

/** Restart priorities by VM reference, in the place of those that are set. */
export type Priorities = Readonly<Record<string, unknown>>

export const isLive = ({ database }: Plan, host: VirtualHost): boolean =>
  database.get('host_metrics', host.metricsRef).live === true

/** Memory of those of some VMs that are to be restarted, largest first. */
const protectedBytes = (
  { database }: Plan,
  vms: readonly VirtualVm[],
  priorities: Priorities,
): readonly number[] =>
  vms
    .filter(({ ref }) => (priorities[ref] ?? database.get('VM', ref).ha_restart_priority) === 'restart')
    .map(({ config }) => config.memoryBytes)
    .sort((a, b) => b - a)

const sum = (bytes: readonly number[]): number => bytes.reduce((total, one) => total + one, 0)

/**
 * How many hosts may fail so that every protected VM still finds room, taking those first that have most to restart and
 * packing the largest VMs first, as a server does too: a plan for fewer is certain, one for more might be found.
 */
export const failuresSurvived = (plan: Plan, priorities: Priorities = {}): number => {
  const { pool, database } = plan
  const hosts = pool.hosts.filter(host => isLive(plan, host))
  const dead = pool.hosts.filter(host => !isLive(plan, host))
  // What runs nowhere wants room as well.
  const homeless = pool.vms.filter(({ hostUuid }) => hostUuid === '')
  const lost = protectedBytes(
    plan,
    [...homeless, ...dead.flatMap(host => pool.residents(host.uuid))],
    priorities,
  )
  const worstFirst = hosts
    .map(host => ({
      host,
      bytes: protectedBytes(plan, pool.residents(host.uuid), priorities),
      room: database.get('host', host.ref).enabled === true ? pool.freeBytes(host) : 0,
    }))
    .sort((a, b) => sum(b.bytes) - sum(a.bytes))
  const fits = (count: number): boolean => {
    const rooms = worstFirst.slice(count).map(({ room }) => room)
    const toPlace = [...lost, ...worstFirst.slice(0, count).flatMap(({ bytes }) => bytes)].sort(
      (a, b) => b - a,
    )
    return toPlace.every(bytes => {
      const at = rooms.findIndex(room => room >= bytes)
      if (at < 0) return false
      rooms[at] = (rooms[at] ?? 0) - bytes
      return true
    })
  }
  // Hosts that are dead already count among those that fail.
  for (let count = hosts.length - 1; count > 0; count--) if (fits(count)) return count
  return 0
}

/** Writes into the pool's record how far its plan reaches; without high availability there is none. */
export const tellPlan = (plan: Plan): void => {
  const { pool, database } = plan
  const { ha_enabled: enabled, ha_host_failures_to_tolerate: wanted } = database.get('pool', pool.poolRef)
  if (enabled !== true) {
    database.change('pool', pool.poolRef, { ha_plan_exists_for: 0, ha_overcommitted: false })
    return
  }
  const survived = failuresSurvived(plan)
  database.change('pool', pool.poolRef, {
    ha_plan_exists_for: Math.min(survived, Number(wanted)),
    ha_overcommitted: survived < Number(wanted),
  })
}
