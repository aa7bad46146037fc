import { longshore } from '../../src/main/core/migration/policies/longshore.ts'
import type { Policy } from '../../src/main/core/migration/policy.ts'
import { FULL_CAPABILITIES } from '../../src/main/core/simulation/case-capabilities.ts'
import { policyOf } from '../../src/main/core/simulation/case-policy.ts'
import { simulateCase } from '../../src/main/core/simulation/simulate-case.ts'
import type { SimulationResult } from '../../src/shared/model/simulation-case.ts'
import { type Cell, policyCells } from './policy-cells.ts'
import { preCopies } from './policy-summary.ts'

interface Variant {
  readonly name: string
  readonly thresholds?: Readonly<Record<string, number>>
  readonly prepagePages?: number
}

const variants: readonly Variant[] = [
  { name: 'as it is' },
  { name: 'slow-down weighed 0', thresholds: { costSlowDown: 0 } },
  { name: 'slow-down weighed 0.5', thresholds: { costSlowDown: 0.5 } },
  { name: 'slow-down weighed 2', thresholds: { costSlowDown: 2 } },
  { name: 'slow-down weighed 4', thresholds: { costSlowDown: 4 } },
  { name: 'bytes weighed 0', thresholds: { costBytes: 0 } },
  { name: '4 neighbours with each request', prepagePages: 4 },
  { name: '32 neighbours with each request', prepagePages: 32 },
]

const run = (cell: Cell, name: string, { thresholds = {}, prepagePages }: Variant): SimulationResult => {
  const given = cell.caseOf(name, 1)
  const chosen = policyOf({ ...given.policy, thresholds: { ...given.policy.thresholds, ...thresholds } })
  if (chosen.kind === 'faults') throw new Error(JSON.stringify(chosen.faults))
  const policy: Policy = prepagePages === undefined ? chosen.policy : { ...longshore, prepagePages }
  return simulateCase({ given, policy, thresholds: chosen.thresholds, capabilities: FULL_CAPABILITIES })
}

const geometricMean = (values: readonly number[]): number =>
  Math.exp(values.reduce((sum, value) => sum + Math.log(Math.max(value, 1e-9)), 0) / values.length)

/** Total time of the fastest pre-copy that ends by its own rule. */
const preCopyMs = (cell: Cell): number => {
  const most = (cell.caseOf('pre-copy-xen', 1).maxLiveSeconds ?? Number.POSITIVE_INFINITY) * 1000
  const ended = preCopies.map(name => run(cell, name, { name })).filter(result => result.preCopyMs < most)
  return Math.min(...ended.map(result => result.totalMs))
}

/** What it would take for `longshore` to be faster, or to lose less of a guest's time, on the mixed and write-heavy LAN cells. */
export const bench = {
  name: 'policy-bounds',
  about: 'what bounds the policy longshore on mixed and write-heavy LAN cells',
  run: async (): Promise<void> => {
    const cells = policyCells().filter(({ kind, link }) => kind !== 'light' && link !== 'WAN')
    const others = cells.map(cell => ({
      preCopyMs: preCopyMs(cell),
      hybridLostMs: run(cell, 'hybrid-static', { name: 'hybrid-static' }).lostGuestMs,
    }))
    for (const variant of variants) {
      const results = cells.map(cell => run(cell, 'longshore', variant))
      const mean = (of: (result: SimulationResult, index: number) => number): string =>
        geometricMean(results.map(of)).toFixed(3)
      const figures = [
        `total / bound ${mean(({ totalMs }, i) => totalMs / (cells[i]?.boundMs ?? Number.NaN))}`,
        `total / pre-copy ${mean(({ totalMs }, i) => totalMs / (others[i]?.preCopyMs ?? Number.NaN))}`,
        `lost / hybrid-static ${mean(({ lostGuestMs }, i) => lostGuestMs / (others[i]?.hybridLostMs ?? Number.NaN))}`,
      ]
      console.log(`${variant.name.padEnd(34)} ${figures.join(', ')}`)
    }
  },
}
