/** Row-major matrix of `columns` columns. */
interface Matrix {
  readonly values: Float32Array
  readonly columns: number
}

const times = (vector: readonly number[], { values, columns }: Matrix): number[] =>
  Array.from({ length: columns }, (_, column) =>
    vector.reduce((sum, value, row) => sum + value * (values[row * columns + column] ?? 0), 0),
  )

const sigmoid = (x: number) => 1 / (1 + Math.exp(-x))

/**
 * One LSTM layer over a sequence, from the cell's textbook equations in plain arrays; gates stand in the order input,
 * forget, cell, output. Gives the hidden state after each step.
 */
const lstm = (
  sequence: readonly (readonly number[])[],
  [kernel, recurrent, bias]: readonly [Float32Array, Float32Array, Float32Array],
): number[][] => {
  const units = bias.length / 4
  let hidden: number[] = new Array(units).fill(0)
  let cell: number[] = new Array(units).fill(0)
  return sequence.map(input => {
    const fromInput = times(input, { values: kernel, columns: 4 * units })
    const fromHidden = times(hidden, { values: recurrent, columns: 4 * units })
    const gate = (index: number, unit: number) => {
      const at = index * units + unit
      return (fromInput[at] ?? 0) + (fromHidden[at] ?? 0) + (bias[at] ?? 0)
    }
    cell = cell.map(
      (kept, unit) => sigmoid(gate(1, unit)) * kept + sigmoid(gate(0, unit)) * Math.tanh(gate(2, unit)),
    )
    hidden = cell.map((state, unit) => sigmoid(gate(3, unit)) * Math.tanh(state))
    return hidden
  })
}

/** The forecaster's network for one window, computed without any library from its weights in stored order. */
export const plainForecaster = (
  window: readonly (readonly number[])[],
  weights: readonly Float32Array[],
): number[] => {
  const [k1, r1, b1, k2, r2, b2, kernel, bias] = weights
  if (!k1 || !r1 || !b1 || !k2 || !r2 || !b2 || !kernel || !bias) throw new Error('eight weights are needed')
  const last = lstm(lstm(window, [k1, r1, b1]), [k2, r2, b2]).at(-1) ?? []
  return times(last, { values: kernel, columns: bias.length }).map((value, at) => value + (bias[at] ?? 0))
}
