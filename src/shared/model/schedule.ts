import { z } from 'zod'
import { policyNames } from './migration.ts'

/** A migration that is to begin at a time. */
export const scheduledMigration = z.object({
  id: z.string().min(1).max(64),
  connectionId: z.string().min(1),
  vmId: z.string().min(1),
  vmName: z.string(),
  /** Null: to the host that is best when the time has come. */
  destinationHostId: z.string().nullable(),
  policy: z.enum(policyNames),
  /** Pool time at which it is to begin, ms since the epoch. */
  atMs: z.number(),
  /** Why it has not begun although its time has come, as one sentence; null before and while nothing holds it back. */
  heldBackBecause: z.string().nullable(),
})
export type ScheduledMigration = Readonly<z.infer<typeof scheduledMigration>>
