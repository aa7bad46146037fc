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
export const NEVER = '19700101T00:00:00Z'

/** A time as the XenAPI writes it: 20261120T20:00:00Z. */
export const xapiDate = (ms: number): string =>
  `${new Date(ms).toISOString().slice(0, 19).replaceAll('-', '')}Z`
