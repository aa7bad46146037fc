import { z } from 'zod'
import type { Decision } from '../model/decision.ts'
import { call, stream } from '../rpc/contract.ts'

export interface DecisionItem {
  readonly decisions: readonly Decision[]
}

export const decisionContract = {
  /** Newest first: the latest 500 at first, then new ones as they are made. */
  'decision.watch': stream<DecisionItem>()(z.object({})),
  /** What was decided after the rounds of a migration and how it ended, however long ago, oldest first. */
  'decision.ofMigration': call<DecisionItem>()(z.object({ migrationId: z.string().min(1).max(64) })),
}
