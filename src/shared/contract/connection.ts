import { z } from 'zod'
import { automationLevel, type Connection } from '../model/connection.ts'
import { call, stream } from '../rpc/contract.ts'

export interface ConnectionItem {
  readonly connections: readonly Connection[]
  /** While true nothing is started by itself anywhere. */
  readonly stopped: boolean
}

export const connectionContract = {
  'connection.watch': stream<ConnectionItem>()(z.object({})),
  'connection.setLevel': call<null>()(
    z.object({ connectionId: z.string().min(1).max(64), level: automationLevel }),
  ),
  /** STOP: no new migration is started by itself, and every one that still can be cancelled is. */
  'automation.stop': call<{ readonly cancelling: number }>()(z.object({})),
  'automation.resume': call<null>()(z.object({})),
}
