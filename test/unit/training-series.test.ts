import { expect, test } from 'vitest'
import { FEATURE_COUNT, type FeatureSeries } from '../../src/main/core/forecast/features.ts'
import { playedSeries } from '../../src/main/core/forecast/played-series.ts'
import { stormSeries } from '../../src/main/core/forecast/storm-series.ts'
import { trainingSeries } from '../../src/main/core/forecast/training-series.ts'
import { Random } from '../../src/main/core/numeric/random.ts'
import { type TraceRow, WRITES_PER_BUSY_VCPU } from '../../src/main/core/simulation/trace-workload.ts'

const aRow = (cpuRatio: number): TraceRow => ({
  cpuRatio,
  memoryRatio: 0.5,
  diskReadKibPerSecond: 0,
  diskWriteKibPerSecond: 100,
  networkReceivedKibPerSecond: 0,
  networkSentKibPerSecond: 0,
})
const column = ({ values }: FeatureSeries, feature: number) =>
  [...values].filter((_, at) => at % FEATURE_COUNT === feature)
const aPlaying = (rows: readonly TraceRow[]) => ({
  name: 'vm',
  rows,
  msPerRow: 10_000,
  vcpuCount: 4,
  memoryPages: 1_048_576,
})

test('a row lasts ten seconds, linear to the next, with 5 % of variation', () => {
  const series = playedSeries(aPlaying([aRow(0.2), aRow(0.8), aRow(0.8)]), new Random(1))
  expect(series.steps).toBe(20)
  for (const [step, cpu] of column(series, 0).entries()) {
    const played = step < 10 ? 0.2 + 0.06 * (step + 0.5) : 0.8
    expect(cpu / played).toBeGreaterThan(0.949)
    expect(cpu / played).toBeLessThan(1.051)
  }
  expect(column(series, 4).every(Number.isNaN)).toBe(true)
})

test('a busier VM dirties more, and never more than it writes', () => {
  const [idle = 0] = column(playedSeries(aPlaying([aRow(0.05), aRow(0.05)]), new Random(1)), 3)
  const [busy = 0] = column(playedSeries(aPlaying([aRow(0.9), aRow(0.9)]), new Random(1)), 3)
  expect(busy).toBeGreaterThan(5 * idle)
  // 90 % of 4 vCPUs, and 5 % of variation.
  expect(busy).toBeLessThan(0.9 * 4 * WRITES_PER_BUSY_VCPU * 1.05)
})

test('made-up VMs storm in four cases of five, within what can be', () => {
  let stormy = 0
  for (let seed = 0; seed < 40; seed++) {
    const random = new Random(seed)
    const series = stormSeries('storm', 900, () => random.unit())
    const rates = column(series, 3)
    if (Math.max(...rates) / Math.min(...rates) > 3) stormy++
    expect(Math.max(...rates)).toBeLessThan(1_500_000)
    expect(Math.min(...rates)).toBeGreaterThan(0)
    for (const ratio of [...column(series, 0), ...column(series, 1)])
      if (!(ratio >= 0 && ratio <= 1)) expect.fail(`a ratio of ${ratio}`)
    expect(series.values.every(Number.isFinite)).toBe(true)
  }
  expect(stormy).toBeGreaterThan(25)
  expect(stormy).toBeLessThan(38)
})

test('a tenth of the VMs, whole, is held back, and the same seed makes the same data', () => {
  const recordings = Array.from({ length: 9 }, (_, index) => ({
    name: `vm ${index}`,
    rows: Array.from({ length: 12 }, (_, row) => aRow((row % 3) / 4)),
  }))
  const { series, heldOut } = trainingSeries(recordings, 1)
  expect([...heldOut].filter(name => name.startsWith('vm'))).toEqual(['vm 4'])
  expect([...heldOut].filter(name => name.startsWith('storm'))).toHaveLength(9)
  expect(trainingSeries(recordings, 1).series).toEqual(series)
  expect(trainingSeries(recordings, 2).series).not.toEqual(series)
})
