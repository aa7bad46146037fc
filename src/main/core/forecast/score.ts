import { forecastError, skillOf } from './error.ts'
import { type ForecastTarget, forecastTargets, HORIZON_STEPS } from './features.ts'

/** One target at one horizon, or several pooled. `rmse`, `mse` and `mae` are in MinMax-scaled space, as in S1 Table 4. */
export interface TargetScore {
  readonly rmse: number
  readonly mse: number
  readonly mae: number
  /** 1 - RMSE / RMSE of repeating the last value, both scaled. */
  readonly skill: number
  /** The same in pages/s or CPU ratio: what decisions are made on. */
  readonly rawRmse: number
  readonly rawSkill: number
}

export interface ForecastScore {
  readonly windows: number
  /** Both targets and all horizons together, scaled. */
  readonly pooled: {
    readonly rmse: number
    readonly mse: number
    readonly mae: number
    readonly skill: number
  }
  readonly horizons: readonly ({ readonly steps: number } & Readonly<Record<ForecastTarget, TargetScore>>)[]
  /** All horizons of one target together. */
  readonly targets: Readonly<Record<ForecastTarget, TargetScore>>
}

/** Forecasts of count windows against the truth; each array is count x 4 x 2. */
export interface ScoredForecasts {
  /** Scaled changes from the last value, as forecast and as they were. */
  readonly changes: Float32Array
  readonly trueChanges: Float32Array
  /** In pages/s and CPU ratio: forecast, last value repeated, truth. */
  readonly forecasts: Float32Array
  readonly lastValues: Float32Array
  readonly truths: Float32Array
}

const COLUMNS = HORIZON_STEPS.length * forecastTargets.length

/** The values of some of the 8 output columns. */
const pick = (values: Float32Array, columns: readonly number[]): Float32Array =>
  values.filter((_, index) => columns.includes(index % COLUMNS))

const scoreColumns = (all: ScoredForecasts, columns: readonly number[]): TargetScore => {
  const trueChanges = pick(all.trueChanges, columns)
  const truths = pick(all.truths, columns)
  const scaled = forecastError(pick(all.changes, columns), trueChanges)
  const raw = forecastError(pick(all.forecasts, columns), truths)
  const still = forecastError(new Float32Array(trueChanges.length), trueChanges)
  const rawStill = forecastError(pick(all.lastValues, columns), truths)
  return {
    ...scaled,
    skill: skillOf(scaled.rmse, still.rmse),
    rawRmse: raw.rmse,
    rawSkill: skillOf(raw.rmse, rawStill.rmse),
  }
}

/** Errors and skill by horizon and target, by target, and pooled. */
export const scoreForecasts = (all: ScoredForecasts): ForecastScore => {
  const targetCount = forecastTargets.length
  const columnsOf = (target: number) => HORIZON_STEPS.map((_, horizon) => horizon * targetCount + target)
  const [dirty, cpu] = [columnsOf(0), columnsOf(1)]
  const { rmse, mse, mae, skill } = scoreColumns(all, [...dirty, ...cpu])
  return {
    windows: all.truths.length / COLUMNS,
    pooled: { rmse, mse, mae, skill },
    horizons: HORIZON_STEPS.map((steps, horizon) => ({
      steps,
      dirtyPagesPerSecond: scoreColumns(all, [horizon * targetCount]),
      cpuRatio: scoreColumns(all, [horizon * targetCount + 1]),
    })),
    targets: {
      dirtyPagesPerSecond: scoreColumns(all, dirty),
      cpuRatio: scoreColumns(all, cpu),
    },
  }
}
