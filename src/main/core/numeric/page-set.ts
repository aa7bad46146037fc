/** A set of page numbers 0..capacity-1, one bit each. */
export class PageSet {
  readonly capacity: number
  /** Bit p & 31 of word p >>> 5 stands for page p; who writes it tells `resized`. */
  readonly words: Uint32Array
  #size = 0

  constructor(capacity: number) {
    this.capacity = capacity
    this.words = new Uint32Array(Math.ceil(capacity / 32))
  }

  get size(): number {
    return this.#size
  }

  has(page: number): boolean {
    return ((this.words[page >>> 5] ?? 0) & (1 << (page & 31))) !== 0
  }

  /** Adds a page; true when it was not in the set before. */
  add(page: number): boolean {
    const index = page >>> 5
    const word = this.words[index] ?? 0
    const bit = 1 << (page & 31)
    if ((word & bit) !== 0) return false
    this.words[index] = word | bit
    this.#size++
    return true
  }

  /** Removes a page; true when it was in the set. */
  remove(page: number): boolean {
    const index = page >>> 5
    const word = this.words[index] ?? 0
    const bit = 1 << (page & 31)
    if ((word & bit) === 0) return false
    this.words[index] = word & ~bit
    this.#size--
    return true
  }

  /** The first page at or after `from` and before `before` that is in the set, or -1. */
  next(from: number, before = Number.POSITIVE_INFINITY): number {
    if (from >= before) return -1
    const words = Math.min(this.words.length, Math.ceil(before / 32))
    let index = from >>> 5
    let word = (this.words[index] ?? 0) & (-1 << (from & 31))
    while (word === 0) {
      index++
      if (index >= words) return -1
      word = this.words[index] ?? 0
    }
    const page = index * 32 + 31 - Math.clz32(word & -word)
    return page < before ? page : -1
  }

  /** Accounts for `change` bits set (or cleared, when negative) in `words` directly. */
  resized(change: number): void {
    this.#size += change
  }

  /** Adds every page of `other`, a set of the same capacity. */
  addAll(other: PageSet): void {
    let size = 0
    for (let i = 0; i < this.words.length; i++) {
      const word = (this.words[i] ?? 0) | (other.words[i] ?? 0)
      this.words[i] = word
      size += bitCount(word)
    }
    this.#size = size
  }

  /** Removes every page of `other`, a set of the same capacity. */
  removeAll(other: PageSet): void {
    let size = 0
    for (let i = 0; i < this.words.length; i++) {
      const word = (this.words[i] ?? 0) & ~(other.words[i] ?? 0)
      this.words[i] = word
      size += bitCount(word)
    }
    this.#size = size
  }

  /** Puts every page 0..capacity-1 into the set. */
  fill(): void {
    this.words.fill(0xffffffff)
    const tail = this.capacity & 31
    if (tail !== 0) this.words[this.words.length - 1] = (1 << tail) - 1
    this.#size = this.capacity
  }

  clear(): void {
    this.words.fill(0)
    this.#size = 0
  }
}

/** Bits set in 32 (Warren, Hacker's Delight, figure 5-2). */
const bitCount = (word: number): number => {
  let x = word - ((word >>> 1) & 0x55555555)
  x = (x & 0x33333333) + ((x >>> 2) & 0x33333333)
  return Math.imul((x + (x >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24
}
