/** A fitted function of a row of features. */
export type Predictor = (features: readonly number[]) => number

/** Rows of equally many features, and what is to be predicted for each. */
export interface LabelledRows {
  readonly rows: readonly (readonly number[])[]
  readonly targets: readonly number[]
}

/** Fits a function to rows; all that is random in it comes from the seed. */
export type Fit = (data: LabelledRows, seed: number) => Predictor

const meanOf = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length)

/** Mean and standard deviation of each column; 1 for a column that never varies. */
export interface Scale {
  readonly means: readonly number[]
  readonly deviations: readonly number[]
}

export const scaleOf = (rows: readonly (readonly number[])[]): Scale => {
  const width = rows[0]?.length ?? 0
  const columns = Array.from({ length: width }, (_, at) => rows.map(row => row[at] ?? 0))
  const means = columns.map(meanOf)
  const deviations = columns.map((column, at) => {
    const mean = means[at] ?? 0
    return Math.sqrt(meanOf(column.map(value => (value - mean) ** 2))) || 1
  })
  return { means, deviations }
}

/** A row in standard deviations from the mean. */
export const scaled = (row: readonly number[], { means, deviations }: Scale): readonly number[] =>
  row.map((value, at) => (value - (means[at] ?? 0)) / (deviations[at] ?? 1))

/** A fit over standardised features and targets: what it predicts is in the targets' own unit. */
export const standardised =
  (learn: Fit): Fit =>
  ({ rows, targets }, seed) => {
    const scale = scaleOf(rows)
    const { means, deviations } = scaleOf(targets.map(target => [target]))
    const [mean = 0, deviation = 1] = [means[0], deviations[0]]
    const data = {
      rows: rows.map(row => scaled(row, scale)),
      targets: targets.map(target => (target - mean) / deviation),
    }
    const predict = learn(data, seed)
    return features => mean + deviation * predict(scaled(features, scale))
  }

/** Coefficient of determination: 1 - residual over total sum of squares; below 0 is worse than the mean. */
export const rSquared = (predicted: readonly number[], actual: readonly number[]): number => {
  const mean = meanOf(actual)
  const residual = actual.reduce((sum, value, at) => sum + (value - (predicted[at] ?? 0)) ** 2, 0)
  const total = actual.reduce((sum, value) => sum + (value - mean) ** 2, 0)
  return total === 0 ? Number.NaN : 1 - residual / total
}
