import type { MigratingPages } from './migrating-pages.ts'
import type { ReportBook } from './report-book.ts'

interface EndedRound {
  readonly live: boolean
  readonly dirtiedPages: number
  /** Of a round that was ended before everything was sent. */
  readonly unsentPages?: number
}

/** Tells how the passes over a guest's memory go: rounds, then the push after a switch. */
export class PassReports {
  readonly #pages: MigratingPages
  readonly #book: ReportBook
  #reported = 0
  #pass = { startedAtMs: 0, pages: 0, bytes: 0 }

  constructor(pages: MigratingPages, book: ReportBook) {
    this.#pages = pages
    this.#book = book
  }

  /** A pass begins now. */
  begin(): void {
    const { pagesSent: pages, bytesSent: bytes } = this.#pages
    this.#pass = { startedAtMs: this.#book.elapsedMs, pages, bytes }
  }

  /** Of the round under way, from 1. */
  get round(): number {
    return this.#reported + 1
  }

  /** Since the pass under way began. */
  get sinceMs(): number {
    return this.#book.elapsedMs - this.#pass.startedAtMs
  }

  tellProgress(): void {
    this.#book.tell({
      kind: 'round-progress',
      round: this.round,
      sentPages: this.#pages.pagesSent - this.#pass.pages,
      dirtiedPages: this.#pages.dirtied,
      remainingPages: this.#pages.unsent,
    })
  }

  tellEnd(ended: EndedRound): void {
    const { pages, bytes } = this.#pass
    this.#book.tell({
      kind: 'round-ended',
      ...ended,
      round: this.round,
      sentPages: this.#pages.pagesSent - pages,
      bytesSent: this.#pages.bytesSent - bytes,
      ms: this.sinceMs,
    })
    this.#reported++
  }

  tellPush(): void {
    const { waits, pagesSent, unsent } = this.#pages
    if (waits === null) return
    const { stallMs, longestGapMs } = waits
    this.#book.tell({
      kind: 'post-copy-progress',
      pushedPages: pagesSent - this.#pass.pages - waits.faults,
      demandFaults: waits.faults,
      remainingPages: unsent,
      stallMs: waits.lostMs,
      ...(longestGapMs !== null && { heartbeat: { stallMs, longestGapMs } }),
    })
  }
}
