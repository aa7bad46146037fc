import type { PageSet } from '../numeric/page-set.ts'
import { NO_CLASS, type PageLayout } from './page-layout.ts'
import type { WriteSchedule } from './write-schedule.ts'

/** What a page costs on the link, bytes. Index `NO_CLASS` holds the cost of pages that nobody writes. */
export interface PageCosts {
  readonly zero: number
  /** The first time a page of class i is sent. */
  readonly first: Float64Array
  /** Every later time: with delta compression less than the first. */
  readonly again: Float64Array
}

/** What a page costs on the link whoever writes it, bytes: one of zeros, any other the first time and later. */
export interface PageBytes {
  readonly zero: number
  readonly first: number
  readonly again: number
}

/** The same costs for every class. */
export const evenCosts = ({ zero, first, again }: PageBytes): PageCosts => ({
  zero,
  first: new Float64Array(NO_CLASS + 1).fill(first),
  again: new Float64Array(NO_CLASS + 1).fill(again),
})

/** Every page but those of zeros costs the same, however often it is sent. */
export const plainCosts = (pageBytes: number, zeroBytes: number): PageCosts =>
  evenCosts({ zero: zeroBytes, first: pageBytes, again: pageBytes })

/** Regions of equally many pages, a multiple of 32, in the order in which they are sent. */
export interface SendOrder {
  readonly regionPages: number
  readonly regions: Int32Array
  /**
   * Whether the dirty log of a region is read and cleared just before the region is sent, so that writes before that do
   * not count; otherwise it is read for all of memory between two rounds.
   */
  readonly clearsLog: boolean
}

const ADDRESS_ORDER_REGION_PAGES = 4096

/** Every region in address order, as stock hypervisors send. */
const addressOrder = (pages: number): SendOrder => ({
  regionPages: ADDRESS_ORDER_REGION_PAGES,
  regions: Int32Array.from({ length: Math.ceil(pages / ADDRESS_ORDER_REGION_PAGES) }, (_, i) => i),
  clearsLog: false,
})

/** In place of the version of a page that the destination does not hold at all. */
export const NEVER = 0xffff

const ALL = 0xffffffff

/** 1 for each word of 32 pages that nobody writes and that hold something: one costs what the other does. */
const plainWordsOf = ({ pages, spans, zeroSpans }: PageLayout): Uint8Array => {
  const plain = new Uint8Array(Math.ceil(pages / 32)).fill(1)
  for (const { start, pages: length } of [...spans.flat(), ...zeroSpans])
    plain.fill(0, start >>> 5, ((start + length - 1) >>> 5) + 1)
  return plain
}

interface Words {
  readonly from: number
  readonly to: number
}

/** Copies pages from the source's memory to the destination's, and counts what that costs. */
export class PageTransfer {
  /** Version that the destination holds of each page, or `NEVER`. */
  readonly destination: Uint16Array
  /** Pages sent by class while the guest did not run at its source. */
  readonly sentByClass = new Float64Array(NO_CLASS + 1)
  readonly #memory: WriteSchedule
  readonly #costs: PageCosts
  readonly #plainWords: Uint8Array
  #order: SendOrder
  #at = 0
  #word = 0
  #credit = 0
  #bytesSent = 0
  #pagesSent = 0
  #writtenAtDestination = 0

  constructor(memory: WriteSchedule, costs: PageCosts) {
    this.#memory = memory
    this.#costs = costs
    this.destination = new Uint16Array(memory.layout.pages).fill(NEVER)
    this.#plainWords = plainWordsOf(memory.layout)
    this.#order = addressOrder(memory.layout.pages)
  }

  get bytesSent(): number {
    return this.#bytesSent
  }

  /** Pages sent so far, repeats counted. */
  get pagesSent(): number {
    return this.#pagesSent
  }

