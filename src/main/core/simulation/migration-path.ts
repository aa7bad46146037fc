/** The way of a migration from host to host, as a function of the ms since its start. */
export interface MigrationPath {
  /** Of a round trip, when nothing is lost and nothing is in its way. */
  readonly latencyMs: number
  /** Bytes per ms beside other traffic, while nothing is cut and nothing varies. */
  readonly usualBytesPerMs: number
  /** Bytes per ms that a migration gets at a time; `share` is the part of other traffic it may push aside, 0..1. */
  bytesPerMsAt(ms: number, share?: number): number
  /** When the cut that holds at a time ends, Infinity while nobody knows; null when there is none. */
  cutUntil(ms: number): number | null
  /** Whether a connection over it has been given up by then. */
  isLostAt(ms: number): boolean
  /** One small message there and its answer back, ms. */
  roundTripMs(): number
}
