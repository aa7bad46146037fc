import type { SimulationCase } from '../../shared/model/simulation-case.ts'
import { policyOf } from '../core/simulation/case-policy.ts'
import { FULL_CAPABILITIES, simulateCase } from '../core/simulation/simulate-case.ts'
import type { SimulationAnswer } from '../ports/simulator.ts'

/** Runs one case to its end; a pool calls it by name. */
export const simulate = (given: SimulationCase): SimulationAnswer => {
  const chosen = policyOf(given.policy)
  if (chosen.kind === 'faults') return chosen
  const { policy, thresholds } = chosen
  const lacking = Object.fromEntries((given.hostLacks ?? []).map(ability => [ability, false]))
  const capabilities = { ...FULL_CAPABILITIES, ...lacking }
  return { kind: 'result', result: simulateCase({ given, policy, thresholds, capabilities }) }
}
