/** The closed list of foreseen errors. Anything else is `internal`: a logged bug with an incident id. */
export const failureCodes = [
  'invalid-input',
  'unauthenticated',
  'certificate',
  'unreachable',
  'not-xenapi',
  'not-qmp',
  'timeout',
  'refused',
  'not-found',
  'conflict',
  'unsupported',
  'storage',
  'port-in-use',
  'closed',
  'internal',
] as const
export type FailureCode = (typeof failureCodes)[number]

/** A failure as it travels between processes and is shown: what failed, where and why; what to do. */
export interface FailureReport {
  readonly code: FailureCode
  /** One plain sentence: what failed, where and why. */
  readonly message: string
  /** One plain sentence: what the operator can do. */
  readonly remedy: string
}

/** A foreseen error. Foreign errors are translated into one once, in the adapter that met them. */
export class Failure extends Error {
  readonly code: FailureCode
  readonly remedy: string

  constructor(report: FailureReport, cause?: unknown) {
    super(report.message, cause === undefined ? undefined : { cause })
    this.name = 'Failure'
    this.code = report.code
    this.remedy = report.remedy
  }

  report(): FailureReport {
    return { code: this.code, message: this.message, remedy: this.remedy }
  }
}

/** What an error says, whatever was thrown. */
export const errorText = (error: unknown): string => (error instanceof Error ? error.message : String(error))

/** An error as it can travel: a foreseen one as it is, any other as `<what>: <what it says>.` with `remedy`. */
export const reportOf = (
  error: unknown,
  { code = 'internal', what, remedy }: { code?: FailureCode; what: string; remedy: string },
): FailureReport =>
  error instanceof Failure
    ? error.report()
    : { code, message: `${what}: ${errorText(error).replace(/\.$/, '')}.`, remedy }

/** Whether `error` is what an aborted operation throws: cancelling is not a failure. */
export const isAbort = (error: unknown): boolean => error instanceof Error && error.name === 'AbortError'

/** Exhaustiveness: a value that no branch of a union handled is a bug. */
export const assertNever = (value: never): never => {
  throw new Error(`unhandled case ${JSON.stringify(value)}`)
}
