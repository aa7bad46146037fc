/** An error of the XenAPI: a code and its parameters, in the order that the API documents. */
export class XapiError extends Error {
  readonly code: string
  readonly parameters: readonly string[]

  constructor(code: string, ...parameters: readonly string[]) {
    super([code, ...parameters].join(' '))
    this.name = 'XapiError'
    this.code = code
    this.parameters = parameters
  }
}

export const NULL_REF = 'OpaqueRef:NULL'

/** Any error as the API tells it: the code first, then its parameters. */
export const errorDescription = (error: unknown): readonly string[] =>
  error instanceof XapiError
    ? [error.code, ...error.parameters]
    : ['INTERNAL_ERROR', error instanceof Error ? error.message : String(error)]
