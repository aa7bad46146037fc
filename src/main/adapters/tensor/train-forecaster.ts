import type { FeatureSeries } from '../../core/forecast/features.ts'
import { maskAsOnXen } from '../../core/forecast/masking.ts'
import { fitScaling } from '../../core/forecast/scaling.ts'
import { USUAL_CADENCE } from '../../core/forecast/spread.ts'
import { type Recording, trainingCurves, trainingSeries } from '../../core/forecast/training-series.ts'
import { cutWindows, spacedPicks, splitSeries } from '../../core/forecast/windows.ts'
import { loadTensorFlow } from './load-tensorflow.ts'
import type { ForecasterModel, LabelledScore } from './model-file.ts'
import { readWeights } from './network.ts'
import { scoreNetwork } from './score-network.ts'
import { type TrainingOptions, type TrainingProgress, trainNetwork } from './train-network.ts'

const MODEL_NAME = 'LSTM 64 + 64, window 20'
/** Every fourth window of the held-back series is scored: their neighbours say the same. */
const SCORE_STRIDE = 4

/** What the training has to say beside its model, as the command line prints it. */
export interface TrainedForecaster {
  readonly model: ForecasterModel
  readonly scores: readonly LabelledScore[]
}

const totalSteps = (series: readonly FeatureSeries[]) => series.reduce((sum, one) => sum + one.steps, 0)

/** Trains the shipped network on recordings and made-up storms, and scores it on held-back ones; throws a Failure. */
export const trainForecaster = async (
  recordings: readonly Recording[],
  options: TrainingOptions,
  onProgress: (progress: TrainingProgress) => void,
): Promise<TrainedForecaster> => {
  const { series, heldOut } = trainingSeries(recordings, options.seed)
  const split = splitSeries(series, heldOut)
  const scaling = fitScaling(split.training, trainingCurves)
  const tensorflow = await loadTensorFlow()
  const { network, spread, history, bestEpoch } = await trainNetwork(
    tensorflow,
    { split, scaling, options },
    onProgress,
  )
  const score = async (data: LabelledScore['data'], dirtyRateEverySteps: number): Promise<LabelledScore> => {
    const picked = split.test.filter(({ origin }) => data === 'both' || data === origin)
    const set = cutWindows(spacedPicks(picked, SCORE_STRIDE))
    const seen = { ...set, windows: maskAsOnXen(set.windows, dirtyRateEverySteps) }
    return {
      data,
      dirtyRateEverySteps,
      ...(await scoreNetwork(tensorflow, network, { set: seen, scaling, spread })),
    }
  }
  const all = await score('both', USUAL_CADENCE)
  const scores = [all]
  for (const cadence of [USUAL_CADENCE, 1])
    for (const data of ['recorded', 'synthetic'] as const) scores.push(await score(data, cadence))
  const provenance = {
    ...options,
    backend: tensorflow.backend,
    bestEpoch,
    history,
    recordings: recordings.map(({ name, rows }) => ({ name, rows: rows.length })),
    heldOut: [...heldOut],
    steps: {
      training: totalSteps(split.training),
      validation: totalSteps(split.validation),
      test: totalSteps(split.test),
    },
  }
  const weights = readWeights(network)
  return {
    model: { name: MODEL_NAME, scaling, spread, skill: all.pooled.skill, provenance, scores, weights },
    scores,
  }
}
