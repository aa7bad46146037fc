import path from 'node:path'
import { Command } from 'commander'
import { formatDuration } from '../../shared/units.ts'
import type { LabelledScore } from '../adapters/tensor/model-file.ts'
import { startTraining } from '../adapters/tensor/start-training.ts'
import { type TrainingProgress, trainingDefaults } from '../adapters/tensor/train-network.ts'
import { appRoot } from './app-root.ts'
import { wholeNumber } from './option-values.ts'

interface TrainOptions {
  readonly data: string
  readonly out: string
  readonly epochs: number
  readonly seed: number
  readonly json: boolean
}

/** Tells progress on stderr: one line rewritten on a terminal, one line an epoch elsewhere. */
const progressTeller = () => {
  const { stderr } = process
  const startedMs = performance.now()
  return ({ epoch, epochs, batch, batches, loss, validationLoss }: TrainingProgress) => {
    if (!stderr.isTTY && batch < batches) return
    const done = (epoch - 1 + batch / batches) / epochs
    const remainingMs = ((performance.now() - startedMs) * (1 - done)) / done
    const validation = validationLoss === null ? '' : `, validation ${validationLoss.toFixed(4)}`
    const line = `epoch ${epoch} of ${epochs}: loss ${loss.toFixed(4)}${validation}; ${formatDuration(remainingMs)} left`
    stderr.write(stderr.isTTY ? `\r\x1b[K${line}${done === 1 ? '\n' : ''}` : `${line}\n`)
  }
}

const signed = (value: number) => value.toFixed(3).padStart(7)

const describe = ({ data, dirtyRateEverySteps, windows, pooled, horizons }: LabelledScore): string =>
  [
    '',
    `Held back, ${data === 'both' ? 'recorded and synthetic' : data}: ${windows} windows, dirty rate read every ${dirtyRateEverySteps} s, no page faults`,
    `  pooled, scaled: RMSE ${pooled.rmse.toFixed(4)}  MSE ${pooled.mse.toFixed(5)}  MAE ${pooled.mae.toFixed(4)}  skill ${pooled.skill.toFixed(3)}`,
    '           dirty rate: RMSE   skill  skill in pages/s     CPU: RMSE   skill',
    ...horizons.map(
      ({ steps, dirtyPagesPerSecond: dirty, cpuRatio: cpu }) =>
        `  ${steps.toString().padStart(3)} s ahead     ${dirty.rmse.toFixed(4)} ${signed(dirty.skill)} ${signed(dirty.rawSkill)}              ${cpu.rmse.toFixed(4)} ${signed(cpu.skill)}`,
    ),
  ].join('\n')

/** Aborts at the first Ctrl-C; removing the listener leaves the second one to end the process. */
const whileInterruptible = async <T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> => {
  const interrupted = new AbortController()
  const interrupt = () => {
    process.stderr.write('\nInterrupted; the forecaster in use is unchanged.\n')
    interrupted.abort()
  }
  process.once('SIGINT', interrupt)
  process.once('SIGTERM', interrupt)
  try {
    return await work(interrupted.signal)
  } finally {
    process.off('SIGINT', interrupt)
    process.off('SIGTERM', interrupt)
  }
}

const train = async ({ data, out, epochs, seed, json }: TrainOptions): Promise<void> => {
  const order = {
    dataDir: path.resolve(data),
    outDir: path.resolve(out),
    options: { ...trainingDefaults, epochs, seed },
  }
  const { file, scores } = await whileInterruptible(signal => startTraining(order, progressTeller(), signal))
  if (json) process.stdout.write(`${JSON.stringify({ file, scores })}\n`)
  else {
    process.stdout.write(`${scores.map(describe).join('\n').trimStart()}\n\n`)
    process.stdout.write(
      'Skill is 1 - RMSE / RMSE of repeating the last value; below 0 is worse than that.\n',
    )
    process.stdout.write(`Written to ${file}\n`)
  }
}

export const trainCommand = new Command('train')
  .description('Train the forecaster on recorded workloads and made-up storms; Ctrl-C keeps the old one.')
  .option('--data <folder>', 'Bitbrains files (*.csv) to learn from', path.join(appRoot, 'resources/traces'))
  .option('--out <folder>', 'where the model goes', path.join(appRoot, 'resources/forecaster'))
  .option('--epochs <number>', 'passes over 7,168 windows', wholeNumber(1), trainingDefaults.epochs)
  .option('--seed <number>', 'of all that is random', wholeNumber(0), trainingDefaults.seed)
  .option('--json', 'print the scores as one line of JSON', false)
  .action((options: TrainOptions) => train(options))
