import type { SimulatedWorkload, SimulationCase } from '../../../shared/model/simulation-case.ts'
import type { Thresholds } from '../decision/thresholds.ts'
import type { Policy } from '../migration/policy.ts'
import { Random } from '../numeric/random.ts'
import { simulateCase } from '../simulation/simulate-case.ts'
import { type FeatureName, featuresOf } from './round-features.ts'

/** A simulated migration that was stopped after a round: what was known then, and what came of it. */
export interface StoppedRun {
  readonly features: Readonly<Record<FeatureName, number>>
  readonly downtimeMs: number
  readonly totalMs: number
}

/** S4's sizes, in MiB. */
const SIZES_MIB = [1024, 2048, 4096]
/** S4 saw 75 to 125 MiB/s on its link of 1 Gbit/s. */
const [SLOWEST, FASTEST] = [75, 125]
const MOST_ROUNDS = 8
const PAGES_PER_MIB = 256

const workloadOf = (pages: number, pagesPerSecond: number, random: Random): SimulatedWorkload => {
  // From 1 % to all of memory, and from 1 % to three times the link, each magnitude as likely.
  const workingSetPages = Math.round(pages * 10 ** (-2 * random.unit()))
  const writesPerSecond = pagesPerSecond * 10 ** (2.5 * random.unit() - 2)
  const working = { workingSetPages, writesPerSecond }
  switch (random.below(4)) {
    case 0:
      return { kind: 'uniform', ...working }
    case 1:
      return { kind: 'hot-set', ...working, hotShare: 0.1, hotWrites: 0.9 }
    case 2:
      return { kind: 'zipf', ...working, exponent: 1 }
    default:
      return { kind: 'sequential', ...working }
  }
}

/** In S4's name, whose model learns from what comes of it. */
const stopAfter = (rounds: number): Policy => ({
  name: 's4',
  limits: () => ({ epsilonPages: 0, maxRounds: rounds, switchTheta: null, postCopy: false }),
  afterRound: ({ round }) => ({
    action: round.index >= rounds ? 'stop-and-copy' : 'continue',
    reasons: [],
    inputs: [],
    alternatives: [],
  }),
})

const noMoreThanPreCopy = {
  dirtyRate: true,
  pageHeat: false,
  rounds: true,
  stopAndCopy: true,
  postCopy: false,
  requestsBeside: false,
  bandwidth: false,
  pageOrder: false,
  throttle: false,
  priority: false,
  diskCopy: false,
}

const drawnCase = (seed: number): { readonly given: SimulationCase; readonly rounds: number } => {
  const random = new Random(seed)
  const memoryMib = SIZES_MIB[random.below(SIZES_MIB.length)] ?? 1024
  const bandwidthMib = SLOWEST + (FASTEST - SLOWEST) * random.unit()
  const pages = memoryMib * PAGES_PER_MIB
  const given: SimulationCase = {
    memoryBytes: memoryMib * 2 ** 20,
    pageBytes: 4096,
    policy: { name: 's4', thresholds: {} },
    link: {
      bandwidthBytesPerSecond: bandwidthMib * 2 ** 20,
      latencyMs: 0.5,
      lossRatio: 0,
      congestionControl: 'reno',
      jitterMs: 0,
      competingRatio: 0,
      variation: 0.1,
      cuts: [],
    },
    workload: workloadOf(pages, bandwidthMib * PAGES_PER_MIB, random),
    content: { zeroRatio: 0.5 * random.unit(), compressedRatio: 1, deltaRatio: 1, similarRatio: 0 },
    vcpuCount: 2,
    host: 'qemu',
    warmupSeconds: 1,
    seed,
  }
  return { given, rounds: 1 + random.below(MOST_ROUNDS) }
}

/** The run of a seed: a guest of 1, 2 or 4 GiB with a drawn workload over about 1 Gbit/s, stopped after a drawn round. */
export const stoppedRun = (seed: number, thresholds: Thresholds): StoppedRun => {
  const { given, rounds } = drawnCase(seed)
  const order = { given, policy: stopAfter(rounds), thresholds, capabilities: noMoreThanPreCopy }
  const result = simulateCase(order)
  const soFar = { memoryPages: given.memoryBytes / given.pageBytes, rounds: result.rounds.slice(0, -1) }
  return { features: featuresOf(soFar), downtimeMs: result.downtimeMs, totalMs: result.totalMs }
}
