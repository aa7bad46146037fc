import os from 'node:os'
import { simulatorPool } from '../../src/main/adapters/simulation/simulator-pool.ts'
import { FULL_CAPABILITIES } from '../../src/main/core/simulation/case-capabilities.ts'
import { policyOf } from '../../src/main/core/simulation/case-policy.ts'
import { simulateCase } from '../../src/main/core/simulation/simulate-case.ts'
import { type SimulationCase, simulationCase } from '../../src/shared/model/simulation-case.ts'
import { medianOf } from './statistics.ts'

const GIB = 2 ** 30
const RUNS = 7
const CASES = 1000

/** A guest that dirties as fast as half the link, over a third of its memory: it needs every round it is given. */
const aCase = (memoryBytes: number, maxRounds: number, seed = 1): SimulationCase => {
  const pages = memoryBytes / 4096
  return simulationCase.parse({
    memoryBytes,
    policy: { name: 'pre-copy-xen', maxRounds, minDirtyPages: 0 },
    link: { bandwidthBytesPerSecond: 1.25e9, latencyMs: 0.1 },
    workload: {
      kind: 'uniform',
      workingSetPages: Math.floor(pages / 3),
      writesPerSecond: 150_000 * (memoryBytes / (8 * GIB)),
    },
    host: 'qemu',
    seed,
  })
}

const msOf = (given: SimulationCase): number => {
  const chosen = policyOf(given.policy)
  if (chosen.kind === 'faults') throw new Error(JSON.stringify(chosen.faults))
  const { policy, thresholds } = chosen
  const startedAt = performance.now()
  const { rounds } = simulateCase({ given, policy, thresholds, capabilities: FULL_CAPABILITIES })
  const ms = performance.now() - startedAt
  if (rounds.length !== (given.policy.maxRounds ?? 0) + 1) throw new Error(`${rounds.length} rounds`)
  return ms
}

const timed = (memoryGib: number, rounds: number): number => {
  const given = aCase(memoryGib * GIB, rounds)
  msOf(given)
  const times = Array.from({ length: RUNS }, () => msOf(given))
  console.log(
    `${memoryGib} GiB, ${rounds} live rounds: least ${Math.min(...times).toFixed(0)} ms, median ${medianOf(times).toFixed(0)} ms of ${RUNS}`,
  )
  return Math.min(...times)
}

/** How long simulating takes, how that grows with pages and rounds, and what a sweep on every core manages. */
export const bench = {
  name: 'simulator',
  about: 'time to simulate, and how it grows with pages and rounds',
  run: async (): Promise<void> => {
    const whole = timed(8, 20)
    const half = timed(4, 20)
    const fewer = timed(8, 10)
    console.log(
      `twice the pages: ${(whole / half).toFixed(2)} times; twice the rounds: ${(whole / fewer).toFixed(2)} times`,
    )
    const threads = os.availableParallelism()
    const simulator = simulatorPool(threads)
    const { signal } = new AbortController()
    const startedAt = performance.now()
    await Promise.all(
      Array.from({ length: CASES }, (_, seed) => simulator.run(aCase(GIB, 5 + (seed % 16), seed), signal)),
    )
    const seconds = (performance.now() - startedAt) / 1000
    await simulator.close()
    console.log(`${CASES} cases of 1 GiB on ${threads} threads: ${seconds.toFixed(1)} s`)
  },
}
