import type { DiskCopy } from './disk-copy.ts'
import type { MigratingPages } from './migrating-pages.ts'
import { Pace } from './pace.ts'
import type { SimulatedMigrationPlan } from './simulated-plan.ts'

/** Of a round without a page. */
const SHORTEST_SLICE_MS = 1e-3

/**
 * What a migration sends over its link: pages, at the pace that path, limits and compressor leave, behind what a live guest
 * writes to a disk of its own. Times are ms since the migration's start.
 */
export class Outflow {
  readonly #pages: MigratingPages
  readonly #pace: Pace
  readonly #compressor: SimulatedMigrationPlan['compressor']
  /** Copied and then mirrored until the guest pauses; null: nothing is, or no longer. */
  #disk: DiskCopy | null

  constructor({ pages, path, disk, compressor, limit }: SimulatedMigrationPlan) {
    this.#pages = pages
    this.#pace = new Pace(path, limit)
    this.#disk = disk
    this.#compressor = compressor
  }

  /** How long a pass over what is unsent usually takes. */
  get passMs(): number {
    return this.#pages.unsentBytes / Math.min(this.#pace.usualBytesPerMs, this.#compressedPerMs())
  }

  /** What the link gives it while nothing is cut and nothing varies. */
  get usualBytesPerSecond(): number {
    return this.#pace.usualBytesPerMs * 1000
  }

  /** What it would send at most of any link. */
  get demandBytesPerSecond(): number {
    return this.#pace.limitBytesPerSecond
  }

  /** Bytes of other traffic that had to wait for priority bandwidth. */
  get displacedBytes(): number {
    return this.#pace.displacedBytes
  }

  /** Whether what the guest writes to its disk goes over as well. */
  get mirrors(): boolean {
    return this.#disk !== null
  }

  /** Null: no limit. */
  limit(bytesPerSecond: number | null): void {
    this.#pace.limit(bytesPerSecond)
  }

  /** Pushes this share of other traffic aside, 0..1. */
  prioritise(share: number): void {
    this.#pace.prioritise(share)
  }

  /** The guest stands still from here on, or runs elsewhere: it writes nothing more to be mirrored. */
  pause(): void {
    this.#disk = null
    this.#pace.pause()
  }

  /** Goes on at the rate at which the pages at hand can be compressed. */
  compress(): void {
    if (this.#pages.unsent > 0) this.#pace.compress(this.#compressedPerMs())
  }

  /** What the compressor yields: as much less than it takes in as the pages at hand shrink. */
  #compressedPerMs(): number {
    const { unsent, unsentBytes } = this.#pages
    if (this.#compressor === null || unsent === 0) return Number.POSITIVE_INFINITY
    return (this.#compressor.bytesPerMs * unsentBytes) / (unsent * this.#compressor.pageBytes)
  }

  /** What is unsent takes this long at the link's present rate. */
  unsentMs(atMs: number): number {
    const perMs = this.#pace.bytesPerMsAt(atMs)
    return perMs > 0 ? this.#pages.unsentBytes / perMs : Number.POSITIVE_INFINITY
  }

  /** The longest slice that does not go beyond the last unsent page. */
  msToEnd(atMs: number): number {
    return Math.max(SHORTEST_SLICE_MS, this.unsentMs(atMs))
  }

  /** Sends for `ms` what the disk asks for and no page; what is not sent displaces nothing. */
  sendDisk(atMs: number, ms: number): void {
    if (this.#disk !== null) this.#bytesIn(atMs, ms)
  }

  /** Sends for `ms`; returns how long it took, less where nothing was left to send. */
  send(atMs: number, ms: number): number {
    const bytes = this.#bytesIn(atMs, ms)
    const unused = this.#pages.send(bytes)
    return bytes > 0 && this.#pages.unsent === 0 ? ms * (1 - unused / bytes) : ms
  }

  /** Bytes that the link has for pages: the disk's go first. */
  #bytesIn(atMs: number, ms: number): number {
    const bytes = this.#pace.bytesIn(atMs, ms)
    return this.#disk === null ? bytes : this.#disk.run({ atMs, ms, bytes })
  }
}
