import { z } from 'zod'

/** What a test runner did; skipped tests and suites by name. */
export interface Outcome {
  readonly passed: number
  /** Failed tests by name; a runner that ended without a report counts as one. */
  readonly failed: readonly string[]
  readonly skipped: readonly string[]
}

export const noOutcome: Outcome = { passed: 0, failed: [], skipped: [] }

export const addOutcomes = (outcomes: readonly Outcome[]): Outcome =>
  outcomes.reduce(
    (sum, outcome) => ({
      passed: sum.passed + outcome.passed,
      failed: [...sum.failed, ...outcome.failed],
      skipped: [...sum.skipped, ...outcome.skipped],
    }),
    noOutcome,
  )

/** The line that ends every test run. */
export const summaryLine = ({ passed, failed, skipped }: Outcome): string =>
  `${passed} passed, ${failed.length} failed, ${skipped.length} skipped`

/** What a runner left behind: its exit code and its JSON report, if it wrote one. */
export interface RunnerResult {
  readonly name: string
  readonly code: number
  readonly report: string | undefined
}

const VitestReport = z.object({
  testResults: z.array(
    z.object({
      name: z.string(),
      status: z.string(),
      message: z.string().optional(),
      assertionResults: z.array(z.object({ fullName: z.string(), status: z.string() })),
    }),
  ),
})

/** Reads vitest's JSON report. */
export const vitestOutcome = (result: RunnerResult): Outcome => {
  const report = parseReport(VitestReport, result.report)
  if (report === undefined) return crashed(result)
  return withExitCode(result, addOutcomes(report.testResults.map(fileOutcome)))
}

const fileOutcome = ({
  name,
  status,
  assertionResults: tests,
}: z.infer<typeof VitestReport>['testResults'][number]) => {
  const named = (matches: (status: string) => boolean) =>
    tests.filter(test => matches(test.status)).map(test => `${shortName(name)}: ${test.fullName}`)
  const failed = named(testStatus => testStatus === 'failed')
  return {
    passed: tests.filter(test => test.status === 'passed').length,
    // A file that could not be loaded has no tests and is no less of a failure.
    failed: status === 'failed' && failed.length === 0 ? [`${shortName(name)}: the file failed`] : failed,
    skipped: named(testStatus => testStatus !== 'passed' && testStatus !== 'failed'),
  }
}

const shortName = (file: string): string => file.replaceAll('\\', '/').replace(/^.*\/test\//, '')

const PlaywrightSpec = z.object({
  title: z.string(),
  file: z.string(),
  tests: z.array(z.object({ status: z.enum(['expected', 'unexpected', 'flaky', 'skipped']) })),
})
interface PlaywrightSuite {
  readonly specs: readonly z.infer<typeof PlaywrightSpec>[]
  readonly suites?: readonly PlaywrightSuite[] | undefined
}
const PlaywrightSuite: z.ZodType<PlaywrightSuite> = z.object({
  specs: z.array(PlaywrightSpec),
  suites: z.lazy(() => z.array(PlaywrightSuite)).optional(),
})
const PlaywrightReport = z.object({
  suites: z.array(PlaywrightSuite),
  errors: z.array(z.object({ message: z.string().optional() })),
})

/** Reads Playwright's JSON report. */
export const playwrightOutcome = (result: RunnerResult): Outcome => {
  const report = parseReport(PlaywrightReport, result.report)
  if (report === undefined) return crashed(result)
  const errors = report.errors.map(
    ({ message }) => `${result.name}: ${message?.split('\n')[0] ?? 'an error without a message'}`,
  )
  const specs = addOutcomes(report.suites.flatMap(specsOf).map(specOutcome))
  return withExitCode(result, addOutcomes([specs, { ...noOutcome, failed: errors }]))
}

const specsOf = (suite: PlaywrightSuite): readonly z.infer<typeof PlaywrightSpec>[] => [
  ...suite.specs,
  ...(suite.suites ?? []).flatMap(specsOf),
]

const specOutcome = ({ title, file, tests }: z.infer<typeof PlaywrightSpec>): Outcome => {
  const name = `e2e/${file}: ${title}`
  const count = (status: string): number => tests.filter(test => test.status === status).length
  return {
    passed: count('expected') + count('flaky'),
    failed: Array<string>(count('unexpected')).fill(name),
    skipped: Array<string>(count('skipped')).fill(name),
  }
}

const parseReport = <T>(schema: z.ZodType<T>, text: string | undefined): T | undefined => {
  try {
    return schema.parse(JSON.parse(text ?? ''))
  } catch {
    return undefined
  }
}

const crashed = ({ name, code }: RunnerResult): Outcome => ({
  ...noOutcome,
  failed: [`${name}: the runner ended with code ${code} and left no report`],
})

/** A runner that fails although each of its tests passed, as after an unhandled error, has failed. */
const withExitCode = ({ name, code }: RunnerResult, outcome: Outcome): Outcome => {
  if (outcome.failed.length > 0) return outcome
  if (code !== 0) return { ...outcome, failed: [`${name}: the runner ended with code ${code}`] }
  if (outcome.passed + outcome.skipped.length === 0)
    return { ...outcome, failed: [`${name}: no tests were found`] }
  return outcome
}
