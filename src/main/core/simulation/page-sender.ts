import type { PageSet } from '../numeric/page-set.ts'
import { bytesOfPage, type Link } from './link.ts'
import { PageWalk } from './page-walk.ts'

/** Copies pages from the source's memory to the destination's at the pace of a link. */
export class PageSender {
  readonly destination: Uint32Array
  readonly #source: Uint32Array
  readonly #walk = new PageWalk()
  #bytesPerMs: number
  #credit = 0
  #bytesSent = 0
  #pagesSent = 0

  constructor(source: Uint32Array, link: Link) {
    this.#source = source
    this.destination = new Uint32Array(source.length)
    this.#bytesPerMs = link.bytesPerSecond / 1000
  }

  get bytesSent(): number {
    return this.#bytesSent
  }

  /** Pages copied so far, repeats counted. */
  get pagesSent(): number {
    return this.#pagesSent
  }

  /** Ms that `bytes` take on the link. */
  msFor(bytes: number): number {
    return bytes / this.#bytesPerMs
  }

  /** Sends at this rate from now on. */
  pace(bytesPerSecond: number): void {
    this.#bytesPerMs = bytesPerSecond / 1000
  }

  /** Begins another pass, through these regions if any are given. */
  rewind(order: { readonly regions: readonly number[]; readonly regionPages: number } | null = null): void {
    if (order === null) this.#walk.rewind()
    else this.#walk.through(order.regions, order.regionPages)
  }

  /**
   * Sends pages of `waiting` in the order of the pass for at most `ms` and takes them out; returns the ms used, which is less
   * only when `waiting` ran empty. A page that does not end in time is paid for out of the next call.
   */
  send(waiting: PageSet, ms: number): number {
    this.#credit += ms * this.#bytesPerMs
    if (this.#credit <= 0) return ms
    for (let page = this.#walk.next(waiting); this.#credit > 0 && page >= 0; page = this.#walk.next(waiting))
      this.copy(waiting, page)
    if (waiting.size > 0 || this.#credit <= 0) return ms
    const unused = this.#credit / this.#bytesPerMs
    this.#credit = 0
    return Math.max(0, ms - unused)
  }

  /** Sends one page at once, on the account of the next `send`. */
  copy(waiting: PageSet, page: number): void {
    const version = this.#source[page] ?? 0
    this.destination[page] = version
    waiting.remove(page)
    const bytes = bytesOfPage(version)
    this.#credit -= bytes
    this.#bytesSent += bytes
    this.#pagesSent++
  }

  /** Counts bytes that are no pages and whose time the caller accounts for itself. */
  count(bytes: number): void {
    this.#bytesSent += bytes
  }
}
