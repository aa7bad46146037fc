import { readdir, readFile } from 'node:fs/promises'
import { join, parse } from 'node:path'
import { parentPort, workerData } from 'node:worker_threads'
import { Failure, reportOf } from '../../shared/failure.ts'
import { parseTrace } from '../adapters/lab/read-trace.ts'
import { REMEDY } from '../adapters/tensor/forecaster-protocol.ts'
import { formatModel } from '../adapters/tensor/model-file.ts'
import { trainForecaster } from '../adapters/tensor/train-forecaster.ts'
import type { TrainingReply, TrainingStart } from '../adapters/tensor/training-protocol.ts'
import type { Recording } from '../core/forecast/training-series.ts'

const port = parentPort
if (port === null) throw new Error('training runs in a worker thread only')

const { dataDir, options }: TrainingStart = workerData

const unusable = (why: string, cause?: unknown) =>
  new Failure(
    {
      code: 'invalid-input',
      message: `Nothing can be learnt from ${dataDir}: ${why}.`,
      remedy: 'Name a folder of Bitbrains files (*.csv, GWA-T-12) with --data, or leave it out.',
    },
    cause,
  )

const readRecording = async (file: string): Promise<Recording> => {
  const { name } = parse(file)
  try {
    return { name, rows: parseTrace(name, await readFile(join(dataDir, file), 'utf8')) }
  } catch (error) {
    throw unusable(`${file} is not such a recording`, error)
  }
}

const readRecordings = async (): Promise<readonly Recording[]> => {
  const files = await readdir(dataDir).catch(error => {
    throw unusable('the folder cannot be read', error)
  })
  const recordings = files.filter(file => file.endsWith('.csv')).sort()
  if (recordings.length === 0) throw unusable('it holds no recordings')
  return Promise.all(recordings.map(readRecording))
}

const reply = (message: TrainingReply) => port.postMessage(message)

try {
  const { model, scores } = await trainForecaster(await readRecordings(), options, progress =>
    reply({ kind: 'progress', progress }),
  )
  reply({ kind: 'trained', model: formatModel(model), scores })
} catch (error) {
  reply({ kind: 'failed', report: reportOf(error, { what: 'The training failed', remedy: REMEDY }) })
}
