import { expect, test } from 'vitest'
import { chartColumns } from '../../src/renderer/features/vm/chart-columns.ts'
import { chartSpecs } from '../../src/renderer/features/vm/chart-specs.ts'
import { gapsOf } from '../../src/renderer/features/vm/gaps.ts'
import { heatShares, regionWords } from '../../src/renderer/features/vm/heat-figures.ts'
import { type Mark, markAfterKey, markNear, marksOf } from '../../src/renderer/features/vm/marks.ts'
import { viewShowing } from '../../src/renderer/features/vm/time-view.ts'
import { averageSeries, joinSeries } from '../../src/renderer/features/vm/vm-history.ts'
import { modelWords, originWords } from '../../src/renderer/features/vm/vm-words.ts'
import type { PageHeat } from '../../src/shared/model/heat.ts'
import type { VmSeries } from '../../src/shared/model/sample.ts'
import { aMigration } from '../fakes/fake-migration.ts'

const aSeries = (
  atMs: readonly number[],
  dirty: readonly number[],
  origin?: readonly number[],
): VmSeries => ({
  vmId: 'vm-1',
  atMs: Float64Array.from(atMs),
  cpuRatio: Float32Array.from(atMs, () => 0.5),
  memoryRatio: Float32Array.from(atMs, () => 0.25),
  ioBytesPerSecond: Float32Array.from(atMs, () => 1_048_576),
  dirtyPagesPerSecond: Float32Array.from(dirty),
  pageFaultsPerSecond: Float32Array.from(atMs, () => Number.NaN),
  stepMs: 1000,
  dirtyOrigin: Uint8Array.from(origin ?? atMs.map(() => 1)),
})

test('stored history and live samples join without doubling what both have', () => {
  const joined = joinSeries(aSeries([1000, 2000, 3000], [1, 2, 3]), aSeries([3000, 4000], [30, 40]), 2000)
  expect(joined.atMs).toEqual([2000, 3000, 4000])
  expect(joined.dirtyPagesPerSecond).toEqual([2, 30, 40])
})

test('a stretch in which nothing was recorded is a gap, not a line', () => {
  const joined = joinSeries(aSeries([0], [1]), aSeries([60_000], [2]), 0)
  expect(joined.dirtyPagesPerSecond).toEqual([1, null, 2])
})

test('an unavailable value is a gap, never a zero', () => {
  const joined = joinSeries(null, aSeries([0, 1000], [Number.NaN, 5], [0, 1]), 0)
  expect(joined.dirtyPagesPerSecond).toEqual([null, 5])
  expect(joined.pageFaultsPerSecond).toEqual([null, null])
})

const forecast = {
  vmId: 'vm-1',
  atMs: 2000,
  points: [
    { aheadMs: 1000, dirtyPagesPerSecond: 768, cpuRatio: 0.6 },
    { aheadMs: 10_000, dirtyPagesPerSecond: 1024, cpuRatio: 0.7 },
  ],
}

test('the forecast continues from the last value in MiB/s', () => {
  const columns = chartColumns(joinSeries(null, aSeries([1000, 2000], [256, 512]), 0), forecast)
  expect(columns.seconds).toEqual([1, 2, 3, 12])
  expect(columns.measured).toEqual([1, 2, null, null])
  expect(columns.forecast).toEqual([null, 2, 3, 4])
  expect(columns.cpuForecast).toEqual([null, 50, 60, 70])
})

test('forecast points that have passed already are not drawn', () => {
  const columns = chartColumns(joinSeries(null, aSeries([4000], [256]), 0), forecast)
  expect(columns.seconds).toEqual([4, 12])
})

test('estimated stretches are a line of their own that meets the measured one', () => {
  const history = joinSeries(null, aSeries([0, 1000, 2000], [256, 512, 768], [1, 2, 2]), 0)
  const columns = chartColumns(history, undefined)
  expect(columns.measured).toEqual([1, null, null])
  expect(columns.estimated).toEqual([1, 2, 3])
})