  /** What a page that is written costs, the first time and later. */
  get writtenPageBytes(): { readonly first: number; readonly again: number } {
    return { first: this.#costs.first[0] ?? 0, again: this.#costs.again[0] ?? 0 }
  }

  /** Begins again, in this order if one is given. */
  rewind(order: SendOrder = this.#order): void {
    this.#order = order
    this.#at = 0
    this.#word = 0
  }

  /**
   * Sends pages of `waiting` for `bytes` more, on from where it stopped and round the end of memory, and takes them out;
   * returns the bytes it had no page for. A page that was written meanwhile goes into `dirtied`. A page that costs more
   * than was left is paid out of the next call.
   */
  send(waiting: PageSet, dirtied: PageSet | null, bytes: number): number {
    this.#credit += bytes
    const { regions, regionPages, clearsLog } = this.#order
    const wordsPerRegion = regionPages >>> 5
    while (this.#credit > 0 && waiting.size > 0) {
      if (this.#at >= regions.length) this.rewind()
      const first = (regions[this.#at] ?? 0) * wordsPerRegion
      const last = Math.min(first + wordsPerRegion, waiting.words.length)
      if (clearsLog && dirtied !== null && this.#word === 0) this.#clear(waiting, first * 32, last * 32)
      const word = this.#sendWords(waiting, dirtied, { from: first + this.#word, to: last })
      this.#word = word - first
      if (word < last) break
      this.#at++
      this.#word = 0
    }
    if (this.#credit <= 0) return 0
    const unused = this.#credit
    this.#credit = 0
    return unused
  }

  /** Forgets writes to pages that are about to be sent; those of other pages stay in the log. */
  #clear(waiting: PageSet, from: number, to: number): void {
    for (let page = waiting.next(from, to); page >= 0; page = waiting.next(page + 1, to))
      this.#memory.look(page)
  }

  /**
   * Sends the pages of some words while there is credit; returns the first word that is not done. Half of all simulation
   * time is spent here: hence one loop over local names.
   */
  #sendWords(waiting: PageSet, dirtied: PageSet | null, { from, to }: Words): number {
    const memory = this.#memory
    const { versions, nextWrites, passed } = memory
    const { classOf } = memory.layout
    const { destination, sentByClass } = this
    const { words } = waiting
    const { zero, first, again } = this.#costs
    let credit = this.#credit
    let taken = 0
    const plain = this.#plainWords
    let word = from
    while (word < to) {
      if (plain[word] === 1 && words[word] === ALL) {
        const run = this.#sendPlainRun(words, { from: word, to }, credit)
        if (run > 0) {
          const pages = run * 32
          if (dirtied === null) sentByClass[NO_CLASS] = (sentByClass[NO_CLASS] ?? 0) + pages
          credit -= pages * (first[NO_CLASS] ?? 0)
          taken += pages
          word += run
          continue
        }
      }
      let bits = words[word] ?? 0
      while (bits !== 0 && credit > 0) {
        const bit = bits & -bits
        bits ^= bit
        taken++
        const page = word * 32 + 31 - Math.clz32(bit)
        const index = classOf[page] ?? NO_CLASS
        if (index !== NO_CLASS && dirtied !== null && (nextWrites[page] ?? 0) <= (passed[index] ?? 0)) {
          memory.lookIn(page, index)
          dirtied.add(page)
        }
        const version = versions[page] ?? 0
        if (version === 0) credit -= zero
        else credit -= (destination[page] === NEVER ? first[index] : again[index]) ?? 0
        destination[page] = version
        if (dirtied === null) sentByClass[index] = (sentByClass[index] ?? 0) + 1
      }
      words[word] = bits
      if (credit <= 0) break
      word++
    }
    waiting.resized(-taken)
    this.#bytesSent += this.#credit - credit
    this.#credit = credit
    this.#pagesSent += taken
    return word < to && words[word] === 0 ? word + 1 : word
  }

  /** Sends plain words in a row, every page of which is waiting, as far as they surely go over for this credit; returns how many. */
  #sendPlainRun(words: Uint32Array, { from, to }: Words, credit: number): number {
    const pageBytes = this.#costs.first[NO_CLASS] ?? 0
    if (pageBytes !== this.#costs.again[NO_CLASS]) return 0
    const most = pageBytes > 0 ? Math.min(to - from, Math.ceil(credit / (32 * pageBytes)) - 1) : to - from
    let run = 0
    while (run < most && this.#plainWords[from + run] === 1 && words[from + run] === ALL) run++
    const [firstPage, lastPage] = [from * 32, (from + run) * 32]
    this.destination.set(this.#memory.versions.subarray(firstPage, lastPage), firstPage)
    words.fill(0, from, from + run)
    return run
  }

  /** Sends one page out of turn, on the account of the next `send`; returns its bytes. */
  sendNow(waiting: PageSet, page: number): number {
    if (!waiting.remove(page)) return 0
    const version = this.#memory.versions[page] ?? 0
    const index = this.#memory.layout.classOf[page] ?? NO_CLASS
    const { zero, first, again } = this.#costs
    const known = this.destination[page] !== NEVER
    const bytes = version === 0 ? zero : ((known ? again : first)[index] ?? 0)
    this.destination[page] = version
    this.#credit -= bytes
    this.#bytesSent += bytes
    this.#pagesSent++
    this.sentByClass[index] = (this.sentByClass[index] ?? 0) + 1
    return bytes
  }

  /** The guest, now at the destination, writes a page that has arrived. */
  writeAtDestination(page: number): void {
    this.destination[page] = (this.destination[page] ?? 0) + 1
    this.#writtenAtDestination++
  }

  /** Writes to pages at the destination that were told of. */
  get writtenAtDestination(): number {
    return this.#writtenAtDestination
  }

  /** Pages that come to the destination from elsewhere, as the source holds them: time and bytes are the caller's account. */
  bring(pages: PageSet): void {
    for (let page = pages.next(0); page >= 0; page = pages.next(page + 1))
      this.destination[page] = this.#memory.versions[page] ?? 0
    this.#pagesSent += pages.size
  }

  /** Counts bytes that are no pages and whose time the caller accounts for itself. */
  count(bytes: number): void {
    this.#bytesSent += bytes
  }
}
