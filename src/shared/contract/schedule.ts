import { z } from 'zod'
import { DEFAULT_POLICY, policyNames } from '../model/migration.ts'
import type { ScheduledMigration } from '../model/schedule.ts'
import { call, stream } from '../rpc/contract.ts'

const id = z.string().min(1).max(64)

/** The whole schedule at each change, the next first. */
export interface ScheduleItem {
  readonly schedule: readonly ScheduledMigration[]
}

export const scheduleContract = {
  'schedule.watch': stream<ScheduleItem>()(z.object({})),
  /** Has a migration begin at pool time `atMs`; everything is checked once more then. One a VM. */
  'schedule.add': call<{ readonly scheduleId: string }>()(
    z.object({
      vmId: id,
      destinationHostId: id.optional(),
      policy: z.enum(policyNames).default(DEFAULT_POLICY),
      atMs: z.number(),
    }),
  ),
  /** Takes it back; a migration that has begun is cancelled as any other. */
  'schedule.remove': call<null>()(z.object({ scheduleId: id })),
}
