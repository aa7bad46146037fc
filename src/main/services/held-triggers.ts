/** Why a trigger that fired moved nothing. */
export type Hindrance =
  | 'immovable'
  | 'resting'
  | 'host-busy'
  | 'link-busy'
  | 'no-destination'
  | 'restrained'
  | 'estimated'
  | 'failed'

/** What keeps a trigger from acting, and the sentence that says so. */
export interface Obstacle {
  readonly hindrance: Hindrance
  readonly reason: string
}

/** Pool time between two looks whether a hindrance is gone, ms: the pool is asked for destinations then. A guess. */
const RETRY_MS = 30_000

interface Held {
  /** Null while it is being tried. */
  readonly hindrance: Hindrance | null
  readonly triedMs: number
}

/** Triggers that fired, could not act and still hold, by VM: tried again, so that none stays silent until it re-arms. */
export class HeldTriggers {
  readonly #held = new Map<string, Held>()

  isDue(vmId: string, nowMs: number): boolean {
    const held = this.#held.get(vmId)
    return held !== undefined && held.hindrance !== null && nowMs - held.triedMs >= RETRY_MS
  }

  /** It is being tried from now on; returns what hindered it the time before, null the first time. */
  try(vmId: string, nowMs: number): Hindrance | null {
    const before = this.#held.get(vmId)?.hindrance ?? null
    this.#held.set(vmId, { hindrance: null, triedMs: nowMs })
    return before
  }

  /** What was tried came to nothing, unless its trigger has been released meanwhile. */
  hinder(vmId: string, hindrance: Hindrance): void {
    const held = this.#held.get(vmId)
    if (held) this.#held.set(vmId, { ...held, hindrance })
  }

  /** Its trigger acted or holds no longer. */
  release(vmId: string): void {
    this.#held.delete(vmId)
  }
}
