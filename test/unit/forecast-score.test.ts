import { expect, test } from 'vitest'
import { forecastError, skillOf } from '../../src/main/core/forecast/error.ts'
import { scoreForecasts } from '../../src/main/core/forecast/score.ts'

test('errors of 1, 2 and 2 have MSE 3, RMSE root 3 and MAE 5/3', () => {
  const { mse, rmse, mae } = forecastError([1, 4, 3], [2, 2, 5])
  expect(mse).toBe(3)
  expect(rmse).toBeCloseTo(1.7320508, 7)
  expect(mae).toBeCloseTo(1.6666667, 7)
})

test('what has no truth is not counted', () => {
  expect(forecastError([1, 5], [Number.NaN, 2])).toEqual({ mse: 9, rmse: 3, mae: 3 })
  expect(forecastError([], []).rmse).toBeNaN()
})

test('skill is 1 when perfect, 0 when as good as the last value, negative when worse', () => {
  expect(skillOf(0, 2)).toBe(1)
  expect(skillOf(1, 2)).toBe(0.5)
  expect(skillOf(2, 2)).toBe(0)
  expect(skillOf(3, 2)).toBe(-0.5)
  expect(skillOf(0, 0)).toBe(0)
})

test('each horizon and target is scored by itself, scaled and raw', () => {
  const score = scoreForecasts({
    // Dirty rate and CPU at 1, 10, 30, 60 steps; changes halved at 1, missed at 10, right at 30, twice too large at 60.
    changes: Float32Array.from([0.1, 0.1, 0, 0, 0.4, 0.4, 0.8, 0.8]),
    trueChanges: Float32Array.from([0.2, 0.2, 0.3, 0.3, 0.4, 0.4, 0.4, 0.4]),
    forecasts: Float32Array.from([150, 0.5, 100, 0.4, 300, 0.8, 700, 1]),
    lastValues: Float32Array.from([100, 0.4, 100, 0.4, 100, 0.4, 100, 0.4]),
    truths: Float32Array.from([200, 0.6, 250, 0.7, 300, 0.8, 300, 0.8]),
  })
  expect(score.windows).toBe(1)
  expect(score.horizons.map(({ steps }) => steps)).toEqual([1, 10, 30, 60])
  const dirty = score.horizons.map(({ dirtyPagesPerSecond }) => dirtyPagesPerSecond)
  for (const [index, skill] of [0.5, 0, 1, 0].entries()) expect(dirty[index]?.skill).toBeCloseTo(skill, 6)
  for (const [index, skill] of [0.5, 0, 1, -1].entries()) expect(dirty[index]?.rawSkill).toBeCloseTo(skill, 6)
  expect(dirty[0]?.rawRmse).toBe(50)
  // Squares 0.01, 0.09, 0, 0.16 over 4, both targets alike; last value 0.04, 0.09, 0.16, 0.16.
  expect(score.pooled.mse).toBeCloseTo(0.065, 6)
  expect(score.pooled.skill).toBeCloseTo(1 - Math.sqrt(0.26 / 0.45), 6)
  expect(score.targets.cpuRatio.mae).toBeCloseTo(0.2, 6)
})