test('theta widens the scale only where the VM comes near it', () => {
  const top = chartSpecs[0]?.top
  expect(top?.(300, 596)).toBeGreaterThan(596)
  expect(top?.(3, 596)).toBeLessThan(10)
})

test('without a cursor the readout tells the latest value, with it the one pointed at', () => {
  const columns = chartColumns(joinSeries(null, aSeries([1000, 2000], [256, 512], [1, 2]), 0), forecast)
  const readout = chartSpecs[0]?.readout
  expect(readout?.(columns, null)).toBe('~2.00')
  expect(readout?.(columns, 0)).toBe('1.00')
  expect(readout?.(columns, 3)).toBe('-> 4.00')
})

test("marks are the VM's own triggers and migrations, and the trouble expected", () => {
  const decision = {
    id: 'd',
    atMs: 5,
    connectionId: 'c',
    vmId: 'vm-1',
    vmName: 'db-01',
    kind: 'trigger',
    outcome: 'migrate',
    reasons: [],
    inputs: [],
    alternatives: [],
    migrationId: null,
  } as const
  const marks = marksOf('vm-1', {
    decisions: [decision, { ...decision, vmId: 'vm-2' }, { ...decision, kind: 'round' }],
    migrations: [aMigration({ startedAtMs: 7 })],
    risk: { vmId: 'vm-1', level: 'high', expectedAtMs: 9, reason: '' },
    nameOfHost: id => id,
  })
  expect(marks.map(mark => `${mark.kind} ${mark.atMs}`)).toEqual(['trigger 5', 'migration 7', 'expected 9'])
})

const heat: PageHeat = {
  vmId: 'vm-1',
  atMs: 0,
  regionPages: 256,
  totalPages: 700,
  classes: Uint8Array.from([2, 0, 1]),
  frequency: Float32Array.from([0.5, 0, 0.25]),
  centroids: [],
  inertia: 0,
  iterations: 1,
}

test('heat shares count the short last region by its own pages', () => {
  expect(heatShares(heat).map(share => [share.label, share.pages])).toEqual([
    ['hot', 256],
    ['warm', 188],
    ['cold', 256],
  ])
})

test('pointing at a region tells its addresses, class and writes', () => {
  expect(regionWords(heat, { from: 0, to: 1 })).toBe('region 0: 0 B to 1.00 MiB, hot, 128 writes/s')
  expect(regionWords(heat, { from: 1, to: 3 })).toBe(
    'regions 1 to 2: 1.00 MiB to 2.73 MiB, warm, 47.0 writes/s',
  )
})

test('pointing near a mark names it, further away nothing', () => {
  const marks = [{ kind: 'trigger', atMs: 10_000, label: 'trigger', words: 'trigger: migrated' }] as const
  expect(markNear(marks, 10_500, 100)?.words).toBe('trigger: migrated')
  expect(markNear(marks, 11_000, 100)).toBeUndefined()
})

test('comma and full stop go from mark to mark, beginning within the view, and stay at either end', () => {
  const markAt = (atMs: number): Mark => ({ kind: 'trigger', atMs, label: 'trigger', words: '' })
  const marks = [markAt(300), markAt(100), markAt(200)]
  const stretch = { fromMs: 150, toMs: 250 }
  const after = (key: string, told?: Mark) => markAfterKey(key, marks, { told, stretch })?.atMs
  expect([after('.'), after(',')]).toEqual([200, 200])
  expect([after('.', markAt(200)), after(',', markAt(200))]).toEqual([300, 100])
  expect([after('.', markAt(300)), after(',', markAt(100)), after('x')]).toEqual([
    undefined,
    undefined,
    undefined,
  ])
})

