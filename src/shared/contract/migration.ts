import { z } from 'zod'
import type { DestinationCheck } from '../model/destination-check.ts'
import { DEFAULT_POLICY, type Migration, policyNames } from '../model/migration.ts'
import { MIN_BANDWIDTH_BYTES_PER_SECOND } from '../model/migration-command.ts'
import type { WhatIfItem } from '../model/what-if.ts'
import { call, stream } from '../rpc/contract.ts'

const id = z.string().min(1).max(64)

/** All known migrations first, then each one that changed, whole. */
export interface MigrationItem {
  readonly migrations: readonly Migration[]
}

export const migrationContract = {
  'migration.watch': stream<MigrationItem>()(z.object({})),
  /** What the server says of each other host of the VM's pool, and by which networks it can be reached, asked now. */
  'migration.check': call<{ readonly hosts: readonly DestinationCheck[] }>()(z.object({ vmId: id })),
  /** Starts a live migration now; without a destination the advisor picks one, without a network the pool. */
  'migration.start': call<{ readonly migrationId: string }>()(
    z.object({
      vmId: id,
      destinationHostId: id.optional(),
      networkId: id.optional(),
      policy: z.enum(policyNames).default(DEFAULT_POLICY),
    }),
  ),
  /** Ends pre-copy now: the VM moves and the rest follows (post-copy), or it is paused and the rest copied. */
  'migration.control': call<null>()(
    z.object({ migrationId: id, command: z.enum(['switch', 'stop-and-copy', 'cancel']) }),
  ),
  /** What every other policy would have made of a migration that has ended: progress, then the result, then the end. */
  'migration.compare': stream<WhatIfItem>()(z.object({ migrationId: id })),
  /** Bounds what a running migration sends, at once and until it pauses; without a figure (or null) nothing bounds it. */
  'migration.setBandwidth': call<null>()(
    z.object({
      migrationId: id,
      bytesPerSecond: z.number().min(MIN_BANDWIDTH_BYTES_PER_SECOND).max(1e12).nullish(),
    }),
  ),
}
