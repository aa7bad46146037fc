import { connect, type Socket } from 'node:net'
import {
  type HeartbeatLog,
  hearBeat,
  longestSilenceMs,
  readHeartbeats,
  silentHeartbeat,
} from './heartbeat.ts'

/** How often a socket that is not there yet is tried: a destination's comes with its QEMU. */
const RETRY_MS = 50

/** Listens to a guest's heartbeat at its source and at its destination: whichever port the guest has, it is heard. */
export class GuestPulse {
  readonly #sockets = new Map<string, Socket>()
  readonly #timers = new Set<NodeJS.Timeout>()
  #log: HeartbeatLog = silentHeartbeat
  #sinceMark: HeartbeatLog | null = null
  #rest = ''
  #isClosed = false

  constructor(paths: readonly string[]) {
    for (const path of paths) this.#listen(path)
  }

  /** All that was heard; the longest gap is the silence that lasts, if that is longer. */
  get summary(): Omit<HeartbeatLog, 'last'> {
    const { last, ...log } = this.#log
    return { ...log, longestGapMs: longestSilenceMs(this.#log, last === null ? 0 : performance.now()) }
  }

  /** Time in which the guest worked late or not at all since `mark`, and its longest gap; null while no beat was heard since. */
  get gapsSinceMark(): Pick<HeartbeatLog, 'stallMs' | 'longestGapMs'> | null {
    if (this.#sinceMark === null || this.#sinceMark.beats === 0) return null
    const { stallMs, longestGapMs } = this.#sinceMark
    return { stallMs, longestGapMs }
  }

  /** The guest runs again from now on: what it waits for now is told apart from its pause. */
  mark(): void {
    const { last } = this.#log
    if (last !== null) this.#sinceMark = { ...silentHeartbeat, last: { ...last, heardMs: performance.now() } }
  }

  close(): void {
    this.#isClosed = true
    for (const timer of this.#timers) clearTimeout(timer)
    for (const socket of this.#sockets.values()) socket.destroy()
  }

  #listen(path: string): void {
    if (this.#isClosed) return
    const socket = connect(path)
    this.#sockets.set(path, socket)
    socket.setEncoding('utf8')
    socket.on('data', (piece: string) => this.#hear(piece))
    socket.on('error', () => undefined)
    socket.on('close', () => this.#retry(path))
  }

  #hear(piece: string): void {
    const { beats, rest } = readHeartbeats(this.#rest, piece)
    this.#rest = rest
    const nowMs = performance.now()
    for (const beat of beats) {
      this.#log = hearBeat(this.#log, beat, nowMs)
      if (this.#sinceMark !== null) this.#sinceMark = hearBeat(this.#sinceMark, beat, nowMs)
    }
  }

  #retry(path: string): void {
    if (this.#isClosed) return
    const timer = setTimeout(() => {
      this.#timers.delete(timer)
      this.#listen(path)
    }, RETRY_MS)
    this.#timers.add(timer)
  }
}
