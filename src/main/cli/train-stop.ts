import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import { Command } from 'commander'
import { errorText, Failure } from '../../shared/failure.ts'
import { makeFolder } from '../adapters/system/make-folder.ts'
import { defaultThresholds } from '../core/decision/thresholds.ts'
import { compareModels, scoreFeatures } from '../core/stop-model/compare-models.ts'
import { ownFeatures, printedFeatures } from '../core/stop-model/round-features.ts'
import { type StopModels, stopModelOf } from '../core/stop-model/stop-model.ts'
import { stoppedRun } from '../core/stop-model/training-runs.ts'
import { appRoot } from './app-root.ts'
import { wholeNumber } from './option-values.ts'

interface TrainStopOptions {
  readonly out: string
  readonly runs: number
  readonly seed: number
  readonly json: boolean
}

const figure = (value: number) => value.toFixed(3).padStart(9)

const tables = (
  models: ReturnType<typeof compareModels>,
  features: ReturnType<typeof scoreFeatures>,
): string =>
  [
    `${'R2 on held-back runs'.padEnd(30)} downtime    total  downtime's median error`,
    ...models.map(
      row =>
        `${row.features.padEnd(18)}${row.model.padEnd(12)}${figure(row.downtime)}${figure(row.total)}${figure(row.downtimeError)}`,
    ),
    '',
    `${'Feature and downtime'.padEnd(26)}  ANOVA F      chi2`,
    ...features.map(
      row =>
        `${row.feature.padEnd(26)}${row.anovaF.toFixed(1).padStart(9)}${row.chiSquare.toFixed(1).padStart(10)}`,
    ),
  ].join('\n')

const save = async (folder: string, text: string): Promise<string> => {
  const file = path.join(path.resolve(folder), 'stop-model.json')
  try {
    makeFolder(path.dirname(file))
    await writeFile(file, text)
  } catch (error) {
    throw new Failure(
      {
        code: 'storage',
        message: `The model cannot be written to ${file}: ${errorText(error)}.`,
        remedy: 'Name another folder with --out.',
      },
      error,
    )
  }
  return file
}

const train = async ({ out, runs: count, seed, json }: TrainStopOptions): Promise<void> => {
  const runs = Array.from({ length: count }, (_, at) => stoppedRun(seed + at, defaultThresholds))
  const models = compareModels(runs, seed)
  const features = scoreFeatures(runs)
  const shipped: StopModels = {
    printed: stopModelOf(runs, printedFeatures),
    own: stopModelOf(runs, ownFeatures),
  }
  const file = await save(out, `${JSON.stringify(shipped)}\n`)
  process.stdout.write(
    json
      ? `${JSON.stringify({ file, models, features })}\n`
      : `${tables(models, features)}\n\nWritten to ${file}\n`,
  )
}

export const trainStopCommand = new Command('train-stop')
  .description("Fit the policy s4's model to simulated migrations and score it against other models.")
  .option('--out <folder>', 'where the model goes', path.join(appRoot, 'resources/stop-model'))
  .option('--runs <number>', 'simulated migrations to learn from', wholeNumber(50), 600)
  .option('--seed <number>', 'of the first; each next has the next', wholeNumber(0), 1)
  .option('--json', 'print the scores as one line of JSON', false)
  .action((options: TrainStopOptions) => train(options))
