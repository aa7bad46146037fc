import type { Clock } from '../../src/main/ports/clock.ts'

interface Due {
  atMs: number
  readonly everyMs: number | null
  readonly task: () => void
}

/** Time that passes only by `advance`. */
export class FakeClock implements Clock {
  #nowMs: number
  readonly #due = new Set<Due>()

  constructor(startMs = Date.UTC(2026, 0, 1)) {
    this.#nowMs = startMs
  }

  now(): number {
    return this.#nowMs
  }

  every(ms: number, task: () => void): () => void {
    return this.#add({ atMs: this.#nowMs + ms, everyMs: ms, task })
  }

  wait(ms: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal.aborted) {
        reject(signal.reason)
        return
      }
      const onAbort = () => {
        forget()
        reject(signal.reason)
      }
      const task = () => {
        signal.removeEventListener('abort', onAbort)
        resolve()
      }
      const forget = this.#add({ atMs: this.#nowMs + Math.max(ms, 0), everyMs: null, task })
      signal.addEventListener('abort', onAbort, { once: true })
    })
  }

  /** How many waits and intervals are under way: none when all that was started has been stopped. */
  get pending(): number {
    return this.#due.size
  }

  /** Lets `ms` pass: runs what falls due in order and lets each step's consequences settle before the next. */
  async advance(ms: number): Promise<void> {
    const endMs = this.#nowMs + ms
    await settled()
    for (let next = this.#next(endMs); next; next = this.#next(endMs)) {
      this.#nowMs = next.atMs
      if (next.everyMs === null) this.#due.delete(next)
      else next.atMs += Math.max(next.everyMs, 1)
      next.task()
      await settled()
    }
    this.#nowMs = endMs
  }

  #add(due: Due): () => void {
    this.#due.add(due)
    return () => this.#due.delete(due)
  }

  #next(endMs: number): Due | undefined {
    let first: Due | undefined
    for (const due of this.#due) if (due.atMs <= endMs && (!first || due.atMs < first.atMs)) first = due
    return first
  }
}

/** Resolves after all promise reactions that are ready now and those they make ready. */
const settled = () => new Promise<void>(resolve => setImmediate(resolve))
