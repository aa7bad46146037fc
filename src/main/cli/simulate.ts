import os from 'node:os'
import { Command, InvalidArgumentError } from 'commander'
import { z } from 'zod'
import { Failure } from '../../shared/failure.ts'
import { sharedLinkCase, sharedLinkResult } from '../../shared/model/shared-link-case.ts'
import { simulationCase, simulationResult } from '../../shared/model/simulation-case.ts'
import { simulatorPool } from '../adapters/simulation/simulator-pool.ts'
import type { SharedLinkAnswer, SimulationAnswer, Simulator } from '../ports/simulator.ts'
import { printLine } from './print-line.ts'
import { assertNoneSkipped, faultText, type ReadCase, readCases } from './read-cases.ts'
import { describeResult, describeSharedLink } from './result-text.ts'
import { SweepProgress } from './sweep-progress.ts'

interface SimulateOptions {
  readonly input?: string
  readonly json: boolean
  readonly schema: boolean
  readonly workers: number
}

const MAX_WORKERS = 64

const workerCount = (text: string): number => {
  const count = Number(text)
  if (!Number.isInteger(count) || count < 1 || count > MAX_WORKERS)
    throw new InvalidArgumentError(`Say a whole number from 1 to ${MAX_WORKERS}.`)
  return count
}

const schemasOf = (input: z.ZodType, output: z.ZodType) => ({
  input: z.toJSONSchema(input, { io: 'input' }),
  output: z.toJSONSchema(output),
})

const printSchemas = (): void => {
  const sharedLink = schemasOf(sharedLinkCase, sharedLinkResult)
  const schemas = { ...schemasOf(simulationCase, simulationResult), sharedLink }
  process.stdout.write(`${JSON.stringify(schemas, null, 2)}\n`)
}

type Answer = SimulationAnswer | SharedLinkAnswer

const answerTo = async (read: ReadCase, simulator: Simulator, signal: AbortSignal): Promise<Answer> => {
  switch (read.kind) {
    case 'faults':
      return read
    case 'case':
      return simulator.run(read.given, signal)
    case 'shared-link':
      return simulator.runSharedLink(read.given, signal)
  }
}

const lineOf = (answer: Answer, { line }: ReadCase, json: boolean): string => {
  if (answer.kind === 'faults')
    return json
      ? JSON.stringify({ skipped: { line, faults: answer.faults } })
      : `skipped ${faultText(line, answer.faults)}`
  if (json) return JSON.stringify(answer.result)
  return answer.kind === 'result' ? describeResult(answer.result) : describeSharedLink(answer.result)
}

/** Runs the cases on several threads and prints their results in the order given; resolves to what was skipped. */
const sweep = async (
  cases: readonly ReadCase[],
  { json, workers }: SimulateOptions,
): Promise<readonly string[]> => {
  const simulator = simulatorPool(Math.min(workers, Math.max(1, cases.length)))
  const cancel = new AbortController()
  const stop = (): void => cancel.abort()
  process.once('SIGINT', stop)
  const progress = new SweepProgress(cases.length)
  const skipped: string[] = []
  try {
    const answers = cases.map(read => answerTo(read, simulator, cancel.signal))
    // Whoever is aborted while an earlier one is awaited must not end the process.
    for (const answer of answers) answer.catch(() => {})
    for (const [index, read] of cases.entries()) {
      const answer = await answers[index]
      if (answer === undefined) continue
      if (!(await printLine(lineOf(answer, read, json)))) break
      if (answer.kind === 'faults') skipped.push(faultText(read.line, answer.faults))
      progress.done(index + 1)
    }
  } finally {
    process.off('SIGINT', stop)
    progress.end()
    await simulator.close()
  }
  return skipped
}

const simulate = async (options: SimulateOptions): Promise<void> => {
  if (options.schema) {
    printSchemas()
    return
  }
  if (options.input === undefined)
    throw new Failure({
      code: 'invalid-input',
      message: 'There is nothing to simulate: no input was named.',
      remedy: 'Say --input FILE, or --input - for standard input; --schema prints what a case looks like.',
    })
  const cases = await readCases(options.input)
  const skipped = await sweep(cases, options)
  assertNoneSkipped('simulate', cases, skipped)
}

/** `longshore simulate`: what migrations would do, page by page. */
export const simulateCommand = new Command('simulate')
  .description('Simulate migrations page by page under any policy.')
  .option(
    '--input <file>',
    'a case as JSON, or JSON lines with a case each, of one migration or of several over one link; - is standard input',
  )
  .option('--json', 'print one line of JSON for each case', false)
  .option(
    '--schema',
    'print the JSON schemas of a case and of its result, and those of several over one link',
    false,
  )
  .option('--workers <count>', 'threads to run on', workerCount, Math.min(8, os.availableParallelism()))
  .addHelpText(
    'after',
    '\nResults come in the order of the cases; a case that is wrong is told in its place and listed at the end. Ctrl+C ends\na sweep; what is done has been printed. Exit: 0 done, 1 failed or something skipped, 2 wrong usage, 130 cancelled.',
  )
  .action(simulate)
