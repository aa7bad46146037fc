import type { MigrationFact } from './migration-fact.ts'

type Timeless<E> = E extends unknown ? Omit<E, 'atMs'> : never

/** The clock of a simulated migration, and what it has to report and not told yet. */
export class ReportBook {
  readonly #startedAtMs: number
  readonly #reportMs: number
  #elapsedMs = 0
  #sinceReportMs = 0
  #facts: MigrationFact[] = []

  /** Progress is due every `reportMs`. */
  constructor(startedAtMs: number, reportMs: number) {
    this.#startedAtMs = startedAtMs
    this.#reportMs = reportMs
  }

  get elapsedMs(): number {
    return this.#elapsedMs
  }

  get isEmpty(): boolean {
    return this.#facts.length === 0
  }

  get isProgressDue(): boolean {
    return this.#sinceReportMs >= this.#reportMs
  }

  /** Lets time go by. */
  pass(ms: number): void {
    this.#elapsedMs += ms
    this.#sinceReportMs += ms
  }

  /** Reports something at the present time. */
  tell(fact: Timeless<MigrationFact>): void {
    this.#sinceReportMs = 0
    this.#facts.push({ ...fact, atMs: this.#startedAtMs + this.#elapsedMs } as MigrationFact)
  }

  /** What is not told yet, oldest first. */
  take(): readonly MigrationFact[] {
    const facts = this.#facts
    this.#facts = []
    return facts
  }
}
