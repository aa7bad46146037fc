import type { SampleBatch } from './sample-rows.ts'
import type { Fact } from './store-protocol.ts'

/**
 * What waits for the store's thread. Samples are bounded: past `maxSamples` the oldest batches are dropped and
 * `onDropping` is told once, until the queue has been taken. Facts are never dropped; a later one of the same id
 * takes an earlier one's place.
 */
export class WriteQueue {
  private readonly maxSamples: number
  private readonly onDropping: () => void
  private batches: SampleBatch[] = []
  private samples = 0
  private isDropping = false
  private facts = new Map<string, Fact>()

  constructor(maxSamples: number, onDropping: () => void) {
    this.maxSamples = maxSamples
    this.onDropping = onDropping
  }

  addSamples(batch: SampleBatch): void {
    this.batches.push(batch)
    this.samples += batch.atMs.length
    while (this.samples > this.maxSamples && this.batches.length > 1) {
      this.samples -= this.batches.shift()?.atMs.length ?? 0
      if (!this.isDropping) this.onDropping()
      this.isDropping = true
    }
  }

  addFact(fact: Fact): void {
    const key = `${fact.table} ${fact.id}`
    if (fact.table === 'decision' && this.facts.has(key)) return
    this.facts.set(key, fact)
  }

  /** Everything that waits, or undefined; the queue is empty afterwards. */
  take(): { readonly batches: readonly SampleBatch[]; readonly facts: readonly Fact[] } | undefined {
    if (this.batches.length === 0 && this.facts.size === 0) return undefined
    const taken = { batches: this.batches, facts: [...this.facts.values()] }
    this.batches = []
    this.samples = 0
    this.isDropping = false
    this.facts = new Map()
    return taken
  }
}
