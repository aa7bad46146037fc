import type { Scalar } from '@tensorflow/tfjs-core'
import type { LayersModel } from '@tensorflow/tfjs-layers'
import { encodeTruths, encodeWindows } from '../../core/forecast/encoding.ts'
import {
  FEATURE_COUNT,
  type FeatureSeries,
  OUTPUT_COUNT,
  WINDOW_STEPS,
} from '../../core/forecast/features.ts'
import { maskWindows } from '../../core/forecast/masking.ts'
import type { Scaling } from '../../core/forecast/scaling.ts'
import {
  lossWeights,
  pooledSpread,
  type Spread,
  spreadChanges,
  spreadOf,
} from '../../core/forecast/spread.ts'
import { cutWindows, drawPicks, type SplitSeries } from '../../core/forecast/windows.ts'
import { Random } from '../../core/numeric/random.ts'
import type { TensorFlow } from './load-tensorflow.ts'
import { buildNetwork, readWeights, runNetwork, writeWeights } from './network.ts'

export interface TrainingOptions {
  readonly epochs: number
  readonly seed: number
  readonly batch: number
  readonly learningRate: number
  /** Windows drawn afresh from the training series for each epoch. */
  readonly trainingWindows: number
  /** Windows drawn once from the validation series. */
  readonly validationWindows: number
}

/** S1 Table 1: Adam 0.001, batch 64, 50 epochs; 10,240 windows of which 70 % train and 20 % validate. */
export const trainingDefaults: TrainingOptions = {
  epochs: 50,
  seed: 1,
  batch: 64,
  learningRate: 0.001,
  trainingWindows: 7_168,
  validationWindows: 2_048,
}

export interface TrainingProgress {
  /** The epoch under way, from 1; `batch` of `batches` of it are done. */
  readonly epoch: number
  readonly epochs: number
  readonly batch: number
  readonly batches: number
  /** Weighted MSE (1 is about what repeating the last value costs): of this epoch so far. */
  readonly loss: number
  /** The same on validation data after the last whole epoch; null during the first. */
  readonly validationLoss: number | null
}

export interface EpochLoss {
  readonly loss: number
  readonly validationLoss: number
}

export interface TrainedNetwork {
  readonly network: LayersModel
  /** The units of the network's answers. */
  readonly spread: Spread
  /** One entry an epoch. */
  readonly history: readonly EpochLoss[]
  /** Epoch, from 1, whose weights were kept: the one of least validation loss. */
  readonly bestEpoch: number
}

type Adam = ReturnType<TensorFlow['core']['train']['adam']>

/** What the network reads, what it should answer, and how much each answer counts. */
interface Lesson {
  readonly count: number
  readonly inputs: Float32Array
  readonly answers: Float32Array
  readonly weights: Float32Array
}

/**
 * Weights averaged over the last 200 or so steps: Adam at a constant rate ends on a random side of the valley, their
 * average in its middle (Polyak and Juditsky 1992).
 */
const AVERAGING = 0.995

interface Teacher {
  readonly scaling: Scaling
  readonly spread: Spread
  readonly spreads: ReadonlyMap<FeatureSeries, Spread>
  readonly random: () => number
}

const drawLesson = (series: readonly FeatureSeries[], count: number, teacher: Teacher): Lesson => {
  const picks = drawPicks(series, count, teacher.random)
  const { windows, truths } = cutWindows(picks)
  const { inputs, bases } = encodeWindows(maskWindows(windows, teacher.random), count, teacher.scaling)
  const answers = spreadChanges(encodeTruths(truths, bases, teacher.scaling), teacher.spread)
  return { count, inputs, answers, weights: lossWeights(picks, inputs, teacher) }
}

const prepareTeacher = ({ training, validation }: SplitSeries, scaling: Scaling, seed: number): Teacher => {
  const spreads = new Map([...training, ...validation].map(one => [one, spreadOf(one, scaling)]))
  const random = new Random(seed)
  return { scaling, spread: pooledSpread(training, spreads), spreads, random: () => random.unit() }
}

const weightedError = (outputs: Float32Array, { answers, weights }: Lesson): number =>
  outputs.reduce((sum, value, at) => sum + (weights[at] ?? 0) * (value - (answers[at] ?? 0)) ** 2, 0) /
  outputs.length

/** Moves `average` towards `present`, keeping the share `kept` of itself. */
const blend = (average: Float32Array, present: Float32Array, kept: number): void => {
  for (let at = 0; at < average.length; at++)
    average[at] = kept * (average[at] ?? 0) + (1 - kept) * (present[at] ?? 0)
}

