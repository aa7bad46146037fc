import { z } from 'zod'
import type { Lease, PoolGuards } from '../../../shared/model/pool-guards.ts'
import type { PoolRecord } from './records.ts'

/** Where the lease lies in the pool's other_config. */
export const LEASE_KEY = 'longshore:lease'
const ORCHESTRA_KEY = 'xo:clientInfo:'

const lease = z.object({
  holder: z.string().min(1).max(64),
  name: z.string().max(128),
  untilMs: z.number(),
})
const clientInfo = z.object({ lastConnected: z.number() })

const parse = <T>(schema: z.ZodType<T>, text: string | undefined): T | null => {
  try {
    return text === undefined ? null : (schema.safeParse(JSON.parse(text)).data ?? null)
  } catch {
    return null
  }
}

/** The lease as it lies in the pool; null when there is none or it is not one. */
export const leaseOf = (otherConfig: ReadonlyMap<string, string>): Lease | null =>
  parse(lease, otherConfig.get(LEASE_KEY))

/** What a pool's own record says of others that may act on it. */
export const poolGuardsOf = (record: PoolRecord): PoolGuards => {
  const seen = [...record.other_config]
    .filter(([key]) => key.startsWith(ORCHESTRA_KEY))
    .flatMap(([, text]) => parse(clientInfo, text)?.lastConnected ?? [])
  const covered = record.ha_plan_exists_for >= record.ha_host_failures_to_tolerate && !record.ha_overcommitted
  return {
    lease: leaseOf(record.other_config),
    wlbEnabled: record.wlb_enabled,
    haPlan: record.ha_enabled ? (covered ? 'holds' : 'broken') : 'off',
    xenOrchestraSeenMs: seen.length === 0 ? null : Math.max(...seen),
  }
}
