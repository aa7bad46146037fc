import { parentPort, workerData } from 'node:worker_threads'
import { reportOf } from '../../shared/failure.ts'
import {
  type ForecasterReply,
  type ForecasterStart,
  type PredictRequest,
  REMEDY,
} from '../adapters/tensor/forecaster-protocol.ts'
import { type LoadedForecaster, loadForecaster } from '../adapters/tensor/load-forecaster.ts'

const port = parentPort
if (port === null) throw new Error('the forecaster runs as a worker thread only')

const { modelDir }: ForecasterStart = workerData

const reply = (message: ForecasterReply) =>
  port.postMessage(message, message.kind === 'predicted' ? [message.forecasts.buffer as ArrayBuffer] : [])

const answer = async (forecaster: LoadedForecaster, { windows, count }: PredictRequest): Promise<void> => {
  try {
    reply({ kind: 'predicted', forecasts: await forecaster.predict(windows, count) })
  } catch (error) {
    reply({ kind: 'failed', report: reportOf(error, { what: 'A forecast failed', remedy: REMEDY }) })
  }
}

try {
  const forecaster = await loadForecaster(modelDir)
  port.on('message', (request: PredictRequest) => answer(forecaster, request))
  reply({ kind: 'ready', info: forecaster.info })
} catch (error) {
  reply({
    kind: 'failed',
    report: reportOf(error, { what: 'The forecaster does not start', remedy: REMEDY }),
  })
}
