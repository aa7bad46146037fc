import type { Measure } from './measure.ts'

export const decisionKinds = ['trigger', 'destination', 'round', 'operator', 'outcome'] as const
export type DecisionKind = (typeof decisionKinds)[number]

/** One figure a decision looked at, and the limit it was held against. */
export interface DecisionInput {
  readonly name: string
  readonly value: Measure
  readonly unit: string
  readonly limit: number | null
  /** Whether this figure, by itself, spoke for acting. */
  readonly fired: boolean
}

/** What one course of a migration was expected to come to in all, and what that is worth. */
export interface ExpectedCourse {
  /** What would be done, such as `switch now`. */
  readonly course: string
  readonly totalMs: number
  readonly unavailabilityMs: number
  /** The guest's time that is lost to waiting for pages and to being slowed down. */
  readonly lostMs: number
  readonly bytesSent: number
  /** The figures weighed by the operator's weights: the lower the better. */
  readonly cost: number
}

export interface Alternative {
  readonly name: string
  readonly chosen: boolean
  readonly because: string
  /** Where it was weighed by figures. */
  readonly expected?: ExpectedCourse
}

/** Why something was done, or was not. Kept for ever. */
export interface Decision {
  readonly id: string
  readonly atMs: number
  readonly connectionId: string
  readonly vmId: string
  readonly vmName: string
  readonly kind: DecisionKind
  /** A few words: `migrate to host-3`, `switch to post-copy`, `would migrate (advise)`. */
  readonly outcome: string
  readonly reasons: readonly string[]
  readonly inputs: readonly DecisionInput[]
  readonly alternatives: readonly Alternative[]
  readonly migrationId: string | null
}
