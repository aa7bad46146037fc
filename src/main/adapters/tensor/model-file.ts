import { createHash } from 'node:crypto'
import { readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { Failure } from '../../../shared/failure.ts'
import {
  FEATURE_COUNT,
  forecastFeatures,
  forecastTargets,
  HORIZON_STEPS,
  OUTPUT_COUNT,
  WINDOW_STEPS,
} from '../../core/forecast/features.ts'
import type { Scaling } from '../../core/forecast/scaling.ts'
import type { ForecastScore } from '../../core/forecast/score.ts'
import type { Spread } from '../../core/forecast/spread.ts'
import { makeFolder } from '../system/make-folder.ts'
import { LSTM_UNITS, WEIGHT_COUNT } from './network.ts'

const MODEL_FILE = 'forecaster.json'

const finite = z.number()
const exactly = <T extends string | number>(values: readonly T[]) =>
  z.array(z.union([z.string(), z.number()])).refine(given => JSON.stringify(given) === JSON.stringify(values))

/** What every file of this network says of itself; a file that says anything else is for another program. */
const modelFile = z.object({
  format: z.literal('longshore-forecaster'),
  version: z.literal(1),
  name: z.string(),
  windowSteps: z.literal(WINDOW_STEPS),
  features: exactly(forecastFeatures),
  targets: exactly(forecastTargets),
  horizonSteps: exactly(HORIZON_STEPS),
  lstmUnits: exactly([LSTM_UNITS, LSTM_UNITS]),
  scaling: z.object({
    version: z.literal(1),
    features: z
      .array(
        z.object({
          curve: z.enum(['linear', 'log']),
          unit: finite.positive(),
          min: finite,
          max: finite,
          typical: finite,
        }),
      )
      .length(FEATURE_COUNT),
  }),
  spread: z.array(finite.positive()).length(OUTPUT_COUNT),
  skill: finite,
  provenance: z.record(z.string(), z.unknown()),
  scores: z.array(z.unknown()),
  weights: z.object({ count: z.literal(WEIGHT_COUNT), sha256: z.string(), float32Base64: z.base64() }),
})

/** A score on held-back data, and what it was made on. */
export interface LabelledScore extends ForecastScore {
  readonly data: 'recorded' | 'synthetic' | 'both'
  /** Steps between readings of the dirty rate. */
  readonly dirtyRateEverySteps: number
}

/** A trained network and where it comes from. */
export interface ForecasterModel {
  readonly name: string
  readonly scaling: Scaling
  readonly spread: Spread
  /** Pooled over both targets, all horizons and all held-back data, as seen on Xen. */
  readonly skill: number
  /** How and on what it was trained, for people. */
  readonly provenance: Readonly<Record<string, unknown>>
  /** Its scores on held-back data, for people. */
  readonly scores: readonly unknown[]
  readonly weights: Float32Array
}

const digest = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')

/** The model as the text of its file; weights are little-endian float32, in the order of `weightShapes`. */
export const formatModel = ({ weights, ...model }: ForecasterModel): string => {
  const bytes = Buffer.from(weights.buffer, weights.byteOffset, weights.byteLength)
  const file = {
    format: 'longshore-forecaster',
    version: 1,
    ...model,
    windowSteps: WINDOW_STEPS,
    features: [...forecastFeatures],
    targets: [...forecastTargets],
    horizonSteps: [...HORIZON_STEPS],
    lstmUnits: [LSTM_UNITS, LSTM_UNITS],
    weights: { count: WEIGHT_COUNT, sha256: digest(bytes), float32Base64: bytes.toString('base64') },
  }
  return `${JSON.stringify(file, null, 1)}\n`
}

/** Reads the text of a model's file; throws a `storage` Failure that names `file` when it is damaged or of another kind. */
export const parseModel = (text: string, file: string): ForecasterModel => {
  const parsed = modelFile.safeParse(parseJson(text, file))
  if (!parsed.success) throw unusable(file, 'it is damaged or made for another version', parsed.error)
  const { name, scaling, spread, skill, provenance, scores, weights } = parsed.data
  const bytes = Uint8Array.from(Buffer.from(weights.float32Base64, 'base64'))
  if (bytes.length !== 4 * WEIGHT_COUNT || digest(bytes) !== weights.sha256)
    throw unusable(file, 'its weights are damaged')
  return { name, scaling, spread, skill, provenance, scores, weights: new Float32Array(bytes.buffer) }
}

/** Reads the model in `modelDir`; throws a `storage` Failure. */
export const readModel = async (modelDir: string): Promise<ForecasterModel> => {
  const file = join(modelDir, MODEL_FILE)
  const text = await readFile(file, 'utf8').catch(error => {
    throw unusable(file, 'the file cannot be read', error)
  })
  return parseModel(text, file)
}

/** Replaces the model in `modelDir` at once, so that there is always a whole one; throws a `storage` Failure. */
export const writeModel = async (modelDir: string, text: string): Promise<string> => {
  const file = join(modelDir, MODEL_FILE)
  try {
    makeFolder(modelDir)
    await writeFile(`${file}.new`, text)
    await rename(`${file}.new`, file)
    return file
  } catch (error) {
    const message = `The trained forecaster cannot be written to ${file}.`
    throw new Failure({ code: 'storage', message, remedy: 'Choose another folder with --out.' }, error)
  }
}

const parseJson = (text: string, file: string): unknown => {
  try {
    return JSON.parse(text)
  } catch (error) {
    throw unusable(file, 'it is damaged', error)
  }
}

const unusable = (file: string, why: string, cause?: unknown) =>
  new Failure(
    {
      code: 'storage',
      message: `The forecaster ${file} cannot be used: ${why}.`,
      remedy: 'Restore the file from the installation, or make a new one with: longshore train.',
    },
    cause,
  )
