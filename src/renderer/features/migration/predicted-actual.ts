import type { Migration, MigrationPrediction } from '../../../shared/model/migration.ts'
import {
  actualFigures,
  type PredictedFigureName,
  predictedFigures,
  predictionScores,
} from '../../../shared/model/prediction-score.ts'
import { formatBytes, formatDuration } from '../../../shared/units.ts'

export interface PredictedFigure {
  readonly text: string
  /** In eight of ten cases, as `2.1 to 2.6 s`; null where no range was told. */
  readonly range: string | null
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
  /** How many of the actual figures lie in the ranges predicted; null where no range was told. */
  readonly covered: { readonly held: number; readonly of: number } | null
}

/** More are not read: the first, and the latest. */
const MOST_ROWS = 8

const errorWords = (error: number | null): string => {
  if (error === null) return '-'
  const percent = Math.round(error * 100)
  return `${percent > 0 ? '+' : ''}${percent}%`
}

const formats: Readonly<Record<PredictedFigureName, (value: number) => string>> = {
  totalMs: formatDuration,
  downtimeMs: formatDuration,
  bytesSent: formatBytes,
}

const rangeOf = (prediction: MigrationPrediction, name: PredictedFigureName): string | null => {
  const range = prediction.spread?.[name]
  if (range === undefined) return null
  const [low, high] = [formats[name](range.p10), formats[name](range.p90)]
  return low === high ? null : `${low} to ${high}`
}

const shownOf = (predictions: readonly MigrationPrediction[]): readonly MigrationPrediction[] =>
  predictions.length <= MOST_ROWS
    ? predictions
    : [...predictions.slice(0, 1), ...predictions.slice(1 - MOST_ROWS)]

/** Each prediction held against what came, for a migration that completed. */
export const predictedAgainstActual = (migration: Migration): PredictedAgainstActual => {
  const { predictions } = migration
  const actual = actualFigures(migration)
  const scores = new Map(predictionScores(migration).map(score => [score.afterRound, score]))
  const shown = shownOf(predictions)
  const covered = [...scores.values()].flatMap(({ figures }) =>
    predictedFigures.flatMap(name => figures[name].isCovered ?? []),
  )
  return {
    predicted: shown.map(prediction => ({
      name: prediction.afterRound === 0 ? 'at the start' : `after round ${prediction.afterRound}`,
      figures: predictedFigures.map(name => ({
        text: formats[name](prediction[name]),
        range: rangeOf(prediction, name),
        error: errorWords(scores.get(prediction.afterRound)?.figures[name].error ?? null),
      })),
    })),
    leftOut: predictions.length - shown.length,
    actual: predictedFigures.map(name => {
      const value = actual[name]
      return value === null ? 'not told' : formats[name](value)
    }),
    covered: covered.length === 0 ? null : { held: covered.filter(Boolean).length, of: covered.length },
  }
}
