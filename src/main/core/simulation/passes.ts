import { PageSet } from '../numeric/page-set.ts'
import type { PageTransfer } from './page-transfer.ts'

/** The passes over memory: what the running one still has to send, and what was dirtied since it began. */
export class Passes {
  readonly #transfer: PageTransfer
  #sending: PageSet
  #dirty: PageSet
  #number = 1
  #startedAtMs = 0
  #bytesBefore = 0
  #pagesBefore = 0

  /** Round 1 sends every page. */
  constructor(pages: number, transfer: PageTransfer) {
    this.#transfer = transfer
    this.#sending = new PageSet(pages)
    this.#sending.fill()
    this.#dirty = new PageSet(pages)
  }

  /** Leaves pages out of round 1, which begins now: those that have arrived already, and those that are to follow it. */
  leaveOut(arrived: PageSet, later: PageSet, atMs: number): void {
    for (let page = arrived.next(0); page >= 0; page = arrived.next(page + 1)) this.#sending.remove(page)
    for (let page = later.next(0); page >= 0; page = later.next(page + 1)) {
      this.#sending.remove(page)
      this.#dirty.add(page)
    }
    this.#begin(atMs)
  }

  get sending(): PageSet {
    return this.#sending
  }

  get dirty(): PageSet {
    return this.#dirty
  }

  /** Begins the next round: it sends what is dirty, and the log starts empty. */
  next(atMs: number): void {
    const emptied = this.#sending
    this.#sending = this.#dirty
    this.#dirty = emptied
    this.#dirty.clear()
    this.#number++
    this.#begin(atMs)
    this.#transfer.rewind()
  }

  #begin(atMs: number): void {
    this.#startedAtMs = atMs
    this.#bytesBefore = this.#transfer.bytesSent
    this.#pagesBefore = this.#transfer.pagesSent
  }

  /** Bytes that the running round still has to send, where each page costs what one does that is written. */
  get bytesToSend(): number {
    const { first, again } = this.#transfer.writtenPageBytes
    return this.#sending.size * (this.#number === 1 ? first : again)
  }

  /** The running round's figures, as `round-ended` carries them. */
  result(atMs: number) {
    return {
      round: this.#number,
      sentPages: this.#transfer.pagesSent - this.#pagesBefore,
      dirtiedPages: this.#dirty.size,
      bytesSent: this.#transfer.bytesSent - this.#bytesBefore,
      ms: atMs - this.#startedAtMs,
    }
  }

  /** The running round's figures, as `round-progress` carries them. */
  progress() {
    return {
      round: this.#number,
      sentPages: this.#transfer.pagesSent - this.#pagesBefore,
      dirtiedPages: this.#dirty.size,
      remainingPages: this.#sending.size,
    }
  }
}
