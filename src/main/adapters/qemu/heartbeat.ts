/** One line of the guest's heartbeat, which a working guest writes every 10 ms. */
export interface Heartbeat {
  readonly sequence: number
  /** The guest's monotonic clock; it stands still while the VM does, so it cannot show a pause. */
  readonly guestNs: number
  /** Pages written since the guest started. */
  readonly writes: number
  /** Pages that did not hold what was last written there: above 0, memory was lost. */
  readonly badPages: number
}

/** The guest's heartbeat as heard so far, by the listener's clock. */
export interface HeartbeatLog {
  readonly beats: number
  readonly last: (Heartbeat & { readonly heardMs: number }) | null
  readonly longestGapMs: number
  /** Time in which the guest worked late or not at all. */
  readonly stallMs: number
  /** Beats that the guest wrote and nobody heard. */
  readonly missed: number
  readonly badPages: number
}

const BEAT_MS = 10
/** A gap up to two beats is the jitter of a busy machine, not a stall. */
const STALL_MS = 20
/** The longest line that a guest writes is below 80 characters. */
const LONGEST_LINE = 256

const heartbeatLine = /^hb (\d{1,15}) (\d{1,18}) (\d{1,15}) (\d{1,15})\r?$/

const readLine = (line: string): readonly Heartbeat[] => {
  const match = heartbeatLine.exec(line)
  if (match === null) return []
  const [sequence = 0, guestNs = 0, writes = 0, badPages = 0] = match.slice(1).map(Number)
  return [{ sequence, guestNs, writes, badPages }]
}

/**
 * Reads a piece of a serial port's output, `rest` being what the last piece left; whatever is no heartbeat is passed
 * over. Pieces of the source and of the destination belong into one run: a move may cut a line in two.
 */
export const readHeartbeats = (
  rest: string,
  piece: string,
): { readonly beats: readonly Heartbeat[]; readonly rest: string } => {
  const lines = (rest + piece).split('\n')
  const unfinished = lines.pop() ?? ''
  return { beats: lines.flatMap(readLine), rest: unfinished.length > LONGEST_LINE ? '' : unfinished }
}

export const silentHeartbeat: HeartbeatLog = {
  beats: 0,
  last: null,
  longestGapMs: 0,
  stallMs: 0,
  missed: 0,
  badPages: 0,
}

/** The log after one more beat, heard at `heardMs`. A beat that is older than the last is an echo and changes nothing. */
export const hearBeat = (log: HeartbeatLog, beat: Heartbeat, heardMs: number): HeartbeatLog => {
  const { last } = log
  const badPages = Math.max(log.badPages, beat.badPages)
  if (last === null) return { ...log, beats: 1, last: { ...beat, heardMs }, badPages }
  if (beat.sequence <= last.sequence) return log
  const gapMs = Math.max(0, heardMs - last.heardMs)
  return {
    beats: log.beats + 1,
    last: { ...beat, heardMs },
    longestGapMs: Math.max(log.longestGapMs, gapMs),
    stallMs: log.stallMs + (gapMs > STALL_MS ? gapMs - BEAT_MS : 0),
    missed: log.missed + beat.sequence - last.sequence - 1,
    badPages,
  }
}

/** How long the guest has been silent at `nowMs`, if that is the longest gap so far: a guest that hangs has no next beat. */
export const longestSilenceMs = ({ last, longestGapMs }: HeartbeatLog, nowMs: number): number =>
  last === null ? longestGapMs : Math.max(longestGapMs, nowMs - last.heardMs)
