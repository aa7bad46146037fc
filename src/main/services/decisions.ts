import type { Decision } from '../../shared/model/decision.ts'
import type { Store } from '../ports/store.ts'
import { LiveMap } from './live-map.ts'

const KEPT = 500

/** Why things were done, or were not: kept for ever in the store, the latest also here. */
export class Decisions {
  readonly states = new LiveMap<Decision>(KEPT)
  readonly #store: Store

  constructor(store: Store) {
    this.#store = store
  }

  /** The decisions of earlier runs, newest first. */
  restore(decisions: readonly Decision[]): void {
    for (const decision of decisions.slice(0, KEPT).toReversed()) this.states.set(decision.id, decision)
  }

  /** What was decided after the rounds of a migration and how it ended, oldest first, however long ago. */
  ofMigration(migrationId: string): Promise<readonly Decision[]> {
    return this.#store.decisionsOf(migrationId)
  }

  /** A draft that names its id is kept once. */
  record(draft: Omit<Decision, 'id'> & { readonly id?: string }): Decision {
    const known = draft.id === undefined ? undefined : this.states.get(draft.id)
    if (known) return known
    const decision = { id: crypto.randomUUID(), ...draft }
    this.states.set(decision.id, decision)
    this.#store.appendDecision(decision)
    return decision
  }
}
