/** What is read of a link while a migration runs, at both its ends. */
export interface LinkReading {
  /** Payload bytes/s that one migration could have of an idle link. */
  readonly capacityBytesPerSecond: number
  /** Bytes/s of other traffic. */
  readonly competingBytesPerSecond: { readonly source: number; readonly destination: number }
  /** Round trip as just measured. */
  readonly roundTripMs: number
  /** The shortest round trip seen: what is longer is spent in queues. */
  readonly leastRoundTripMs: number
}

/** S2 raises the rate for its stop-and-copy pass by this factor (S2, IV). */
const STOP_RATE_FACTOR = 3

/** What other traffic leaves of the link, bytes/s: confirmed from both ends, the fuller one decides (S2, III B). */
export const freeBytesPerSecond = ({
  capacityBytesPerSecond,
  competingBytesPerSecond,
}: LinkReading): number =>
  Math.max(
    0,
    capacityBytesPerSecond - Math.max(competingBytesPerSecond.source, competingBytesPerSecond.destination),
  )

/**
 * S2's adaptive rate, bytes/s: what is free, less as the round trip grows over its least (S2 gives no formula; a rate in
 * inverse proportion to the round trip keeps the bytes under way what they are on the empty link).
 */
export const adaptiveBytesPerSecond = (link: LinkReading): number =>
  link.roundTripMs > 0
    ? (freeBytesPerSecond(link) * link.leastRoundTripMs) / link.roundTripMs
    : freeBytesPerSecond(link)

/** S2's rate in stop-and-copy, bytes/s: three times the live rate, at most the whole link. */
export const stopBytesPerSecond = (liveBytesPerSecond: number, link: LinkReading): number =>
  Math.min(STOP_RATE_FACTOR * liveBytesPerSecond, link.capacityBytesPerSecond)

/** Share of the other traffic, 0..1, that must be pushed aside for a migration to have `bytesPerSecond`. */
export const displacedShare = (bytesPerSecond: number, link: LinkReading): number => {
  const competing = link.capacityBytesPerSecond - freeBytesPerSecond(link)
  if (competing <= 0) return 0
  return Math.min(1, Math.max(0, (bytesPerSecond - freeBytesPerSecond(link)) / competing))
}

/** How long the guest stands while `bytes` follow: their transfer and one round trip. */
export const stopMs = (bytes: number, bytesPerSecond: number, roundTripMs: number): number =>
  (bytes * 1000) / bytesPerSecond + roundTripMs
