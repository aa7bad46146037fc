import { expect, test } from 'vitest'
import { FEATURE_COUNT, type FeatureSeries } from '../../src/main/core/forecast/features.ts'
import {
  type FeatureScale,
  fitScaling,
  fromScaled,
  MASKED,
  toInput,
  toScaled,
} from '../../src/main/core/forecast/scaling.ts'
import { trainingCurves } from '../../src/main/core/forecast/training-series.ts'

const linear: FeatureScale = { curve: 'linear', unit: 1, min: 0.2, max: 0.7, typical: 0 }
const log: FeatureScale = { curve: 'log', unit: 1000, min: 0, max: 999_000, typical: 0 }

/** A series whose CPU and dirty rate are given and whose other figures are constant or, for page faults, unknown. */
const aSeries = (pairs: readonly (readonly [cpu: number, dirty: number])[]): FeatureSeries => ({
  name: 'vm',
  origin: 'synthetic',
  steps: pairs.length,
  values: Float32Array.from(pairs.flatMap(([cpu, dirty]) => [cpu, 0.5, 1_000_000, dirty, Number.NaN])),
})

test('MinMax maps the smallest value seen to 0 and the largest to 1', () => {
  expect(toScaled(0.2, linear)).toBe(0)
  expect(toScaled(0.7, linear)).toBe(1)
  expect(toScaled(0.3, linear)).toBeCloseTo(0.2, 12)
})

test('on a logarithmic scale each decade takes the same room', () => {
  // ln(1 + 9) / ln(1 + 999) = 1 / 3, ln(1 + 99) / ln(1 + 999) = 2 / 3
  expect(toScaled(9_000, log)).toBeCloseTo(1 / 3, 12)
  expect(toScaled(99_000, log)).toBeCloseTo(2 / 3, 12)
})

test('scaling back gives the value again, also outside the range seen', () => {
  for (const value of [0, 17, 1_000, 250_000, 2_000_000])
    expect(fromScaled(toScaled(value, log), log)).toBeCloseTo(value, 6)
  expect(fromScaled(toScaled(0.95, linear), linear)).toBeCloseTo(0.95, 12)
})

test('the network sees a mask where a value is unavailable and bounds where it is beyond all that was seen', () => {
  expect(toInput(Number.NaN, linear)).toBe(MASKED)
  expect(toInput(Number.POSITIVE_INFINITY, linear)).toBe(MASKED)
  expect(toInput(50, linear)).toBe(1.5)
  expect(toInput(0.1, linear)).toBe(0)
})

test('fitting takes minimum, maximum and median of what is available', () => {
  const scaling = fitScaling(
    [
      aSeries([
        [0.1, 0],
        [0.3, 9_000],
      ]),
      aSeries([[0.9, 999_000]]),
    ],
    trainingCurves,
  )
  const [cpu, memory, , dirty, faults] = scaling.features
  expect(cpu?.min).toBeCloseTo(0.1, 6)
  expect(cpu?.max).toBeCloseTo(0.9, 6)
  // (0.3 - 0.1) / (0.9 - 0.1)
  expect(cpu?.typical).toBeCloseTo(0.25, 6)
  expect(dirty).toMatchObject({ curve: 'log', min: 0, max: 999_000 })
  expect(dirty?.typical).toBeCloseTo(1 / 3, 6)
  expect(memory && toScaled(0.5, memory)).toBe(0)
  expect(faults).toMatchObject({ min: 0, max: 1 })
  expect(scaling.features).toHaveLength(FEATURE_COUNT)
})
