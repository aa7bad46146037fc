import type { Migration, PolicyName } from './migration.ts'

/** What policies are compared by. Times in ms. */
export const whatIfFigures = [
  'totalMs',
  'downtimeMs',
  'unavailabilityMs',
  'bytesSent',
  'retransmittedBytes',
  'demandFaults',
  'lostGuestMs',
] as const
export type WhatIfFigure = (typeof whatIfFigures)[number]

/** A figure over the runs of a policy, which differ in their seed alone. */
export interface Spread {
  readonly median: number
  readonly low: number
  readonly high: number
}

/** What came of a migration that was carried out; null: its host does not tell it. */
export interface MeasuredRun {
  readonly policy: PolicyName
  readonly phase: Migration['phase']
  readonly figures: Readonly<Record<WhatIfFigure, number | null>>
  readonly slaViolated: boolean | null
}

/** What a policy would have done, or why that cannot be said. */
export type WhatIfRow =
  | {
      readonly kind: 'simulated'
      readonly policy: PolicyName
      readonly figures: Readonly<Record<WhatIfFigure, Spread>>
      readonly runs: number
      /** Of the runs. */
      readonly slaViolations: number
      readonly aborted: number
    }
  | { readonly kind: 'impossible'; readonly policy: PolicyName; readonly because: string }
  | { readonly kind: 'skipped'; readonly policy: PolicyName; readonly because: string }

/** How near the simulation of the policy that really ran comes to what happened. */
export type Agreement = Readonly<
  Partial<
    Record<'totalMs' | 'downtimeMs' | 'bytesSent', { readonly simulated: number; readonly measured: number }>
  >
>

/** One migration under every policy: as it was where it was carried out, else as it would be now. */
export interface WhatIf {
  readonly vmId: string
  readonly measured: MeasuredRun | null
  readonly rows: readonly WhatIfRow[]
  /** Null where nothing happened that it could be held against. */
  readonly agreement: Agreement | null
  /** What the simulations rest on, one sentence each: what was measured first, then what is assumed. */
  readonly grounds: readonly { readonly origin: 'measured' | 'assumed'; readonly sentence: string }[]
}

export type WhatIfItem =
  | {
      readonly kind: 'running'
      readonly operationId: string
      /** 0..1 */
      readonly progress: number
      /** Null while it cannot be said. */
      readonly remainingMs: number | null
    }
  | { readonly kind: 'done'; readonly whatIf: WhatIf }
  | { readonly kind: 'cancelled' }
