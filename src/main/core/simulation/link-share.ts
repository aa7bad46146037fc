import type { MigrationPath } from './migration-path.ts'
import type { NetworkPath } from './network-path.ts'

/** The part of a link that is one migration's for the time being: dealt anew while others send. */
export class LinkShare implements MigrationPath {
  readonly #link: NetworkPath
  #part = 1

  constructor(link: NetworkPath) {
    this.#link = link
  }

  get latencyMs(): number {
    return this.#link.latencyMs
  }

  /** Of the link for itself. */
  get usualBytesPerMs(): number {
    return this.#link.usualBytesPerMs
  }

  /** Gives it this part of what it would get for itself, 0..1. */
  deal(part: number): void {
    this.#part = part
  }

  /** What part of the link for itself so many bytes/s are at a time, at most all of it. */
  partOf(bytesPerSecond: number, ms: number): number {
    const perMs = this.#link.bytesPerMsAt(ms)
    return perMs > 0 ? Math.min(1, bytesPerSecond / 1000 / perMs) : 1
  }

  bytesPerMsAt(ms: number, share = 0): number {
    return this.#part * this.#link.bytesPerMsAt(ms, share)
  }

  cutUntil(ms: number): number | null {
    return this.#link.cutUntil(ms)
  }

  isLostAt(ms: number): boolean {
    return this.#link.isLostAt(ms)
  }

  roundTripMs(): number {
    return this.#link.roundTripMs()
  }
}
