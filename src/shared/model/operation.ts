import type { FailureReport } from '../failure.ts'

export const operationKinds = [
  'migration',
  'training',
  'backup',
  'simulation',
  'lab-start',
  'lab-stop',
  'task',
] as const
export type OperationKind = (typeof operationKinds)[number]

/** Long work owned by main, or by others (`task`) on a pool. `progress` never goes back; `state` leaves `running` once. */
export interface Operation {
  readonly id: string
  readonly kind: OperationKind
  readonly title: string
  readonly startedAtMs: number
  readonly endedAtMs: number | null
  /** `ended`: how is not known. */
  readonly state: 'running' | 'succeeded' | 'failed' | 'cancelled' | 'ended'
  /** 0..1 */
  readonly progress: number
  /** Null while it cannot be said. */
  readonly remainingMs: number | null
  readonly cancellable: boolean
  readonly failure: FailureReport | null
}