test('a view moves to a moment only where it is not in view', () => {
  const view = { rangeMs: 600_000, fixed: { fromMs: 1_000_000, toMs: 1_600_000 } }
  expect(viewShowing(view, 1_200_000, 9_000_000)).toBe(view)
  expect(viewShowing(view, 3_000_000, 9_000_000).fixed).toEqual({ fromMs: 2_700_000, toMs: 3_300_000 })
})

test('a forecast with quantiles is a fan that opens from the last value', () => {
  const spread = {
    ...forecast,
    points: forecast.points.map(point => ({
      ...point,
      dirtyQuantiles: { p10: 256, p50: point.dirtyPagesPerSecond, p90: 2560 },
    })),
  }
  const columns = chartColumns(joinSeries(null, aSeries([1000, 2000], [256, 512]), 0), spread)
  expect(columns.fanLow).toEqual([null, 2, 1, 1])
  expect(columns.forecast).toEqual([null, 2, 3, 4])
  expect(columns.fanHigh).toEqual([null, 2, 10, 10])
})

test('a forecast of one figure has no fan', () => {
  const columns = chartColumns(joinSeries(null, aSeries([1000, 2000], [256, 512]), 0), forecast)
  expect(columns.fanLow).toEqual([null, null, null, null])
  expect(columns.fanHigh).toEqual([null, null, null, null])
})

test('an estimate with a known error has a band around it', () => {
  const history = joinSeries(null, aSeries([1000, 2000], [256, 512], [2, 2]), 0)
  expect(chartColumns(history, undefined, 0.25).errorLow).toEqual([0.75, 1.5])
  expect(chartColumns(history, undefined, 0.25).errorHigh).toEqual([1.25, 2.5])
  expect(chartColumns(history, undefined).errorHigh).toEqual([null, null])
})

test('live samples in a long view become averages with their peak', () => {
  const averaged = averageSeries(
    aSeries([30_000, 31_000, 59_000, 60_000], [1, 5, Number.NaN, 7], [1, 2, 0, 1]),
  )
  expect([...averaged.atMs]).toEqual([30_000, 60_000])
  expect([...averaged.dirtyPagesPerSecond]).toEqual([3, 7])
  expect([...(averaged.dirtyPeakPagesPerSecond ?? [])]).toEqual([5, 7])
  expect([...averaged.dirtyOrigin]).toEqual([2, 1])
  expect([...(averaged.sampleCounts ?? [])]).toEqual([3, 1])
})

test('averages thirty seconds apart are one line, with their peak behind', () => {
  const averages = averageSeries(aSeries([0, 30_000, 60_000, 240_000], [1, 2, 3, 4]))
  const joined = joinSeries(averages, null, 0)
  expect(joined.dirtyPagesPerSecond).toEqual([1, 2, 3, null, 4])
  expect(joined.dirtyPeakPagesPerSecond).toEqual([1, 2, 3, null, 4])
})

test('a stretch without a dirty rate says why', () => {
  const view = { fromMs: 0, toMs: 300_000 }
  const history = joinSeries(null, aSeries([100_000, 110_000, 120_000, 130_000], [1, 2, Number.NaN, 3]), 0)
  expect(gapsOf(history, view, { nowMs: 200_000, leastMs: 15_000 })).toEqual([
    { fromMs: 0, toMs: 100_000, words: 'nothing recorded' },
    { fromMs: 110_000, toMs: 130_000, words: 'dirty rate unavailable' },
    { fromMs: 130_000, toMs: 200_000, words: 'nothing recorded' },
  ])
})

test('the origin of the dirty rate and the skill of the model are words', () => {
  expect(originWords({ origin: 'measured', value: 1, ageMs: 14_000 })).toBe('measured by the host, 14 s ago')
  expect(originWords({ origin: 'unavailable' })).toBe('unavailable on this host')
  expect(modelWords({ name: 'fleet-1', skill: 0.314 })).toBe('fleet-1, skill +0.31')
  expect(modelWords(null)).toBe('loading')
})
