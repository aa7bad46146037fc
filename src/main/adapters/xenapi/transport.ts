export interface CallOptions {
  readonly signal: AbortSignal
  readonly timeoutMs: number
  /** Not to be sent a second time when the connection breaks under it. */
  readonly once?: boolean
  /** Not to be repeated in a new session: what it asks for has a meaning in this one only. */
  readonly thisSession?: boolean
}

/**
 * One XenAPI call on the wire: resolves with the decoded result, throws XenApiError for what the server refuses, Failure
 * for what the network does. JSON-RPC and XML-RPC have this type. Numbers among the parameters are XenAPI floats; its
 * 64-bit integers are given as digits.
 */
type XenTransport = (method: string, params: readonly unknown[], options: CallOptions) => Promise<unknown>

/** A transport with connections of its own to one server. */
export interface XenLine {
  readonly call: XenTransport
  /** Ends calls under way with `reason`, by default a `closed` Failure, and frees the sockets. */
  close(reason?: Error): void
}

export type OpenXenLine = (origin: URL) => XenLine
