import type { Breach } from '../../shared/model/breach.ts'

/** A figure that is over its limit at this moment. */
export type Excess = Pick<Breach, 'subject' | 'subjectId' | 'subjectName' | 'feature' | 'unit' | 'limit'> & {
  readonly value: number
}

/** Makes breaches of what each second says is over its limit: told when one begins and again, with its peak, when it ends. */
export class BreachBook {
  readonly #onBreach: (breach: Breach) => void
  /** By connection, then by subject and feature. */
  readonly #open = new Map<string, Map<string, Breach>>()

  constructor(onBreach: (breach: Breach) => void) {
    this.#onBreach = onBreach
  }

  /** Everything of one pool that is over its limit at `atMs`; what is not among it any more has ended. */
  see(connectionId: string, atMs: number, excesses: readonly Excess[]): void {
    const before = this.#open.get(connectionId) ?? new Map<string, Breach>()
    const now = new Map<string, Breach>()
    for (const { value, ...excess } of excesses) {
      const key = `${excess.subjectId} ${excess.feature}`
      const known = now.get(key) ?? before.get(key)
      if (known) now.set(key, { ...known, peak: Math.max(known.peak, value) })
      else {
        const breach = {
          ...excess,
          id: crypto.randomUUID(),
          connectionId,
          peak: value,
          fromMs: atMs,
          untilMs: null,
        }
        now.set(key, breach)
        this.#onBreach(breach)
      }
    }
    for (const [key, breach] of before) if (!now.has(key)) this.#onBreach({ ...breach, untilMs: atMs })
    this.#open.set(connectionId, now)
  }
}
