import { Failure } from '../../shared/failure.ts'
import { formatDuration, MIB } from '../../shared/units.ts'
import { defaultThresholds } from '../core/decision/thresholds.ts'
import { predictRecording, type RoundPrediction } from '../core/migration/predict-recording.ts'
import { type QemuRun, qemuRunsOf, roundsOf } from '../core/migration/qemu-polls.ts'
import { inputName, readInput } from './read-input.ts'

/** What the polls do not tell: how QEMU was set, and when the guest's load ended, s since the migration's start. */
export interface PollOptions {
  readonly downtimeLimit: number
  readonly autoConverge: boolean
  readonly loadEndsAt?: number
  readonly switchAt?: number
  readonly json: boolean
}

/** More than 400,000 polls: at ten a second they are eleven hours. */
const MOST_POLLS_BYTES = 64 * MIB

const msOf = (seconds: number | undefined): number =>
  seconds === undefined ? Number.POSITIVE_INFINITY : seconds * 1000

const readPolls = async (file: string): Promise<readonly QemuRun[]> => {
  const runs = qemuRunsOf(await readInput(file, MOST_POLLS_BYTES))
  if (runs.length > 0) return runs
  throw new Failure({
    code: 'invalid-input',
    message: `${inputName(file)} holds no polls of query-migrate.`,
    remedy:
      'Its first line must name the columns scenario, run, status, total_time_ms, remaining, dirty_sync_count, and so on.',
  })
}

/** After each live round from the second on, what was to be expected of the run. */
export const predictRun = (run: QemuRun, options: PollOptions): readonly RoundPrediction[] => {
  const { throttleTrigger, throttleInitial, throttleIncrement, throttleMost } = defaultThresholds
  const rounds = roundsOf(run, options.downtimeLimit)
  const rule = {
    downtimeLimitMs: options.downtimeLimit,
    throttle: options.autoConverge
      ? {
          trigger: throttleTrigger.value,
          initial: throttleInitial.value,
          increment: throttleIncrement.value,
          most: throttleMost.value,
        }
      : null,
    switchAtMs: msOf(options.switchAt),
    writesEndAtMs: msOf(options.loadEndsAt),
    memoryPages: run.memoryPages,
  }
  return rounds.flatMap((_, index) => predictRecording(rounds.slice(0, index + 1), rule) ?? [])
}

const lineOf = ({ scenario, run }: QemuRun, told: RoundPrediction, json: boolean): string =>
  json
    ? JSON.stringify({ scenario, run, ...told })
    : `${scenario} ${run}: after round ${told.afterRound} ${formatDuration(told.totalMs)} in all, pause ${formatDuration(told.downtimeMs)}, ${told.converges ? 'converges' : 'does not converge'}`

/** Predicts recorded migrations round by round, one line each. */
export const predictPolls = async (file: string, options: PollOptions): Promise<void> => {
  for (const run of await readPolls(file))
    for (const told of predictRun(run, options)) process.stdout.write(`${lineOf(run, told, options.json)}\n`)
}
