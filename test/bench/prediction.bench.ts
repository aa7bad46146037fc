import { defaultThresholds } from '../../src/main/core/decision/thresholds.ts'
import { predictOutcome } from '../../src/main/core/migration/predict-outcome.ts'
import { curveOfRounds, predictRecording } from '../../src/main/core/migration/predict-recording.ts'
import { type QemuRun, roundsOf } from '../../src/main/core/migration/qemu-polls.ts'
import { FULL_CAPABILITIES } from '../../src/main/core/simulation/case-capabilities.ts'
import { policyOf } from '../../src/main/core/simulation/case-policy.ts'
import { dirtyCurvePages } from '../../src/main/core/simulation/first-write-seconds.ts'
import { hostOf } from '../../src/main/core/simulation/host-presets.ts'
import { predictCase } from '../../src/main/core/simulation/predict-case.ts'
import { simulateCase } from '../../src/main/core/simulation/simulate-case.ts'
import { policyNames } from '../../src/shared/model/migration.ts'
import { simulationCase } from '../../src/shared/model/simulation-case.ts'
import {
  DOWNTIME_LIMIT_MS,
  isAutoConverge,
  isEndless,
  loadEndOf,
  qemuRecordings,
  switchedAtMs,
  totalMsOf,
} from './qemu-recordings.ts'

const quantile = (values: readonly number[], p: number): number =>
  [...values].sort((a, b) => a - b)[Math.min(values.length - 1, Math.floor(p * values.length))] ?? Number.NaN
const percent = (ratio: number): string => `${(100 * ratio).toFixed(1)} %`
const off = (predicted: number, happened: number): number => Math.abs(predicted / happened - 1)

const PAGES = 65_536
const workloads = {
  idle: { kind: 'idle' },
  uniform: { kind: 'uniform', workingSetPages: PAGES / 2, writesPerSecond: 5000 },
  'hot set': { kind: 'hot-set', workingSetPages: PAGES / 2, writesPerSecond: 10_000 },
  zipf: { kind: 'zipf', workingSetPages: PAGES / 4, writesPerSecond: 3000 },
  sequential: { kind: 'sequential', workingSetPages: PAGES / 4, writesPerSecond: 2000 },
  'dirty curve': { kind: 'dirty-curve', umPages: 200, unPages: [150, 110, 95, 82, 75], mwwsPages: 15_000 },
  phases: {
    kind: 'phases',
    onSeconds: 5,
    offSeconds: 5,
    workload: { kind: 'uniform', workingSetPages: PAGES / 2, writesPerSecond: 8000 },
  },
} as const
const links = {
  '30 MB/s': { bandwidthBytesPerSecond: 30e6, latencyMs: 0.5 },
  '120 MB/s': { bandwidthBytesPerSecond: 120e6, latencyMs: 0.5 },
  '12 MB/s, 40 ms': { bandwidthBytesPerSecond: 12e6, latencyMs: 40 },
} as const

const orderOf = (changes: object) => {
  const given = simulationCase.parse({
    memoryBytes: PAGES * 4096,
    content: { zeroRatio: 0.2 },
    maxLiveSeconds: 120,
    ...changes,
  })
  const chosen = policyOf(given.policy)
  if (chosen.kind === 'faults') throw new Error(JSON.stringify(chosen.faults))
  return { given, policy: chosen.policy, thresholds: chosen.thresholds, capabilities: FULL_CAPABILITIES }
}

/** Against the simulation, by policy: error of the total time and of the bytes, and by how much unavailability is off. */
const againstSimulation = (): void => {
  const rows: { [policy: string]: { readonly [column: string]: string } } = {}
  for (const name of policyNames) {
    const [totals, bytes, pauses]: [number[], number[], number[]] = [[], [], []]
    for (const workload of Object.values(workloads))
      for (const link of Object.values(links)) {
        const order = orderOf({ policy: { name }, workload, link })
        const predicted = predictCase(order)
        const told = simulateCase(order)
        totals.push(off(predicted.totalMs.p50, told.totalMs))
        bytes.push(off(predicted.bytesSent.p50, told.bytesSent))
        pauses.push(Math.abs(predicted.unavailabilityMs.p50 - told.unavailabilityMs))
      }
    rows[name] = {
      'total, median': percent(quantile(totals, 0.5)),
      'total, p90': percent(quantile(totals, 0.9)),
      'bytes, p90': percent(quantile(bytes, 0.9)),
      'unavailability off, median': `${quantile(pauses, 0.5).toFixed(0)} ms`,
      'unavailability off, p90': `${quantile(pauses, 0.9).toFixed(0)} ms`,
    }
  }
  console.table(rows)
}

