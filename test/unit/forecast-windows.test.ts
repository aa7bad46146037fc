import { expect, test } from 'vitest'
import { encodeWindows } from '../../src/main/core/forecast/encoding.ts'
import {
  FEATURE_COUNT,
  type FeatureSeries,
  SPAN_STEPS,
  WINDOW_SIZE,
} from '../../src/main/core/forecast/features.ts'
import { maskAsOnXen, maskWindows } from '../../src/main/core/forecast/masking.ts'
import { lossWeights, pooledSpread, spreadOf } from '../../src/main/core/forecast/spread.ts'
import {
  cutWindows,
  drawPicks,
  spacedPicks,
  splitSeries,
  windowsIn,
} from '../../src/main/core/forecast/windows.ts'
import { Random } from '../../src/main/core/numeric/random.ts'

/** Step n has CPU n / 1000, dirty rate 10 n and page faults n. */
const aRamp = (name: string, steps: number): FeatureSeries => ({
  name,
  origin: 'synthetic',
  steps,
  values: Float32Array.from({ length: steps * FEATURE_COUNT }, (_, at) => {
    const step = Math.floor(at / FEATURE_COUNT)
    return [step / 1000, 0.5, 1e6, 10 * step, step][at % FEATURE_COUNT] ?? 0
  }),
})
const dirtyRates = (window: Float32Array) => [...window.filter((_, at) => at % FEATURE_COUNT === 3)]

test('a window is followed by what came 1, 10, 30 and 60 steps after its newest step', () => {
  const { windows, truths } = cutWindows([{ series: aRamp('vm', 100), start: 5 }])
  expect(dirtyRates(windows)).toEqual(Array.from({ length: 20 }, (_, step) => 10 * (5 + step)))
  // The newest step of the window is 24.
  expect([...truths].filter((_, at) => at % 2 === 0)).toEqual([250, 340, 540, 840])
  expect([...truths].filter((_, at) => at % 2 === 1).map(cpu => Math.round(1000 * cpu))).toEqual([
    25, 34, 54, 84,
  ])
})

test('a series of 80 steps holds one window with its future, a shorter one none', () => {
  expect(SPAN_STEPS).toBe(80)
  expect([79, 80, 81].map(windowsIn)).toEqual([0, 1, 2])
  expect(() => drawPicks([aRamp('vm', 79)], 1, () => 0)).toThrow(RangeError)
})

test("picks reach from the first window to the last and never over a series' end", () => {
  const series = [aRamp('a', 81), aRamp('b', 70), aRamp('c', 80)]
  const tickets = [0, 0.34, 0.999]
  const picks = drawPicks(series, 3, () => tickets.shift() ?? 0)
  expect(picks.map(({ series: { name }, start }) => [name, start])).toEqual([
    ['a', 0],
    ['a', 1],
    ['c', 0],
  ])
  expect(spacedPicks(series, 2).map(({ series: { name }, start }) => [name, start])).toEqual([
    ['a', 0],
    ['c', 0],
  ])
})

test('held-back VMs only test; the others train with their past and validate with what came later', () => {
  const { training, validation, test: held } = splitSeries([aRamp('a', 900), aRamp('b', 900)], new Set(['b']))
  expect(training.map(({ name, steps }) => [name, steps])).toEqual([['a', 700]])
  expect(validation.map(({ name, steps }) => [name, steps])).toEqual([['a', 200]])
  expect(held.map(({ name, steps }) => [name, steps])).toEqual([['b', 900]])
  expect(dirtyRates(training[0]?.values ?? new Float32Array()).at(-1)).toBe(6990)
  expect(dirtyRates(validation[0]?.values ?? new Float32Array())[0]).toBe(7000)
})

test('as on Xen, there are no page faults and the dirty rate is repeated between readings', () => {
  const { windows } = cutWindows([{ series: aRamp('vm', 100), start: 0 }])
  const seen = maskAsOnXen(windows, 5)
  expect(dirtyRates(seen)).toEqual([
    0, 0, 0, 0, 0, 50, 50, 50, 50, 50, 100, 100, 100, 100, 100, 150, 150, 150, 150, 150,
  ])
  expect(seen.filter((_, at) => at % FEATURE_COUNT === 4).every(Number.isNaN)).toBe(true)
  expect(dirtyRates(windows)[1]).toBe(10)
})

test('training windows lack page faults, dirty rates and memory about as often as stated, and never the CPU', () => {
  const count = 4000
  const random = new Random(3)
  const masked = maskWindows(new Float32Array(count * WINDOW_SIZE).fill(1), () => random.unit())
  const blankShare = (column: number) => {
    let blank = 0
    for (let at = 0; at < count; at++)
      if (Number.isNaN(masked[at * WINDOW_SIZE + 19 * FEATURE_COUNT + column])) blank++
    return blank / count
  }
  expect(blankShare(0)).toBe(0)
  expect(blankShare(1)).toBeCloseTo(0.1, 1)
  expect(blankShare(4)).toBeCloseTo(0.6, 1)
  // 0.07 without any, and some of the 0.08 gaps reach the newest step.
  expect(blankShare(3)).toBeGreaterThan(0.07)
  expect(blankShare(3)).toBeLessThan(0.16)
})

const unitScaling = {
  version: 1,
  features: Array.from(
    { length: FEATURE_COUNT },
    () => ({ curve: 'linear', unit: 1, min: 0, max: 1000, typical: 0 }) as const,
  ),
} as const

test('a quiet VM counts as much as a stormy one, and one that never moves not without bound', () => {
  const steep = { ...aRamp('steep', 200), name: 'steep' }
  const flat = { ...steep, name: 'flat', values: steep.values.map(value => value / 2) }
  const still = { ...steep, name: 'still', values: steep.values.map(() => 1) }
  const series = [steep, flat, still]
  const spreads = new Map(series.map(one => [one, spreadOf(one, unitScaling)]))
  const spread = pooledSpread(series, spreads)
  const picks = series.map(one => ({ series: one, start: 0 }))
  const { windows, count } = cutWindows(picks)
  const weights = lossWeights(picks, encodeWindows(windows, count, unitScaling).inputs, { spread, spreads })
  const [a = 0, b = 0, c = 0] = [weights[6], weights[14], weights[22]]
  expect(b / a).toBeCloseTo(4, 5)
  // The pooled spread squared is (1 + 1/4 + 0) / 3 of the steep one's; the still one counts 1 / 0.15 squared.
  expect(a).toBeCloseTo(5 / 12, 5)
  expect(c).toBeCloseTo(1 / 0.15 ** 2, 3)
})
