import type { FailureReport } from '../failure.ts'

/** Long work that a pool does, by anybody's order. */
export interface PoolTask {
  readonly id: string
  /** As the server calls it. */
  readonly name: string
  /** What is done to what, such as `pool_migrate` to a VM; null where the server does not say. */
  readonly subject: {
    readonly operation: string
    readonly kind: 'vm' | 'host' | 'pool'
    readonly id: string
    readonly name: string
  } | null
  /** The client that asked for it, where the task says so. */
  readonly by: string | null
  /** The migration it carries out, where a Longshore marked it. */
  readonly migrationId: string | null
  /** 0..1; may go back. */
  readonly progress: number
  readonly cancellable: boolean
  readonly state: 'running' | 'succeeded' | 'failed' | 'cancelled'
  /** Null unless it failed. */
  readonly failure: FailureReport | null
}
