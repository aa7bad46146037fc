import { z } from 'zod'
import type { Decision } from '../model/decision.ts'
import { stream } from '../rpc/contract.ts'

/** Decisions, newest first: the latest 500 at first, then new ones as they are made. */
export interface DecisionItem {
  readonly decisions: readonly Decision[]
}

export const decisionContract = {
  'decision.watch': stream<DecisionItem>()(z.object({})),
}
