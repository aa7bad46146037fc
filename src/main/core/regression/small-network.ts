import { Random } from '../numeric/random.ts'
import type { Fit } from './regression.ts'

const HIDDEN = 12
const EPOCHS = 1500
/** Adam as its authors give it (Kingma and Ba 2015), at ten times their step. */
const STEP = 0.01
const [DECAY_1, DECAY_2, TINY] = [0.9, 0.999, 1e-8]

/** One parameter vector: for each hidden unit its weights, its bias and its output weight; the output's bias last. */
const sizeOf = (inputs: number): number => HIDDEN * (inputs + 2) + 1

const forward = (parameters: Float64Array, x: readonly number[], hidden: Float64Array): number => {
  const stride = x.length + 2
  let output = parameters[parameters.length - 1] ?? 0
  for (let unit = 0; unit < HIDDEN; unit++) {
    const from = unit * stride
    let sum = parameters[from + x.length] ?? 0
    for (let at = 0; at < x.length; at++) sum += (parameters[from + at] ?? 0) * (x[at] ?? 0)
    const value = Math.tanh(sum)
    hidden[unit] = value
    output += (parameters[from + x.length + 1] ?? 0) * value
  }
  return output
}

/** Adds the gradient of half the squared error of one row to `gradient`. */
const backward = (
  { parameters, gradient }: { readonly parameters: Float64Array; readonly gradient: Float64Array },
  { x, hidden }: { readonly x: readonly number[]; readonly hidden: Float64Array },
  error: number,
): void => {
  const stride = x.length + 2
  const add = (at: number, value: number) => {
    gradient[at] = (gradient[at] ?? 0) + value
  }
  add(gradient.length - 1, error)
  for (let unit = 0; unit < HIDDEN; unit++) {
    const from = unit * stride
    const value = hidden[unit] ?? 0
    add(from + x.length + 1, error * value)
    const inner = error * (parameters[from + x.length + 1] ?? 0) * (1 - value * value)
    for (let at = 0; at < x.length; at++) add(from + at, inner * (x[at] ?? 0))
    add(from + x.length, inner)
  }
}

/** A network with one hidden layer of 12 tanh units, trained on all rows at once by Adam. */
export const smallNetwork: Fit = ({ rows, targets }, seed) => {
  const random = new Random(seed)
  const inputs = rows[0]?.length ?? 0
  const parameters = Float64Array.from(
    { length: sizeOf(inputs) },
    () => (2 * random.unit() - 1) / Math.sqrt(inputs + 1),
  )
  const [first, second] = [new Float64Array(parameters.length), new Float64Array(parameters.length)]
  const hidden = new Float64Array(HIDDEN)
  for (let epoch = 1; epoch <= EPOCHS; epoch++) {
    const gradient = new Float64Array(parameters.length)
    rows.forEach((x, at) => {
      const error = (forward(parameters, x, hidden) - (targets[at] ?? 0)) / rows.length
      backward({ parameters, gradient }, { x, hidden }, error)
    })
    for (let at = 0; at < parameters.length; at++) {
      const slope = gradient[at] ?? 0
      const mean = DECAY_1 * (first[at] ?? 0) + (1 - DECAY_1) * slope
      const square = DECAY_2 * (second[at] ?? 0) + (1 - DECAY_2) * slope * slope
      first[at] = mean
      second[at] = square
      const corrected = mean / (1 - DECAY_1 ** epoch)
      const spread = Math.sqrt(square / (1 - DECAY_2 ** epoch))
      parameters[at] = (parameters[at] ?? 0) - (STEP * corrected) / (spread + TINY)
    }
  }
  return features => forward(parameters, features, hidden)
}