/** One step of Adam on `size` windows from `from`; resolves with their loss before it. */
const trainBatch = async (
  { core }: TensorFlow,
  { network, optimizer }: { network: LayersModel; optimizer: Adam },
  { inputs, answers, weights, from, size }: Lesson & { readonly from: number; readonly size: number },
): Promise<number> => {
  const windowSize = WINDOW_STEPS * FEATURE_COUNT
  const part = (values: Float32Array, width: number) => values.subarray(from * width, (from + size) * width)
  const x = core.tensor3d(part(inputs, windowSize), [size, WINDOW_STEPS, FEATURE_COUNT])
  const y = core.tensor2d(part(answers, OUTPUT_COUNT), [size, OUTPUT_COUNT])
  const w = core.tensor2d(part(weights, OUTPUT_COUNT), [size, OUTPUT_COUNT])
  const cost = optimizer.minimize(() => {
    const output = network.apply(x, { training: true })
    if (Array.isArray(output) || !('dataId' in output)) throw new Error('the network gave no single tensor')
    return core.mean<Scalar>(core.mul(w, core.squaredDifference(output, y)))
  }, true)
  core.dispose([x, y, w])
  if (cost === null) throw new Error('the optimizer returned no loss')
  const [loss] = await cost.data()
  cost.dispose()
  return loss ?? Number.NaN
}

/** The weights of one moment and their error on validation data. */
interface Candidate {
  readonly epoch: number
  readonly loss: number
  readonly weights: Float32Array
}

/** A network being trained, with the running average of its weights. */
class Pupil {
  readonly network: LayersModel
  readonly #tensorflow: TensorFlow
  readonly #optimizer: Adam
  readonly #average: Float32Array
  #steps = 0

  constructor(tensorflow: TensorFlow, { seed, learningRate }: TrainingOptions) {
    this.#tensorflow = tensorflow
    this.network = buildNetwork(tensorflow, seed)
    this.#optimizer = tensorflow.core.train.adam(learningRate)
    this.#average = readWeights(this.network)
  }

  /** One step on `size` windows from `from`; their loss before it. */
  async learn(part: Lesson & { readonly from: number; readonly size: number }): Promise<number> {
    const loss = await trainBatch(
      this.#tensorflow,
      { network: this.network, optimizer: this.#optimizer },
      part,
    )
    this.#steps++
    blend(this.#average, readWeights(this.network), Math.min(AVERAGING, 1 - 1 / this.#steps))
    return loss
  }

  /** The better on `validation` of the present weights and their average. */
  async examine(validation: Lesson, epoch: number): Promise<Candidate> {
    const present = readWeights(this.network)
    const candidates: Candidate[] = []
    for (const weights of [this.#average.slice(), present]) {
      writeWeights(this.#tensorflow, this.network, weights)
      const outputs = await runNetwork(this.#tensorflow, this.network, validation)
      candidates.push({ epoch, loss: weightedError(outputs, validation), weights })
    }
    writeWeights(this.#tensorflow, this.network, present)
    return candidates.reduce((best, one) => (one.loss < best.loss ? one : best))
  }

  /** Ends the training with these weights. */
  finish(weights: Float32Array): LayersModel {
    writeWeights(this.#tensorflow, this.network, weights)
    this.#optimizer.dispose()
    return this.network
  }
}

/**
 * Trains the paper's network and keeps the weights, plain or averaged, of the least validation loss. Each epoch draws its
 * windows afresh, so that the same cost sees more of the data. The same series, options and backend give the same weights.
 */
export const trainNetwork = async (
  tensorflow: TensorFlow,
  { split, scaling, options }: { split: SplitSeries; scaling: Scaling; options: TrainingOptions },
  onProgress: (progress: TrainingProgress) => void,
): Promise<TrainedNetwork> => {
  const { epochs, trainingWindows } = options
  const teacher = prepareTeacher(split, scaling, options.seed)
  const pupil = new Pupil(tensorflow, options)
  const validation = drawLesson(split.validation, options.validationWindows, teacher)
  const batches = Math.ceil(trainingWindows / options.batch)
  const history: EpochLoss[] = []
  let best: Candidate | null = null
  for (let epoch = 1; epoch <= epochs; epoch++) {
    const lesson = drawLesson(split.training, trainingWindows, teacher)
    const validationLoss = history.at(-1)?.validationLoss ?? null
    let lossSum = 0
    for (let batch = 1; batch <= batches; batch++) {
      const from = (batch - 1) * options.batch
      const size = Math.min(options.batch, trainingWindows - from)
      lossSum += size * (await pupil.learn({ ...lesson, from, size }))
      onProgress({ epoch, epochs, batch, batches, loss: lossSum / (from + size), validationLoss })
    }
    const candidate = await pupil.examine(validation, epoch)
    history.push({ loss: lossSum / trainingWindows, validationLoss: candidate.loss })
    if (best === null || candidate.loss < best.loss) best = candidate
  }
  const network = pupil.finish(best?.weights ?? readWeights(pupil.network))
  return { network, spread: teacher.spread, history, bestEpoch: best?.epoch ?? 0 }
}
