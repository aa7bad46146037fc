import type { HostLimit } from './host-limit.ts'
import type { MigrationPath } from './migration-path.ts'

/** What a migration may send: the path's rate within its limit, its host's and its compressor's, and what it takes from other traffic. */
export class Pace {
  readonly #path: MigrationPath
  readonly #until: HostLimit['until']
  #hostPerMs: number
  #limitPerMs = Number.POSITIVE_INFINITY
  #compressedPerMs = Number.POSITIVE_INFINITY
  #priorityShare = 0
  #displacedBytes = 0

  constructor(path: MigrationPath, host: HostLimit | null) {
    this.#path = path
    this.#hostPerMs = host?.bytesPerMs ?? Number.POSITIVE_INFINITY
    this.#until = host?.until ?? 'end'
  }

  /** Bytes per ms within the host's limit, while nothing is cut and nothing varies. */
  get usualBytesPerMs(): number {
    return Math.min(this.#hostPerMs, this.#path.usualBytesPerMs)
  }

  get #mostPerMs(): number {
    return Math.min(this.#limitPerMs, this.#hostPerMs, this.#compressedPerMs)
  }

  /** Bytes of other traffic that had to wait for priority bandwidth. */
  get displacedBytes(): number {
    return this.#displacedBytes
  }

  /** What it would take of any path; Infinity: no limit. */
  get limitBytesPerSecond(): number {
    return this.#mostPerMs * 1000
  }

  /** Null: no limit. */
  limit(bytesPerSecond: number | null): void {
    this.#limitPerMs = bytesPerSecond === null ? Number.POSITIVE_INFINITY : bytesPerSecond / 1000
  }

  /** The guest stands still at its source: a host may let go of its limit. */
  pause(): void {
    if (this.#until === 'pause') this.#hostPerMs = Number.POSITIVE_INFINITY
  }

  /** What is sent has to be compressed first, which yields so many bytes a ms. */
  compress(bytesPerMs: number): void {
    this.#compressedPerMs = bytesPerMs
  }

  /** Pushes this share of other traffic aside, 0..1. */
  prioritise(share: number): void {
    this.#priorityShare = share
  }

  /** Bytes per ms that go over at a time. */
  bytesPerMsAt(ms: number): number {
    return Math.min(this.#mostPerMs, this.#path.bytesPerMsAt(ms, this.#priorityShare))
  }

  /** Bytes that go over in a slice of time. */
  bytesIn(startMs: number, ms: number): number {
    const middleMs = startMs + ms / 2
    const share = this.#priorityShare
    const perMs = this.bytesPerMsAt(middleMs)
    if (share > 0) this.#displacedBytes += Math.max(0, perMs - this.#path.bytesPerMsAt(middleMs)) * ms
    return perMs * ms
  }
}
