import { decodeChanges, encodeWindows } from '../../core/forecast/encoding.ts'
import { FEATURE_COUNT, HORIZON_STEPS, WINDOW_SIZE, WINDOW_STEPS } from '../../core/forecast/features.ts'
import { unspreadChanges } from '../../core/forecast/spread.ts'
import type { ForecasterBackend } from '../../ports/forecaster-backend.ts'
import { loadTensorFlow } from './load-tensorflow.ts'
import { readModel } from './model-file.ts'
import { buildNetwork, runNetwork, writeWeights } from './network.ts'

/** A loaded network, in this thread. */
export interface LoadedForecaster {
  readonly info: Awaited<ForecasterBackend['info']>
  /** As `ForecasterBackend.predict`. */
  predict(windows: Float32Array, count: number): Promise<Float32Array>
}

/** Sizes run once at the start, so that the first real forecast is no slower than the next: one pool, then a large one. */
const WARM_UP_COUNTS = [1, 12, 256]

/** Loads tfjs and the model in `modelDir` and warms both up; throws a Failure. Keeps the thread busy: call it in a worker. */
export const loadForecaster = async (modelDir: string): Promise<LoadedForecaster> => {
  const { name, scaling, spread, skill, weights } = await readModel(modelDir)
  const tensorflow = await loadTensorFlow()
  const network = buildNetwork(tensorflow, 0)
  writeWeights(tensorflow, network, weights)
  const predict = async (windows: Float32Array, count: number): Promise<Float32Array> => {
    const { inputs, bases } = encodeWindows(windows, count, scaling)
    const outputs = await runNetwork(tensorflow, network, { inputs, count })
    return decodeChanges(unspreadChanges(outputs, spread), bases, scaling)
  }
  for (const count of WARM_UP_COUNTS) await predict(new Float32Array(count * WINDOW_SIZE), count)
  const shape = { windowSteps: WINDOW_STEPS, features: FEATURE_COUNT, horizons: [...HORIZON_STEPS] }
  return { info: { backend: tensorflow.backend, model: name, skill, ...shape }, predict }
}
