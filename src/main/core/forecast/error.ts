/** Mean squared error, its root and mean absolute error of paired values, in their unit; NaN of none. */
export interface ForecastError {
  readonly mse: number
  readonly rmse: number
  readonly mae: number
}

/** Errors over pairs whose truth is finite. */
export const forecastError = (predicted: ArrayLike<number>, actual: ArrayLike<number>): ForecastError => {
  let squares = 0
  let absolutes = 0
  let count = 0
  for (let index = 0; index < actual.length; index++) {
    const difference = (predicted[index] ?? Number.NaN) - (actual[index] ?? Number.NaN)
    if (Number.isNaN(difference)) continue
    squares += difference * difference
    absolutes += Math.abs(difference)
    count++
  }
  const mse = count > 0 ? squares / count : Number.NaN
  return { mse, rmse: Math.sqrt(mse), mae: count > 0 ? absolutes / count : Number.NaN }
}

/** 1 - RMSE / RMSE of repeating the last value: 1 is perfect, 0 no better than doing nothing, below 0 worse. */
export const skillOf = (rmse: number, rmseOfLastValue: number): number =>
  rmseOfLastValue > 0 ? 1 - rmse / rmseOfLastValue : 0
