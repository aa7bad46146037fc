import { expect, test } from 'vitest'
import { loadTensorFlow } from '../../src/main/adapters/tensor/load-tensorflow.ts'
import {
  buildNetwork,
  readWeights,
  runNetwork,
  WEIGHT_COUNT,
  weightShapes,
  writeWeights,
} from '../../src/main/adapters/tensor/network.ts'
import { scoreNetwork } from '../../src/main/adapters/tensor/score-network.ts'
import {
  type TrainingProgress,
  trainingDefaults,
  trainNetwork,
} from '../../src/main/adapters/tensor/train-network.ts'
import {
  FEATURE_COUNT,
  type FeatureSeries,
  OUTPUT_COUNT,
  WINDOW_SIZE,
  WINDOW_STEPS,
} from '../../src/main/core/forecast/features.ts'
import { fitScaling } from '../../src/main/core/forecast/scaling.ts'
import { trainingCurves } from '../../src/main/core/forecast/training-series.ts'
import { cutWindows, spacedPicks, splitSeries } from '../../src/main/core/forecast/windows.ts'
import { Random } from '../../src/main/core/numeric/random.ts'
import { plainForecaster } from '../support/plain-lstm.ts'

const randomArray = (length: number, random: Random, reach: number) =>
  Float32Array.from({ length }, () => reach * (2 * random.unit() - 1))

test('the network computes the LSTM equations: it agrees with plain arrays within 1e-4', async () => {
  const tensorflow = await loadTensorFlow()
  const network = buildNetwork(tensorflow, 1)
  const random = new Random(11)
  const flat = randomArray(WEIGHT_COUNT, random, 0.3)
  writeWeights(tensorflow, network, flat)
  const inputs = randomArray(3 * WINDOW_SIZE, random, 1)
  const outputs = await runNetwork(tensorflow, network, { inputs, count: 3 })

  let offset = 0
  const weights = weightShapes.map(shape => {
    const size = shape.reduce((product, length) => product * length, 1)
    offset += size
    return flat.subarray(offset - size, offset)
  })
  for (let index = 0; index < 3; index++) {
    const window = Array.from({ length: WINDOW_STEPS }, (_, step) => {
      const at = index * WINDOW_SIZE + step * FEATURE_COUNT
      return [...inputs.subarray(at, at + FEATURE_COUNT)]
    })
    for (const [column, value] of plainForecaster(window, weights).entries())
      expect(outputs[index * OUTPUT_COUNT + column]).toBeCloseTo(value, 4)
  }
})

test('weights come back from a network as they were put in', async () => {
  const tensorflow = await loadTensorFlow()
  const network = buildNetwork(tensorflow, 1)
  const flat = randomArray(WEIGHT_COUNT, new Random(5), 1)
  writeWeights(tensorflow, network, flat)
  expect(readWeights(network)).toEqual(flat)
})

test('more windows than one batch give the same forecasts as one at a time', async () => {
  const tensorflow = await loadTensorFlow()
  const network = buildNetwork(tensorflow, 1)
  writeWeights(tensorflow, network, randomArray(WEIGHT_COUNT, new Random(6), 0.2))
  const inputs = randomArray(520 * WINDOW_SIZE, new Random(7), 1)
  const many = await runNetwork(tensorflow, network, { inputs, count: 520 })
  for (const index of [0, 511, 512, 519]) {
    const one = inputs.slice(index * WINDOW_SIZE, (index + 1) * WINDOW_SIZE)
    const alone = await runNetwork(tensorflow, network, { inputs: one, count: 1 })
    for (let column = 0; column < OUTPUT_COUNT; column++)
      expect(many[index * OUTPUT_COUNT + column]).toBeCloseTo(alone[column] ?? Number.NaN, 5)
  }
})

/** A VM that swings every 40 s: what comes follows from the window, and repeating the last value is wrong. */
const aSwing = (name: string, phase: number): FeatureSeries => ({
  name,
  origin: 'synthetic',
  steps: 360,
  values: Float32Array.from({ length: 360 * FEATURE_COUNT }, (_, at) => {
    const swing = (1 + Math.sin((Math.floor(at / FEATURE_COUNT) + phase) / (40 / 2 / Math.PI))) / 2
    return (
      [0.1 + 0.8 * swing, 0.5, 1e6 + 5e7 * swing, 500 + 50_000 * swing, Number.NaN][at % FEATURE_COUNT] ?? 0
    )
  }),
})

const trainOnSwings = async (epochs: number, onProgress: (progress: TrainingProgress) => void) => {
  const tensorflow = await loadTensorFlow()
  const split = splitSeries([aSwing('a', 0), aSwing('b', 13), aSwing('held', 29)], new Set(['held']))
  const scaling = fitScaling(split.training, trainingCurves)
  const options = {
    ...trainingDefaults,
    epochs,
    trainingWindows: 320,
    validationWindows: 64,
    learningRate: 0.01,
  }
  const trained = await trainNetwork(tensorflow, { split, scaling, options }, onProgress)
  return { tensorflow, split, scaling, ...trained }
}

test('training lowers the loss and beats the last value on a VM it has never seen', async () => {
  const seen: TrainingProgress[] = []
  const { tensorflow, network, split, scaling, spread, history, bestEpoch } = await trainOnSwings(5, p =>
    seen.push(p),
  )
  expect(history).toHaveLength(5)
  expect(history.at(-1)?.loss).toBeLessThan(0.7 * (history[0]?.loss ?? 0))
  expect(bestEpoch).toBeGreaterThan(1)
  expect(seen).toHaveLength(25)
  expect(seen.at(-1)).toMatchObject({ epoch: 5, epochs: 5, batch: 5, batches: 5 })
  const set = cutWindows(spacedPicks(split.test, 3))
  const score = await scoreNetwork(tensorflow, network, { set, scaling, spread })
  expect(score.pooled.skill).toBeGreaterThan(0.3)
})

test('the same seed trains the same network', async () => {
  const [first, second] = [await trainOnSwings(1, () => {}), await trainOnSwings(1, () => {})]
  expect(first.history).toEqual(second.history)
  expect(readWeights(first.network)).toEqual(readWeights(second.network))
})