/** Of an 8 GiB guest: a prediction with its nine plays, and one simulation. */
const speeds = (): void => {
  const rows: { [policy: string]: { readonly [column: string]: string } } = {}
  for (const name of ['pre-copy-xen', 's1', 'post-copy', 'longshore']) {
    const order = orderOf({
      memoryBytes: 2 ** 33,
      policy: { name },
      workload: { kind: 'uniform', workingSetPages: 2 ** 20, writesPerSecond: 100_000 },
      link: { bandwidthBytesPerSecond: 1.25e9, latencyMs: 0.2 },
    })
    const msOf = (play: () => unknown): string => {
      const times = [0, 1, 2].map(() => {
        const from = performance.now()
        play()
        return performance.now() - from
      })
      return `${quantile(times, 0.5).toFixed(0)} ms`
    }
    rows[name] = { prediction: msOf(() => predictCase(order)), simulation: msOf(() => simulateCase(order)) }
  }
  console.table(rows)
}

/** On dirty curves, under Xen's rule: ours and a plain round loop along the same curve. */
const onDirtyCurves = (): void => {
  const rows: { [way: string]: { readonly [column: string]: string } } = {}
  const [ours, loop]: [number[], number[]] = [[], []]
  const [ourPause, loopPause]: [number[], number[]] = [[], []]
  for (const umPages of [50, 200, 800])
    for (const un of [20, 80, 200])
      for (const bandwidthBytesPerSecond of [30e6, 60e6, 120e6]) {
        const workload = {
          kind: 'dirty-curve',
          umPages,
          unPages: [un, un * 0.8, un * 0.7, un * 0.6],
          mwwsPages: 20_000,
        }
        const order = orderOf({
          policy: { name: 'pre-copy-xen' },
          workload,
          link: { bandwidthBytesPerSecond, latencyMs: 0.5 },
          content: {},
        })
        const told = simulateCase(order)
        const predicted = predictCase(order)
        const plain = predictOutcome(
          {
            afterRound: 0,
            elapsedMs: 0,
            bytesSent: 0,
            remainingPages: PAGES,
            dirtyRatio: 0,
            bandwidthBytesPerSecond,
            dirtiedWithin: ms => dirtyCurvePages(workload, ms / 1000),
          },
          order.policy.limits(order),
        )
        ours.push(off(predicted.totalMs.p50, told.totalMs))
        loop.push(off(plain.totalMs, told.totalMs))
        ourPause.push(off(predicted.downtimeMs.p50, told.downtimeMs))
        loopPause.push(off(plain.downtimeMs, told.downtimeMs))
      }
  const row = (totals: readonly number[], pauses: readonly number[]) => ({
    'total, median': percent(quantile(totals, 0.5)),
    'total, p90': percent(quantile(totals, 0.9)),
    'pause, median': percent(quantile(pauses, 0.5)),
    'pause, p90': percent(quantile(pauses, 0.9)),
  })
  rows.ours = row(ours, ourPause)
  rows['plain round loop'] = row(loop, loopPause)
  console.table(rows)
  console.log(
    `(${ours.length} curves and links; Xen's fixed costs: ${JSON.stringify(hostOf(orderOf({ policy: { name: 'pre-copy-xen' }, workload: workloads.idle, link: links['30 MB/s'] }).given))})`,
  )
}

const throttleOf = (run: QemuRun) => {
  if (!isAutoConverge(run)) return null
  const { throttleTrigger, throttleInitial, throttleIncrement, throttleMost } = defaultThresholds
  return {
    trigger: throttleTrigger.value,
    initial: throttleInitial.value,
    increment: throttleIncrement.value,
    most: throttleMost.value,
  }
}

