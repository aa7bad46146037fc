import type { Migration, MigrationPrediction } from '../../../shared/model/migration.ts'
import { formatBytes, formatDuration } from '../../../shared/units.ts'
import { tellsBytes } from './bytes-under-way.ts'

export interface PredictedFigure {
  readonly text: string
  /** Against the actual, such as `+4%`; a dash where there is nothing to hold it against. */
  readonly error: string
}

/** One prediction, or what came of them; the figures are total time, pause and bytes sent. */
export interface PredictedRow {
  readonly name: string
  readonly figures: readonly PredictedFigure[]
}

export interface PredictedAgainstActual {
  readonly predicted: readonly PredictedRow[]
  /** How many predictions between the first and the latest are left out. */
  readonly leftOut: number
  readonly actual: readonly string[]
}

/** More are not read: the first, and the latest. */
const MOST_ROWS = 8

const relative = (predicted: number, actual: number | null): string => {
  if (actual === null || actual <= 0) return '-'
  const percent = Math.round(((predicted - actual) / actual) * 100)
  return `${percent > 0 ? '+' : ''}${percent}%`
}

const shownOf = (predictions: readonly MigrationPrediction[]): readonly MigrationPrediction[] =>
  predictions.length <= MOST_ROWS
    ? predictions
    : [...predictions.slice(0, 1), ...predictions.slice(1 - MOST_ROWS)]

/** Each prediction held against what came, for a migration that completed. */
export const predictedAgainstActual = (migration: Migration): PredictedAgainstActual => {
  const { predictions, endedAtMs, startedAtMs, downtimeMs, bytesSent } = migration
  const figures = [
    {
      of: (prediction: MigrationPrediction) => prediction.totalMs,
      actual: endedAtMs === null ? null : endedAtMs - startedAtMs,
      format: formatDuration,
    },
    {
      of: (prediction: MigrationPrediction) => prediction.downtimeMs,
      actual: downtimeMs,
      format: formatDuration,
    },
    {
      of: (prediction: MigrationPrediction) => prediction.bytesSent,
      actual: tellsBytes(migration) ? bytesSent : null,
      format: formatBytes,
    },
  ]
  const shown = shownOf(predictions)
  return {
    predicted: shown.map(prediction => ({
      name: prediction.afterRound === 0 ? 'at the start' : `after round ${prediction.afterRound}`,
      figures: figures.map(({ of, actual, format }) => ({
        text: format(of(prediction)),
        error: relative(of(prediction), actual),
      })),
    })),
    leftOut: predictions.length - shown.length,
    actual: figures.map(({ actual, format }) => (actual === null ? 'not told' : format(actual))),
  }
}
