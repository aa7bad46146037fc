import { defaultThresholds } from '../../src/main/core/decision/thresholds.ts'
import { policies } from '../../src/main/core/migration/policies/index.ts'
import { simulateCase } from '../../src/main/core/simulation/simulate-case.ts'
import type { PolicyName } from '../../src/shared/model/migration.ts'
import { type SimulationResult, simulationCase } from '../../src/shared/model/simulation-case.ts'

/** A host that can do everything. */
const everything = {
  dirtyRate: true,
  pageHeat: true,
  rounds: true,
  stopAndCopy: true,
  postCopy: true,
  bandwidth: true,
  pageOrder: true,
  throttle: true,
  priority: true,
  diskCopy: true,
}

/** Runs a case, given as `longshore simulate` takes it, under a policy. */
export const simulated = (policy: PolicyName, given: Readonly<Record<string, unknown>>): SimulationResult =>
  simulateCase({
    given: simulationCase.parse({ policy: { name: policy }, ...given }),
    policy: policies[policy],
    thresholds: defaultThresholds,
    capabilities: everything,
  })
