import { waitFor } from './wait-for.ts'

/** After the last hold the lab stays slow for so long, so that moves that follow each other do not flap. */
const LINGER_MS = 2000

/**
 * The lab's time, ms since the epoch: it starts at the wall clock and runs at a speed, except while something holds it
 * to the pace of the wall clock. It never jumps.
 */
export class LabClock {
  readonly #speed: number
  readonly #wallNow: () => number
  readonly #listeners = new Set<(scale: number) => void>()
  #scale: number
  #atWallMs: number
  #atMs: number
  #holds = 0
  #lingering: NodeJS.Timeout | null = null

  constructor(speed: number, wallNow = () => performance.timeOrigin + performance.now()) {
    this.#speed = speed
    this.#scale = speed
    this.#wallNow = wallNow
    this.#atWallMs = wallNow()
    this.#atMs = this.#atWallMs
  }

  readonly now = (): number => this.#atMs + (this.#wallNow() - this.#atWallMs) * this.#scale

  /** Seconds of lab time in a second of wall time, now. */
  get scale(): number {
    return this.#scale
  }

  /** What the scale is when nothing holds it. */
  get speed(): number {
    return this.#speed
  }

  /** Slows the lab down to the wall clock's pace until every hold has been let go, and a little longer. */
  hold(): () => void {
    this.#holds++
    this.#stopLingering()
    this.#setScale(1)
    let isHeld = true
    return () => {
      if (!isHeld) return
      isHeld = false
      this.#holds--
      if (this.#holds === 0 && this.#speed !== 1)
        this.#lingering = setTimeout(() => this.#setScale(this.#speed), LINGER_MS)
    }
  }

  /** Calls `listener` at every change of the scale; returns what ends that. */
  onScale(listener: (scale: number) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** Resolves when `ms` of lab time are over, however its speed changes meanwhile, or as the signal aborts. */
  async wait(ms: number, signal: AbortSignal): Promise<void> {
    const endMs = this.now() + ms
    for (let leftMs = ms; leftMs > 0 && !signal.aborted; leftMs = endMs - this.now())
      await waitFor(leftMs / this.#scale, signal, wake => this.onScale(wake))
  }

  close(): void {
    this.#stopLingering()
    this.#listeners.clear()
  }

  #setScale(scale: number): void {
    if (scale === this.#scale) return
    this.#atMs = this.now()
    this.#atWallMs = this.#wallNow()
    this.#scale = scale
    for (const listener of [...this.#listeners]) listener(scale)
  }

  #stopLingering(): void {
    if (this.#lingering !== null) clearTimeout(this.#lingering)
    this.#lingering = null
  }
}
