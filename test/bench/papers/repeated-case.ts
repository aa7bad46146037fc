import type { Policy } from '../../../src/main/core/migration/policy.ts'
import { policyOf } from '../../../src/main/core/simulation/case-policy.ts'
import { simulateCase } from '../../../src/main/core/simulation/simulate-case.ts'
import type { PolicyName } from '../../../src/shared/model/migration.ts'
import { type SimulationResult, simulationCase } from '../../../src/shared/model/simulation-case.ts'
import { EVERY_CAPABILITY } from '../../support/a-policy-view.ts'

export type CaseInput = Readonly<Record<string, unknown>>

/** A policy's name, or the name with thresholds of its own. */
export type PolicyInput =
  | PolicyName
  | { readonly name: PolicyName; readonly thresholds: Readonly<Record<string, number>> }

/** One case under a policy on QEMU's fixed costs; `instead` runs in the place of the named policy. */
export const runCase = (asked: PolicyInput, given: CaseInput, instead?: Policy): SimulationResult => {
  const named = typeof asked === 'string' ? { name: asked } : asked
  const parsed = simulationCase.parse({ host: 'qemu', warmupSeconds: 2, ...given, policy: named })
  const built = policyOf(parsed.policy)
  if (built.kind === 'faults') throw new Error(JSON.stringify(built.faults))
  const { policy, thresholds } = built
  return simulateCase({
    given: parsed,
    policy: instead ?? policy,
    thresholds,
    capabilities: EVERY_CAPABILITY,
  })
}

/** The same case for each seed. */
export const runSeeds = (
  asked: PolicyInput,
  given: CaseInput,
  seeds: readonly number[],
): readonly SimulationResult[] => seeds.map(seed => runCase(asked, { ...given, seed }))

/** The mean of one figure. */
export const meanOf = <T>(items: readonly T[], figureOf: (item: T) => number): number =>
  items.reduce((sum, item) => sum + figureOf(item), 0) / Math.max(1, items.length)
