import { expect, test } from 'vitest'
import { decodeChanges, encodeTruths, encodeWindows } from '../../src/main/core/forecast/encoding.ts'
import {
  FEATURE_COUNT,
  OUTPUT_COUNT,
  WINDOW_SIZE,
  WINDOW_STEPS,
} from '../../src/main/core/forecast/features.ts'
import { MASKED, type Scaling } from '../../src/main/core/forecast/scaling.ts'

const scale = (curve: 'linear' | 'log', max: number, typical: number) =>
  ({ curve, unit: 1000, min: 0, max, typical }) as const
const scaling: Scaling = {
  version: 1,
  features: [
    scale('linear', 1, 0.3),
    scale('linear', 1, 0.5),
    scale('log', 1e9, 0.2),
    scale('log', 999_000, 1 / 3),
    scale('log', 1e5, 0),
  ],
}
const aWindow = (dirtyRate: (step: number) => number) =>
  Float32Array.from({ length: WINDOW_SIZE }, (_, at) => {
    const step = Math.floor(at / FEATURE_COUNT)
    return [0.4, 0.6, 2e6, dirtyRate(step), Number.NaN][at % FEATURE_COUNT] ?? 0
  })
const noChange = new Float32Array(OUTPUT_COUNT)
const pairs = (values: Float32Array) =>
  [0, 1, 2, 3].map(h => [Math.round(values[2 * h] ?? 0), values[2 * h + 1]])

test('no change forecasts the last value at every horizon', () => {
  const { bases } = encodeWindows(
    aWindow(step => 100 * step),
    1,
    scaling,
  )
  for (const [dirty, cpu] of pairs(decodeChanges(noChange, bases, scaling))) {
    expect(dirty).toBe(1900)
    expect(cpu).toBeCloseTo(0.4, 6)
  }
})

test('what is unavailable is masked, and the newest value known is built upon', () => {
  const window = aWindow(step => (step < 12 ? 5000 : Number.NaN))
  const { inputs, bases } = encodeWindows(window, 1, scaling)
  expect(inputs[(WINDOW_STEPS - 1) * FEATURE_COUNT + 3]).toBe(MASKED)
  expect(inputs[(WINDOW_STEPS - 1) * FEATURE_COUNT + 4]).toBe(MASKED)
  expect(inputs[0]).toBeCloseTo(0.4, 6)
  expect(pairs(decodeChanges(noChange, bases, scaling))[0]?.[0]).toBe(5000)
})

test('a VM of which no dirty rate is known at all starts from the usual one', () => {
  const { bases } = encodeWindows(
    aWindow(() => Number.NaN),
    1,
    scaling,
  )
  // A third of ln(1000) is ln(10): 9,000 pages/s.
  expect(pairs(decodeChanges(noChange, bases, scaling))[0]?.[0]).toBe(9000)
})

test('changes that are encoded from truths decode to the truths', () => {
  const { bases } = encodeWindows(
    aWindow(() => 2000),
    1,
    scaling,
  )
  const truths = Float32Array.from([2100, 0.41, 50_000, 0.5, 0, 0.9, 998_000, 0])
  const decoded = decodeChanges(encodeTruths(truths, bases, scaling), bases, scaling)
  for (const [index, truth] of truths.entries())
    expect(decoded[index]).toBeCloseTo(truth, truth > 1e5 ? -1 : 1)
})

test('a forecast is never negative, nor above all that was ever seen, nor a CPU over 1', () => {
  const { bases } = encodeWindows(
    aWindow(() => 2000),
    1,
    scaling,
  )
  const high = decodeChanges(new Float32Array(OUTPUT_COUNT).fill(9), bases, scaling)
  const low = decodeChanges(new Float32Array(OUTPUT_COUNT).fill(-9), bases, scaling)
  for (const [dirty, cpu] of pairs(high)) expect([dirty, cpu]).toEqual([999_000, 1])
  for (const [dirty, cpu] of pairs(low)) expect([dirty, cpu]).toEqual([0, 0])
})

test('a VM that already outruns what was seen is forecast to stay there', () => {
  const { bases } = encodeWindows(
    aWindow(() => 2_000_000),
    1,
    scaling,
  )
  const [first] = pairs(decodeChanges(noChange, bases, scaling))
  expect((first?.[0] ?? 0) / 2_000_000).toBeCloseTo(1, 4)
})
