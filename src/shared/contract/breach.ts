import { z } from 'zod'
import type { Breach } from '../model/breach.ts'
import { call } from '../rpc/contract.ts'

export const breachContract = {
  /** The newest stretches in which a figure stood over its limit, newest first. */
  'breach.list': call<{ readonly breaches: readonly Breach[] }>()(
    z.object({ limit: z.number().int().min(1).max(1000).default(500) }),
  ),
}
