import type { LayersModel } from '@tensorflow/tfjs-layers'
import { FEATURE_COUNT, OUTPUT_COUNT, WINDOW_STEPS } from '../../core/forecast/features.ts'
import type { TensorFlow } from './load-tensorflow.ts'

/** Units of each of the two LSTM layers (S1 section 3.2). */
export const LSTM_UNITS = 64

/** Shapes of the weights in the order they are stored: kernel, recurrent kernel, bias of each LSTM; the dense head. */
export const weightShapes: readonly (readonly number[])[] = [
  [FEATURE_COUNT, 4 * LSTM_UNITS],
  [LSTM_UNITS, 4 * LSTM_UNITS],
  [4 * LSTM_UNITS],
  [LSTM_UNITS, 4 * LSTM_UNITS],
  [LSTM_UNITS, 4 * LSTM_UNITS],
  [4 * LSTM_UNITS],
  [LSTM_UNITS, OUTPUT_COUNT],
  [OUTPUT_COUNT],
]

const sizeOf = (shape: readonly number[]) => shape.reduce((product, length) => product * length, 1)

/** Numbers in the whole network. */
export const WEIGHT_COUNT = weightShapes.reduce((sum, shape) => sum + sizeOf(shape), 0)

/** Windows that go through the network at once: bounds the library's memory for 10,000 VMs. */
const PREDICTION_BATCH = 512

/**
 * The paper's network: two stacked LSTM layers of 64 and a dense head of 4 horizons x 2 targets. tfjs would take a hard
 * sigmoid for the gates; the equations have the true one. The head starts at zero, which is "nothing changes".
 */
export const buildNetwork = ({ layers }: TensorFlow, seed: number): LayersModel => {
  const lstm = (number: number) => ({
    units: LSTM_UNITS,
    recurrentActivation: 'sigmoid' as const,
    kernelInitializer: layers.initializers.glorotUniform({ seed: seed + 2 * number }),
    recurrentInitializer: layers.initializers.glorotUniform({ seed: seed + 2 * number + 1 }),
  })
  return layers.sequential({
    layers: [
      layers.layers.lstm({ ...lstm(1), returnSequences: true, inputShape: [WINDOW_STEPS, FEATURE_COUNT] }),
      layers.layers.lstm(lstm(2)),
      layers.layers.dense({ units: OUTPUT_COUNT, kernelInitializer: 'zeros' }),
    ],
  })
}

/** All weights one after another, in the order of `weightShapes`. */
export const readWeights = (network: LayersModel): Float32Array => {
  const flat = new Float32Array(WEIGHT_COUNT)
  let offset = 0
  for (const tensor of network.getWeights()) {
    const values = tensor.dataSync()
    flat.set(values, offset)
    offset += values.length
  }
  return flat
}

/** Puts WEIGHT_COUNT weights into a network. */
export const writeWeights = ({ core }: TensorFlow, network: LayersModel, flat: Float32Array): void => {
  let offset = 0
  const tensors = weightShapes.map(shape => {
    const values = flat.slice(offset, offset + sizeOf(shape))
    offset += values.length
    return core.tensor(values, [...shape])
  })
  network.setWeights(tensors)
  core.dispose(tensors)
}

/** Runs count encoded windows (count x 20 x 5) through the network: count x 4 x 2 scaled changes. */
export const runNetwork = async (
  { core }: TensorFlow,
  network: LayersModel,
  { inputs, count }: { readonly inputs: Float32Array; readonly count: number },
): Promise<Float32Array> => {
  const outputs = new Float32Array(count * OUTPUT_COUNT)
  const windowSize = WINDOW_STEPS * FEATURE_COUNT
  for (let from = 0; from < count; from += PREDICTION_BATCH) {
    const size = Math.min(PREDICTION_BATCH, count - from)
    const answer = core.tidy(() => {
      const batch = inputs.subarray(from * windowSize, (from + size) * windowSize)
      const result = network.predict(core.tensor3d(batch, [size, WINDOW_STEPS, FEATURE_COUNT]), {
        batchSize: size,
      })
      if (Array.isArray(result)) throw new Error('the network has more than one output')
      return result
    })
    outputs.set(await answer.data(), from * OUTPUT_COUNT)
    answer.dispose()
  }
  return outputs
}
