import type { SimulationCase } from '../../shared/model/simulation-case.ts'
import { tooManyPages } from '../core/simulation/case-misfit.ts'
import { policyOf } from '../core/simulation/case-policy.ts'
import { capabilitiesOf, simulateCase } from '../core/simulation/simulate-case.ts'
import type { SimulationAnswer } from '../ports/simulator.ts'

/** Runs one case to its end; a pool calls it by name. */
export const simulate = (given: SimulationCase): SimulationAnswer => {
  const tooMany = tooManyPages(given)
  if (tooMany !== null) return { kind: 'faults', faults: [tooMany] }
  const chosen = policyOf(given.policy)
  if (chosen.kind === 'faults') return chosen
  const { policy, thresholds } = chosen
  const capabilities = capabilitiesOf(given)
  return { kind: 'result', result: simulateCase({ given, policy, thresholds, capabilities }) }
}
