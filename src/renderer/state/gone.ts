import type { Host } from '../../shared/model/host.ts'
import type { Pool } from '../../shared/model/pool.ts'

/** A pool or host that this window has seen and that is there no more. */
export interface Gone {
  readonly name: string
  readonly poolId: string
  /** Of the pool it was in; undefined where that is not known any more. */
  readonly connectionId: string | undefined
  /** Wall-clock ms since when it is missing. */
  readonly sinceMs: number
}

interface Seen {
  readonly poolsById: ReadonlyMap<string, Pool>
  readonly hostsById: ReadonlyMap<string, Host>
}

/** As many are remembered; the ones gone longest are forgotten first. */
const MOST = 1000

/** What is gone after an inventory, by id; what came back is not. */
export const goneAfter = (
  gone: ReadonlyMap<string, Gone>,
  { before, after }: { readonly before: Seen; readonly after: Seen },
  sinceMs: number,
): ReadonlyMap<string, Gone> => {
  const isThere = (id: string) => after.poolsById.has(id) || after.hostsById.has(id)
  const kept = [...gone].filter(([id]) => !isThere(id))
  const pools = [...before.poolsById.values()].map(({ id, name, connectionId }) => ({
    id,
    lost: { name, poolId: id, connectionId, sinceMs },
  }))
  const hosts = [...before.hostsById.values()].map(({ id, name, poolId }) => ({
    id,
    lost: { name, poolId, connectionId: before.poolsById.get(poolId)?.connectionId, sinceMs },
  }))
  const lost = [...pools, ...hosts].flatMap(({ id, lost }) => (isThere(id) ? [] : [[id, lost] as const]))
  return kept.length === gone.size && lost.length === 0 ? gone : new Map([...kept, ...lost].slice(-MOST))
}
