import type { PageOrder } from '../../../shared/model/migration-command.ts'
import { PageSet } from '../numeric/page-set.ts'
import type { PageSender } from './page-sender.ts'
import { liveRegions } from './page-walk.ts'

/** The passes over memory: what the running one still has to send, and what has been dirtied since it began. */
export class PageRounds {
  readonly #sender: PageSender
  readonly #leastMs: number
  #sending: PageSet
  #dirty: PageSet
  #number = 1
  #ms = 0
  #pages: number
  #bytesBefore = 0
  #order: PageOrder | null = null

  /** Round 1 sends every page. A round lasts `leastMs` at least: the destination confirms it. */
  constructor(pages: number, sender: PageSender, leastMs: number) {
    this.#sender = sender
    this.#leastMs = leastMs
    this.#sending = new PageSet(pages)
    this.#sending.fill()
    this.#dirty = new PageSet(pages)
    this.#pages = pages
  }

  get number(): number {
    return this.#number
  }

  /** Pages dirtied since the running round began; after the switch, those missing at the destination. */
  get dirty(): PageSet {
    return this.#dirty
  }

  get remainingPages(): number {
    return this.#sending.size
  }

  get isDone(): boolean {
    return this.#sending.size === 0 && this.#ms >= this.#leastMs - 1e-9
  }

  /** Sends for at most `ms`; returns the ms used. */
  step(ms: number): number {
    const used =
      this.#sending.size > 0
        ? this.#sender.send(this.#sending, ms)
        : Math.min(ms, Math.max(0, this.#leastMs - this.#ms))
    this.#ms += used
    return used
  }

  /** From the next round on pages go in this order: coldest first, what is written soon again goes as late as it can. */
  arrange(order: PageOrder): void {
    this.#order = order
  }

  /** Begins the next round: it sends what is dirty, and the log starts empty. */
  next(): void {
    const emptied = this.#sending
    this.#sending = this.#dirty
    this.#dirty = emptied
    this.#dirty.clear()
    this.#number++
    this.#ms = 0
    this.#pages = this.#sending.size
    this.#bytesBefore = this.#sender.bytesSent
    this.#sender.rewind(
      this.#order && { regions: liveRegions(this.#order), regionPages: this.#order.regionPages },
    )
    this.#order = null
  }

  /** The running round's figures, as `round-ended` carries them. */
  result() {
    return {
      round: this.#number,
      sentPages: this.#pages,
      dirtiedPages: this.#dirty.size,
      bytesSent: this.#sender.bytesSent - this.#bytesBefore,
      ms: this.#ms,
    }
  }

  /** The running round's figures, as `round-progress` carries them. */
  progress() {
    const remainingPages = this.#sending.size
    return {
      round: this.#number,
      sentPages: this.#pages - remainingPages,
      dirtiedPages: this.#dirty.size,
      remainingPages,
    }
  }
}
