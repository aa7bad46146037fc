import type { CaseFault, SimulationCase, SimulationResult } from '../../shared/model/simulation-case.ts'

/** What became of a case, or why it cannot be run. */
export type SimulationAnswer =
  | { readonly kind: 'result'; readonly result: SimulationResult }
  | { readonly kind: 'faults'; readonly faults: readonly CaseFault[] }

/** Simulates migrations off the main thread, several at a time. */
export interface Simulator {
  /** Runs one case to its end; rejects with an AbortError when `signal` aborts. */
  run(given: SimulationCase, signal: AbortSignal): Promise<SimulationAnswer>
  close(): Promise<void>
}
