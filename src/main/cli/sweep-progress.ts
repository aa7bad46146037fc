import { formatDuration } from '../../shared/units.ts'

const EVERY_MS = 200

/** How far a sweep is, on a terminal's standard error. */
export class SweepProgress {
  readonly #total: number
  readonly #startedAt = performance.now()
  readonly #shown = process.stderr.isTTY === true
  #lastMs = 0

  constructor(total: number) {
    this.#total = total
  }

  done(count: number): void {
    const ms = performance.now() - this.#startedAt
    if (!this.#shown || this.#total < 2 || (ms - this.#lastMs < EVERY_MS && count < this.#total)) return
    this.#lastMs = ms
    const left = formatDuration((ms / count) * (this.#total - count))
    process.stderr.write(`\r${count} of ${this.#total} cases, about ${left} left \u001b[K`)
  }

  end(): void {
    if (this.#shown && this.#lastMs > 0) process.stderr.write('\r\u001b[K')
  }
}
