import type { SimulationCase, SimulationResult } from '../../shared/model/simulation-case.ts'
import { type CaseFault, policyOf } from '../core/simulation/case-policy.ts'
import { FULL_CAPABILITIES, simulateCase } from '../core/simulation/simulate-case.ts'

export type SimulationAnswer =
  | { readonly kind: 'result'; readonly result: SimulationResult }
  | { readonly kind: 'faults'; readonly faults: readonly CaseFault[] }

/** Runs one case to its end; a pool calls it by name. */
export const simulate = (given: SimulationCase): SimulationAnswer => {
  const chosen = policyOf(given.policy)
  if (chosen.kind === 'faults') return chosen
  const { policy, thresholds } = chosen
  return {
    kind: 'result',
    result: simulateCase({ given, policy, thresholds, capabilities: FULL_CAPABILITIES }),
  }
}
