import { mix } from '../../core/numeric/random.ts'

const REFERENCE = /OpaqueRef:([0-9a-f]{8})(?=-)/g

/**
 * The look of references on the wire. Inside the lab they never change; outside they differ from pool to pool, and a
 * restarted toolstack shows all of them anew and knows none of the old.
 */
export class WireRefs {
  readonly #pool: number
  #age = 0
  #mask = 0

  constructor(pool: number) {
    this.#pool = pool
    this.#mask = maskOf(pool, 0)
  }

  renew(): void {
    this.#mask = maskOf(this.#pool, ++this.#age)
  }

  /** Exchanges every reference in a text of the lab for that of the wire, or back. */
  exchange(text: string): string {
    const mask = this.#mask
    if (mask === 0) return text
    return text.replace(REFERENCE, (_, digits: string) => {
      const masked = (Number.parseInt(digits, 16) ^ mask) >>> 0
      return `OpaqueRef:${masked.toString(16).padStart(8, '0')}`
    })
  }
}

const maskOf = (pool: number, age: number): number => (pool + age === 0 ? 0 : mix(pool * 65_536 + age))
