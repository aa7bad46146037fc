import type { Migration, MigrationPrediction } from './migration.ts'

export const predictedFigures = ['totalMs', 'downtimeMs', 'bytesSent'] as const
export type PredictedFigureName = (typeof predictedFigures)[number]

/** How one figure of a prediction came out. */
export interface FigureScore {
  /** (predicted - actual) / actual; null where the actual is not told. */
  readonly error: number | null
  /** Whether the actual lies in the predicted range; null where there is no range or no actual. */
  readonly isCovered: boolean | null
}

/** How one prediction came out. */
export interface PredictionScore {
  readonly afterRound: number
  readonly figures: Readonly<Record<PredictedFigureName, FigureScore>>
  /** Whether it was right about pre-copy ending by itself; null where either is not known. */
  readonly isConvergenceRight: boolean | null
}

/** What came of a migration, null where it is not told: stock Xen counts no bytes, and nothing told is not nothing sent. */
export const actualFigures = (
  migration: Migration,
): Readonly<Record<PredictedFigureName, number | null>> => ({
  totalMs: migration.endedAtMs === null ? null : migration.endedAtMs - migration.startedAtMs,
  downtimeMs: migration.downtimeMs,
  bytesSent: migration.bytesSent > 0 ? migration.bytesSent : null,
})

/** Whether pre-copy ended by itself: without a switch, and with rounds that left less than they sent; null before it ended. */
const hasConverged = ({ ending, rounds }: Migration): boolean | null => {
  const last = rounds.findLast(round => round.live)
  if (ending === null || last === undefined) return null
  return ending.kind === 'stop-and-copy' && last.dirtiedPages < last.sentPages
}

const scoreOf = (
  predicted: number,
  range: { readonly p10: number; readonly p90: number } | undefined,
  actual: number | null,
): FigureScore =>
  actual === null || actual <= 0
    ? { error: null, isCovered: null }
    : {
        error: (predicted - actual) / actual,
        isCovered: range === undefined ? null : range.p10 <= actual && actual <= range.p90,
      }

const scored = (prediction: MigrationPrediction, migration: Migration): PredictionScore => {
  const actual = actualFigures(migration)
  const converged = hasConverged(migration)
  const figure = (name: PredictedFigureName) =>
    scoreOf(prediction[name], prediction.spread?.[name], actual[name])
  return {
    afterRound: prediction.afterRound,
    figures: {
      totalMs: figure('totalMs'),
      downtimeMs: figure('downtimeMs'),
      bytesSent: figure('bytesSent'),
    },
    isConvergenceRight:
      prediction.converges === undefined || converged === null ? null : prediction.converges === converged,
  }
}

/** Each prediction of a migration against what came of it; none unless it completed. */
export const predictionScores = (migration: Migration): readonly PredictionScore[] =>
  migration.phase === 'completed'
    ? migration.predictions.map(prediction => scored(prediction, migration))
    : []
