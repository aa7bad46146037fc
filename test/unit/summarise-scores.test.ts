import { expect, test } from 'vitest'
import { summariseScores } from '../../src/main/cli/prediction-scores.ts'
import type { PredictionScore } from '../../src/shared/model/prediction-score.ts'

const aScore = (afterRound: number, error: number, isCovered: boolean | null): PredictionScore => ({
  afterRound,
  figures: {
    totalMs: { error, isCovered },
    downtimeMs: { error: null, isCovered: null },
    bytesSent: { error: -error, isCovered },
  },
  isConvergenceRight: isCovered,
})

test('scores are summed up by when the prediction was made, whatever their sign', () => {
  const scores = [aScore(0, 0.5, true), aScore(2, 0.1, true), aScore(3, -0.3, false), aScore(5, 0.2, null)]
  expect(summariseScores(scores)).toEqual([
    {
      made: 'at the start',
      predictions: 1,
      figures: {
        totalMs: { medianError: 0.5, coveredRatio: 1 },
        downtimeMs: { medianError: null, coveredRatio: null },
        bytesSent: { medianError: 0.5, coveredRatio: 1 },
      },
      convergenceRightRatio: 1,
    },
    {
      made: 'after later rounds',
      predictions: 3,
      figures: {
        totalMs: { medianError: 0.2, coveredRatio: 0.5 },
        downtimeMs: { medianError: null, coveredRatio: null },
        bytesSent: { medianError: 0.2, coveredRatio: 0.5 },
      },
      convergenceRightRatio: 0.5,
    },
  ])
})

test('without a score there is nothing to sum up', () => {
  expect(summariseScores([])).toEqual([])
})