/** Rounds that a run's write rate is learned from. */
const FIRST_ROUNDS = 6

/** How often hot pages are written, as the first rounds of other scenarios' runs tell it: the median. */
const usualRate = (others: readonly QemuRun[]): number =>
  quantile(
    others.flatMap(run => {
      const rounds = roundsOf(run, DOWNTIME_LIMIT_MS).slice(0, FIRST_ROUNDS)
      return rounds.length < 3 ? [] : (curveOfRounds(rounds)?.ratePerMs ?? [])
    }),
    0.5,
  )

interface Score {
  readonly round: number
  readonly error: number
  readonly plain: number
  readonly wrong: boolean
}

const scoresOf = (run: QemuRun, usualRatePerMs: number): readonly Score[] => {
  const rounds = roundsOf(run, DOWNTIME_LIMIT_MS)
  const rule = {
    downtimeLimitMs: DOWNTIME_LIMIT_MS,
    throttle: throttleOf(run),
    switchAtMs: switchedAtMs(run),
    writesEndAtMs: loadEndOf(run, rounds),
    memoryPages: run.memoryPages,
    usualRatePerMs,
  }
  return rounds.flatMap((last, index) => {
    const told = predictRecording(rounds.slice(0, index + 1), rule)
    if (told === null) return []
    const plain = predictOutcome(
      {
        afterRound: index + 1,
        elapsedMs: last.endedAtMs,
        bytesSent: 0,
        remainingPages: last.leftPages,
        dirtyRatio: last.dirtiedPages / last.sentPages,
        bandwidthBytesPerSecond: last.pagesPerMs * 4096 * 1000,
      },
      {
        epsilonPages: 1,
        maxRounds: 2000,
        switchTheta: null,
        finishWithinMs: DOWNTIME_LIMIT_MS,
        postCopy: false,
      },
    )
    const endsItself = !isEndless(run) && switchedAtMs(run) === Number.POSITIVE_INFINITY
    const plainMs = Math.min(plain.totalMs, rule.writesEndAtMs, rule.switchAtMs)
    return {
      round: index + 1,
      error: off(told.totalMs, totalMsOf(run)),
      plain: off(plainMs, totalMsOf(run)),
      wrong: told.converges !== endsItself,
    }
  })
}

/** Each scenario held out: what is learned (one rate) comes from the others. */
const onRecordings = (): void => {
  const runs = qemuRecordings()
  const rows: { [scenario: string]: { readonly [column: string]: string } } = {}
  const all: Score[] = []
  const row = (scores: readonly Score[], rate: string) => {
    const second = scores.filter(({ round }) => round === 2)
    const of = (some: readonly Score[], pick: (score: Score) => number) => quantile(some.map(pick), 0.5)
    const wrong = (some: readonly Score[]) => `${some.filter(score => score.wrong).length} / ${some.length}`
    return {
      'rate from others, 1/s': rate,
      'after 2 rounds, median': percent(of(second, ({ error }) => error)),
      'wrong call': wrong(second),
      'from 2 on, median': percent(of(scores, ({ error }) => error)),
      p90: percent(
        quantile(
          scores.map(({ error }) => error),
          0.9,
        ),
      ),
      'wrong calls': wrong(scores),
      'by the recurrence, median': percent(of(scores, ({ plain }) => plain)),
    }
  }
  for (const scenario of new Set(runs.map(run => run.scenario))) {
    const rate = usualRate(runs.filter(run => run.scenario !== scenario))
    const scores = runs.filter(run => run.scenario === scenario).flatMap(run => scoresOf(run, rate))
    if (scores.length === 0) continue
    rows[scenario] = row(scores, (rate * 1000).toFixed(2))
    all.push(...scores)
  }
  rows.all = row(all, '')
  console.table(rows)
}

export const bench = {
  name: 'prediction',
  about: 'predictions against simulated and recorded migrations',
  run: async () => {
    console.log('\nPredicted and simulated, 7 workloads x 3 links:')
    againstSimulation()
    console.log('\nTime for 8 GiB:')
    speeds()
    console.log('\nOn dirty curves:')
    onDirtyCurves()
    console.log('\nRecorded QEMU migrations, a scenario held out at a time:')
    onRecordings()
  },
}
