import { describe, expect, test } from 'vitest'
import models from '../../resources/stop-model/stop-model.json' with { type: 'json' }
import { defaultThresholds } from '../../src/main/core/decision/thresholds.ts'
import { predictStop, stopModelOf } from '../../src/main/core/stop-model/stop-model.ts'
import { stoppedRun } from '../../src/main/core/stop-model/training-runs.ts'
import { simulated } from '../support/a-simulated-case.ts'

const GIB = 2 ** 30
const gigabit = { bandwidthBytesPerSecond: 118e6, latencyMs: 0.5 }

describe('the runs to learn from', () => {
  test('are the same for the same seed', () => {
    expect(stoppedRun(11, defaultThresholds)).toEqual(stoppedRun(11, defaultThresholds))
  })
})

describe('the model of a stop', () => {
  const run = stoppedRun(2, defaultThresholds)
  const round = { index: 1, sentPages: 1000, dirtiedPages: 10, ms: 1000, bandwidthBytesPerSecond: 4_096_000 }

  test('predicts the mean of the runs that were most like it', () => {
    const runs = [100, 200, 300, 400, 500].map(downtimeMs => ({
      ...run,
      downtimeMs,
      totalMs: 2 * downtimeMs,
    }))
    const model = stopModelOf(runs, ['growth', 'dirty ratio'])
    expect(predictStop(model, { memoryPages: 1000, rounds: [round] })).toEqual({
      downtimeMs: 300,
      totalMs: 600,
    })
  })
})

describe('the shipped model', () => {
  test.each([
    [
      '8 GiB over 10 Gbit/s',
      { memoryBytes: 8 * GIB, bandwidth: 1175e6, share: 0.1, workingSetPages: 209_715 },
    ],
    [
      '16 GiB over 10 Gbit/s',
      { memoryBytes: 16 * GIB, bandwidth: 1175e6, share: 0.05, workingSetPages: 838_860 },
    ],
    [
      '256 MiB over 1 Gbit/s',
      { memoryBytes: GIB / 4, bandwidth: 118e6, share: 0.3, workingSetPages: 19_660 },
    ],
  ])('is right within a factor of two for %s, unlike what it learnt from', (_, guest) => {
    const { memoryBytes, bandwidth, share, workingSetPages } = guest
    const workload = { kind: 'uniform', workingSetPages, writesPerSecond: (share * bandwidth) / 4096 }
    const link = { bandwidthBytesPerSecond: bandwidth, latencyMs: 0.2 }
    const result = simulated({ name: 's4' }, { memoryBytes, link, workload })
    const soFar = { memoryPages: memoryBytes / 4096, rounds: result.rounds.slice(0, -1) }
    const ratio = predictStop(models.own, soFar).downtimeMs / result.downtimeMs
    expect(ratio).toBeGreaterThan(0.5)
    expect(ratio).toBeLessThan(2)
  })
})

describe('the policy s4', () => {
  test('stops an idle guest after its first round', () => {
    const result = simulated({ name: 's4' }, { memoryBytes: GIB, link: gigabit, workload: { kind: 'idle' } })
    expect(result.rounds.map(round => round.index)).toEqual([1, 2])
    expect(result.downtimeMs).toBeLessThan(50)
  })

  test('sends on while the predicted downtime is above its limit, at most N_max rounds', () => {
    const workload = { kind: 'uniform', workingSetPages: 131_072, writesPerSecond: 100_000 }
    const result = simulated({ name: 's4' }, { memoryBytes: GIB, link: gigabit, workload })
    expect(result.rounds).toHaveLength(defaultThresholds.maxRounds.value + 1)
    expect(result.switched).toBe(false)
  })

  test('stops between where rounds get short enough', () => {
    const workload = { kind: 'uniform', workingSetPages: 20_000, writesPerSecond: 6000 }
    const result = simulated({ name: 's4' }, { memoryBytes: GIB, link: gigabit, workload })
    expect(result.rounds.length).toBeGreaterThan(2)
    expect(result.rounds.length).toBeLessThan(defaultThresholds.maxRounds.value + 1)
    expect(result.downtimeMs).toBeLessThan(100)
  })
})
