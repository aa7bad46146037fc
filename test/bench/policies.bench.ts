import { mkdirSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { parseArgs } from 'node:util'
import type { BenchOptions } from '../../scripts/bench-selection.ts'
import { simulatorPool } from '../../src/main/adapters/simulation/simulator-pool.ts'
import { policyNames } from '../../src/shared/model/migration.ts'
import type { SimulationResult } from '../../src/shared/model/simulation-case.ts'
import { type Cell, policyCells } from './policy-cells.ts'
import { policyPage } from './policy-page.ts'
import { type Run, summarise } from './policy-summary.ts'

const allCells = policyCells()
const distinct = (names: readonly string[]): readonly string[] => [...new Set(names)]

const options = {
  seeds: { type: 'string', default: '30', isCount: true, about: 'runs of each' },
  policies: { type: 'string', choices: policyNames, about: 'only these' },
  workloads: {
    type: 'string',
    choices: distinct(allCells.map(({ workload }) => workload)),
    about: 'only these',
  },
  links: { type: 'string', choices: distinct(allCells.map(({ link }) => link)), about: 'only these' },
  out: { type: 'string', default: 'out/bench', about: 'folder of the results' },
  docs: { type: 'boolean', default: false, about: 'write docs/policy-comparison.md' },
} as const satisfies BenchOptions

const listed = (names: string | undefined, name: string): boolean =>
  names === undefined || names.split(',').includes(name)

const runOf = (cell: Cell, policy: string, seed: number, result: SimulationResult): Run => ({
  cell,
  policy,
  seed,
  result,
  // A run whose live rounds had to be ended for it has not ended by its policy's own rule.
  finishes: result.preCopyMs < (cell.caseOf(policy, seed).maxLiveSeconds ?? Number.POSITIVE_INFINITY) * 1000,
})

/** Every policy on every workload and link, several seeds each; told as tables, as JSON and as one page with plots. */
export const bench = {
  name: 'policies',
  about: 'every policy on every workload and link, simulated',
  options,
  run: async (words: readonly string[]): Promise<void> => {
    const { seeds, policies, workloads, links, out, docs } = parseArgs({ args: [...words], options }).values
    const names = policyNames.filter(name => listed(policies, name))
    const cells = allCells.filter(({ workload, link }) => listed(workloads, workload) && listed(links, link))
    const simulator = simulatorPool(os.availableParallelism())
    const signal = new AbortController().signal
    const startedAt = performance.now()
    const runs: Run[] = []
    try {
      for (const cell of cells) {
        const orders = names.flatMap(policy =>
          Array.from({ length: Number(seeds) }, (_, index) => ({ policy, seed: index + 1 })),
        )
        const answers = await Promise.all(
          orders.map(async ({ policy, seed }) => {
            const answer = await simulator.run(cell.caseOf(policy, seed), signal)
            if (answer.kind === 'faults') throw new Error(`${policy}: ${JSON.stringify(answer.faults)}`)
            return runOf(cell, policy, seed, answer.result)
          }),
        )
        runs.push(...answers)
        process.stderr.write(
          `${cell.link}, ${cell.workload}: ${((performance.now() - startedAt) / 1000).toFixed(0)} s\n`,
        )
      }
    } finally {
      await simulator.close()
    }
    const summary = summarise(runs)
    console.log(summary.text)
    const folder = path.resolve(out)
    mkdirSync(folder, { recursive: true })
    writeFileSync(path.join(folder, 'policies.json'), `${JSON.stringify(summary.json, null, 1)}\n`)
    writeFileSync(path.join(folder, 'policies.html'), policyPage(summary))
    if (docs)
      writeFileSync(path.resolve(import.meta.dirname, '../../docs/policy-comparison.md'), summary.markdown)
    console.log(`\n${runs.length} runs; ${path.join(out, 'policies.json')} and policies.html written.`)
  },
}
