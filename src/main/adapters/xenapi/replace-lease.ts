import { z } from 'zod'
import type { Lease } from '../../../shared/model/pool-guards.ts'
import { LEASE_KEY, leaseOf } from './pool-guards.ts'
import type { XenSession } from './session.ts'
import { isXenError } from './xen-error.ts'

const CALL_TIMEOUT_MS = 10_000

/**
 * Puts `next` in the place of `present` in the pool's other_config. Adding a key that is there fails, so of two consoles
 * that find the place empty only one gets it.
 */
export const replaceLease = async (
  session: XenSession,
  { present, next }: { readonly present: Lease | null; readonly next: Lease | null },
  signal: AbortSignal,
): Promise<boolean> => {
  const call = (method: string, params: readonly unknown[]) =>
    session.call(method, params, { signal, timeoutMs: CALL_TIMEOUT_MS })
  const [pool] = z.array(z.string()).parse(await call('pool.get_all', []))
  const config = z.record(z.string(), z.string()).parse(await call('pool.get_other_config', [pool]))
  const found = leaseOf(new Map(Object.entries(config)))
  if (found?.holder !== present?.holder || found?.untilMs !== present?.untilMs) return false
  if (config[LEASE_KEY] !== undefined) await call('pool.remove_from_other_config', [pool, LEASE_KEY])
  if (next === null) return true
  try {
    await call('pool.add_to_other_config', [pool, LEASE_KEY, JSON.stringify(next)])
    return true
  } catch (error) {
    if (isXenError(error, 'MAP_DUPLICATE_KEY')) return false
    throw error
  }
}
