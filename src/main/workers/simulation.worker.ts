import type { SharedLinkCase } from '../../shared/model/shared-link-case.ts'
import type { CaseFault, SimulationCase } from '../../shared/model/simulation-case.ts'
import type { SimulationOrder } from '../core/simulation/carry-out.ts'
import { capabilitiesOf } from '../core/simulation/case-capabilities.ts'
import { tooManyPages } from '../core/simulation/case-misfit.ts'
import { policyOf } from '../core/simulation/case-policy.ts'
import { faultOfSharer } from '../core/simulation/shared-link-misfit.ts'
import { simulateCase } from '../core/simulation/simulate-case.ts'
import { casesOnLink, simulateSharedLink } from '../core/simulation/simulate-shared-link.ts'
import type { SharedLinkAnswer, SimulationAnswer } from '../ports/simulator.ts'

type Ordered =
  | { readonly kind: 'order'; readonly order: SimulationOrder }
  | { readonly kind: 'faults'; readonly faults: readonly CaseFault[] }

const orderOf = (given: SimulationCase): Ordered => {
  const chosen = policyOf(given.policy)
  if (chosen.kind === 'faults') return chosen
  const { policy, thresholds } = chosen
  return { kind: 'order', order: { given, policy, thresholds, capabilities: capabilitiesOf(given) } }
}

/** Runs one case to its end; a pool calls it by name. */
export const simulate = (given: SimulationCase): SimulationAnswer => {
  const tooMany = tooManyPages(given)
  if (tooMany !== null) return { kind: 'faults', faults: [tooMany] }
  const ordered = orderOf(given)
  return ordered.kind === 'faults' ? ordered : { kind: 'result', result: simulateCase(ordered.order) }
}

/** Runs the migrations over a link to their ends; a pool calls it by name. */
export const simulateTogether = (given: SharedLinkCase): SharedLinkAnswer => {
  const orders: SimulationOrder[] = []
  const faults: CaseFault[] = []
  for (const [index, each] of casesOnLink(given).entries()) {
    const ordered = orderOf(each)
    if (ordered.kind === 'order') orders.push(ordered.order)
    else faults.push(...ordered.faults.map(fault => faultOfSharer(fault, index)))
  }
  if (faults.length > 0) return { kind: 'faults', faults }
  return { kind: 'shared-link', result: simulateSharedLink(given, orders) }
}
