import type { SharedLinkCase, SharedLinkResult } from '../../shared/model/shared-link-case.ts'
import type { CaseFault, SimulationCase, SimulationResult } from '../../shared/model/simulation-case.ts'

interface Faults {
  readonly kind: 'faults'
  readonly faults: readonly CaseFault[]
}

/** What became of a case, or why it cannot be run. */
export type SimulationAnswer = { readonly kind: 'result'; readonly result: SimulationResult } | Faults

/** What became of the migrations over a link, or why they cannot be run. */
export type SharedLinkAnswer = { readonly kind: 'shared-link'; readonly result: SharedLinkResult } | Faults

/** Simulates migrations off the main thread, several cases at a time; rejects with an AbortError when `signal` aborts. */
export interface Simulator {
  /** Runs one case to its end. */
  run(given: SimulationCase, signal: AbortSignal): Promise<SimulationAnswer>
  /** Runs several migrations over one link to their ends. */
  runSharedLink(given: SharedLinkCase, signal: AbortSignal): Promise<SharedLinkAnswer>
  close(): Promise<void>
}
