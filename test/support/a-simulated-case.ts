import { policyOf } from '../../src/main/core/simulation/case-policy.ts'
import { simulateCase } from '../../src/main/core/simulation/simulate-case.ts'
import type { Capabilities } from '../../src/shared/model/capabilities.ts'
import type { PolicyName } from '../../src/shared/model/migration.ts'
import { type SimulationResult, simulationCase } from '../../src/shared/model/simulation-case.ts'
import { EVERY_CAPABILITY } from './a-policy-view.ts'

type CaseInput = Parameters<typeof simulationCase.parse>[0] & object

/** 64 MiB over 100 MB/s with half a millisecond of round trip, a uniform writer to 16 MiB of it. */
const smallGuest = {
  memoryBytes: 64 * 2 ** 20,
  link: { bandwidthBytesPerSecond: 100e6, latencyMs: 0.5 },
  workload: { kind: 'uniform', workingSetPages: 4096, writesPerSecond: 2000 },
  host: 'qemu',
  warmupSeconds: 1,
  seed: 5,
}

type CasePolicyInput = { readonly name: PolicyName } & Readonly<Record<string, unknown>>

/** Simulates a small guest's migration by a policy, with whatever the case changes. */
export const simulated = (
  policy: CasePolicyInput,
  changes: CaseInput = {},
  capabilities: Capabilities = EVERY_CAPABILITY,
): SimulationResult => {
  const given = simulationCase.parse({ ...smallGuest, ...changes, policy })
  const built = policyOf(given.policy)
  if (built.kind === 'faults') throw new Error(JSON.stringify(built.faults))
  return simulateCase({ given, policy: built.policy, thresholds: built.thresholds, capabilities })
}
