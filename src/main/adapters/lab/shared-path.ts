import type { MigrationPath } from '../../core/simulation/migration-path.ts'

/** What of a network is one migration's for the time being. */
export interface LinkShare {
  /** Among migrations, bytes/s. */
  readonly bytesPerSecond: number
  /** Part of it that the VMs of its hosts take, 0..1. */
  readonly competingRatio: number
}

/** The way of one migration through the lab's network: its share is dealt anew all the time, and a test may cut it. */
export class SharedPath implements MigrationPath {
  readonly latencyMs: number
  readonly usualBytesPerMs: number
  #share: LinkShare
  #isCut = false

  constructor(link: { readonly bytesPerSecond: number; readonly roundTripMs: number }) {
    this.latencyMs = link.roundTripMs
    this.usualBytesPerMs = link.bytesPerSecond / 1000
    this.#share = { bytesPerSecond: link.bytesPerSecond, competingRatio: 0 }
  }

  get isCut(): boolean {
    return this.#isCut
  }

  deal(share: LinkShare): void {
    this.#share = share
  }

  cut(): void {
    this.#isCut = true
  }

  mend(): void {
    this.#isCut = false
  }

  bytesPerMsAt(_ms: number, share = 0): number {
    if (this.#isCut) return 0
    const { bytesPerSecond, competingRatio } = this.#share
    return (bytesPerSecond / 1000) * (1 - competingRatio * (1 - share))
  }

  cutUntil(): number | null {
    return this.#isCut ? Number.POSITIVE_INFINITY : null
  }

  /** A host that cannot send notices at once. */
  isLostAt(): boolean {
    return this.#isCut
  }

  roundTripMs(): number {
    return this.latencyMs
  }
}
