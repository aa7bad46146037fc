import type { Migration } from '../../shared/model/migration.ts'
import {
  type PredictedFigureName,
  type PredictionScore,
  predictedFigures,
  predictionScores,
} from '../../shared/model/prediction-score.ts'
import { formatRatio } from '../../shared/units.ts'
import { readHistory } from '../adapters/sqlite/read-history.ts'
import { valueAt } from '../core/simulation/spread.ts'
import { dataFolder } from './data-folder.ts'
import { printLine } from './print-line.ts'

/** When a prediction was made: the later, the more it knew. */
const stages = ['at the start', 'after round 1', 'after later rounds'] as const
type Stage = (typeof stages)[number]

/** How the predictions of one stage came out; null where nothing could be held against what came. */
interface StageSummary {
  readonly made: Stage
  readonly predictions: number
  readonly figures: Readonly<
    Record<
      PredictedFigureName,
      {
        /** Median of |predicted - actual| / actual. */
        readonly medianError: number | null
        /** Share of the actual figures that lie within p10 to p90. */
        readonly coveredRatio: number | null
      }
    >
  >
  readonly convergenceRightRatio: number | null
}

const stageOf = ({ afterRound }: PredictionScore): Stage =>
  afterRound === 0 ? 'at the start' : afterRound === 1 ? 'after round 1' : 'after later rounds'

const known = <T>(values: readonly (T | null)[]): readonly T[] => values.flatMap(value => value ?? [])

const shareOf = (values: readonly (boolean | null)[]): number | null => {
  const told = known(values)
  return told.length === 0 ? null : told.filter(Boolean).length / told.length
}

const medianOf = (values: readonly (number | null)[]): number | null => {
  const sorted = known(values)
    .map(Math.abs)
    .sort((a, b) => a - b)
  return sorted.length === 0 ? null : valueAt(sorted, 0.5)
}

/** What scores come to, stage by stage; those without a prediction are left out. */
export const summariseScores = (scores: readonly PredictionScore[]): readonly StageSummary[] =>
  stages.flatMap(made => {
    const those = scores.filter(score => stageOf(score) === made)
    if (those.length === 0) return []
    const figure = (name: PredictedFigureName) => ({
      medianError: medianOf(those.map(({ figures }) => figures[name].error)),
      coveredRatio: shareOf(those.map(({ figures }) => figures[name].isCovered)),
    })
    return [
      {
        made,
        predictions: those.length,
        figures: {
          totalMs: figure('totalMs'),
          downtimeMs: figure('downtimeMs'),
          bytesSent: figure('bytesSent'),
        },
        convergenceRightRatio: shareOf(those.map(({ isConvergenceRight }) => isConvergenceRight)),
      },
    ]
  })

const words: Readonly<Record<PredictedFigureName, string>> = {
  totalMs: 'total time',
  downtimeMs: 'pause',
  bytesSent: 'bytes',
}

const percent = (ratio: number | null): string => (ratio === null ? '-' : formatRatio(ratio))

const textOf = ({ made, predictions, figures, convergenceRightRatio }: StageSummary): string => {
  const told = predictedFigures.map(name => {
    const { medianError, coveredRatio } = figures[name]
    return `${words[name]} off by ${percent(medianError)}, within its range ${percent(coveredRatio)}`
  })
  return `${made} (${predictions}): ${told.join('; ')}; right about convergence ${percent(convergenceRightRatio)}`
}

/** Every migration of the history, oldest first. */
const storedMigrations = (): readonly Migration[] => {
  const history = readHistory(dataFolder())
  try {
    const order = {
      what: 'migrations',
      format: 'jsonl',
      fromMs: 0,
      toMs: Number.MAX_SAFE_INTEGER,
      vm: null,
    } as const
    return Array.from(history.lines(order), line => JSON.parse(line) as Migration)
  } finally {
    history.close()
  }
}

/** Tells how the predictions of all migrations that completed came out. */
export const printScores = async ({ json }: { readonly json: boolean }): Promise<void> => {
  const stageSummaries = summariseScores(storedMigrations().flatMap(predictionScores))
  if (json) await printLine(JSON.stringify({ scores: stageSummaries }))
  else if (stageSummaries.length === 0) await printLine('No migration with a prediction has completed yet.')
  else for (const summary of stageSummaries) if (!(await printLine(textOf(summary)))) break
}
