export interface CallOptions {
  readonly signal: AbortSignal
  readonly timeoutMs: number
  /** Not to be sent a second time when the connection breaks under it. */
  readonly once?: boolean
}

/**
 * One XenAPI call on the wire: resolves with the decoded result, throws XenApiError for what the server refuses, Failure
 * for what the network does. JSON-RPC is one; XML-RPC for servers before 7.3 has the same type.
 */
type XenTransport = (method: string, params: readonly unknown[], options: CallOptions) => Promise<unknown>

/** A transport with connections of its own to one server. */
export interface XenLine {
  readonly call: XenTransport
  /** Ends calls under way with a `closed` Failure and frees the sockets. */
  close(): void
}

export type OpenXenLine = (origin: URL) => XenLine
