import { Command, InvalidArgumentError } from 'commander'
import { z } from 'zod'
import { Failure } from '../../shared/failure.ts'
import {
  type CaseFault,
  type SimulationPrediction,
  simulationCase,
  simulationPrediction,
} from '../../shared/model/simulation-case.ts'
import { capabilitiesOf } from '../core/simulation/case-capabilities.ts'
import { policyOf } from '../core/simulation/case-policy.ts'
import { predictCase } from '../core/simulation/predict-case.ts'
import { type PollOptions, predictPolls } from './predict-polls.ts'
import { printScores } from './prediction-scores.ts'
import { describePrediction } from './prediction-text.ts'
import { printLine } from './print-line.ts'
import { assertNoneSkipped, faultText, type ReadCase, readCases } from './read-cases.ts'

interface PredictOptions extends PollOptions {
  readonly polls?: string
  readonly input?: string
  readonly schema: boolean
  readonly scores: boolean
}

type Answer =
  | { readonly kind: 'prediction'; readonly prediction: SimulationPrediction }
  | { readonly kind: 'faults'; readonly faults: readonly CaseFault[] }

const printSchemas = (): void => {
  const input = z.toJSONSchema(simulationCase, { io: 'input' })
  const output = z.toJSONSchema(simulationPrediction)
  process.stdout.write(`${JSON.stringify({ input, output }, null, 2)}\n`)
}

const oneByOne = (migrations: number): CaseFault => ({
  field: 'migrations',
  value: `${migrations} migrations`,
  allowed: 'nothing: a prediction is of one migration alone on its link; longshore simulate takes several',
})

const answerTo = (read: ReadCase): Answer => {
  if (read.kind === 'faults') return read
  if (read.kind === 'shared-link') return { kind: 'faults', faults: [oneByOne(read.given.migrations.length)] }
  const { given } = read
  const chosen = policyOf(given.policy)
  if (chosen.kind === 'faults') return chosen
  const { policy, thresholds } = chosen
  return {
    kind: 'prediction',
    prediction: predictCase({ given, policy, thresholds, capabilities: capabilitiesOf(given) }),
  }
}

const lineOf = (answer: Answer, line: number, json: boolean): string => {
  if (answer.kind === 'prediction')
    return json ? JSON.stringify(answer.prediction) : describePrediction(answer.prediction)
  const { faults } = answer
  return json ? JSON.stringify({ skipped: { line, faults } }) : `skipped ${faultText(line, faults)}`
}

const predict = async (options: PredictOptions): Promise<void> => {
  const { input, polls, json, schema, scores } = options
  if (scores) {
    await printScores({ json })
    return
  }
  if (schema) {
    printSchemas()
    return
  }
  if (polls !== undefined) {
    await predictPolls(polls, options)
    return
  }
  if (input === undefined)
    throw new Failure({
      code: 'invalid-input',
      message: 'There is nothing to predict: no input was named.',
      remedy: 'Say --input FILE, or --input - for standard input; --schema prints what a case looks like.',
    })
  const cases = await readCases(input)
  const skipped: string[] = []
  for (const read of cases) {
    const answer = answerTo(read)
    if (!(await printLine(lineOf(answer, read.line, json)))) break
    if (answer.kind === 'faults') skipped.push(faultText(read.line, answer.faults))
  }
  assertNoneSkipped('predict', cases, skipped)
}

const notNegative = (text: string): number => {
  const value = Number(text)
  if (text.trim() === '' || !(value >= 0)) throw new InvalidArgumentError('Say a number, 0 or more.')
  return value
}

/** `longshore predict`: what migrations would come to, with spread, without simulating their pages. */
export const predictCommand = new Command('predict')
  .description('Predict what migrations would come to under any policy.')
  .option('--input <file>', 'a case as JSON, or JSON lines with a case each; - is standard input')
  .option('--json', 'print one line of JSON for each case', false)
  .option('--schema', 'print the JSON schemas of a case and of its prediction', false)
  .option('--scores', 'instead of cases: how the predictions of past migrations came out', false)
  .option(
    '--polls <file>',
    "instead of cases: recorded answers of QEMU's query-migrate as CSV, told after each round",
  )
  .option('--downtime-limit <ms>', 'with --polls: the downtime-limit that QEMU was given', notNegative, 300)
  .option('--auto-converge', 'with --polls: QEMU slowed the guest down', false)
  .option(
    '--load-ends-at <s>',
    "with --polls: when the guest's load ended, since the migration's start",
    notNegative,
  )
  .option(
    '--switch-at <s>',
    "with --polls: when post-copy was asked for, since the migration's start",
    notNegative,
  )
  .addHelpText(
    'after',
    '\nThe cases are those of longshore simulate. Predictions come in their order; a case that is wrong is told in its place\nand listed at the end. Exit: 0 done, 1 failed or something skipped, 2 wrong usage.',
  )
  .action(predict)
