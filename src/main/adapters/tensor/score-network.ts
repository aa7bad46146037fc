import type { LayersModel } from '@tensorflow/tfjs-layers'
import { decodeChanges, encodeTruths, encodeWindows } from '../../core/forecast/encoding.ts'
import type { Scaling } from '../../core/forecast/scaling.ts'
import { type ForecastScore, scoreForecasts } from '../../core/forecast/score.ts'
import { type Spread, unspreadChanges } from '../../core/forecast/spread.ts'
import type { WindowSet } from '../../core/forecast/windows.ts'
import type { TensorFlow } from './load-tensorflow.ts'
import { runNetwork } from './network.ts'

/** Errors and skill of a network on windows whose truths are known. */
export const scoreNetwork = async (
  tensorflow: TensorFlow,
  network: LayersModel,
  { set, scaling, spread }: { readonly set: WindowSet; readonly scaling: Scaling; readonly spread: Spread },
): Promise<ForecastScore> => {
  const { inputs, bases } = encodeWindows(set.windows, set.count, scaling)
  const changes = unspreadChanges(await runNetwork(tensorflow, network, { inputs, count: set.count }), spread)
  return scoreForecasts({
    changes,
    trueChanges: encodeTruths(set.truths, bases, scaling),
    forecasts: decodeChanges(changes, bases, scaling),
    lastValues: decodeChanges(new Float32Array(changes.length), bases, scaling),
    truths: set.truths,
  })
}
