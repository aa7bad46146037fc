import { createStore } from 'zustand/vanilla'
import type { DecisionItem } from '../../shared/contract/decision.ts'
import type { Decision } from '../../shared/model/decision.ts'
import { AWAITING, type FeedStatus, heard } from './feed-status.ts'

/** Most decisions a window keeps; older ones stay in the store of main. */
export const DECISIONS_KEPT = 2_000

export interface DecisionState {
  readonly feed: FeedStatus
  readonly byId: ReadonlyMap<string, Decision>
  /** Newest first. */
  readonly list: readonly Decision[]
}

const initial = (): DecisionState => ({ feed: AWAITING, byId: new Map(), list: [] })

/** The decisions after an item; the first item of a subscription replaces all. */
export const decisionsAfter = (
  state: DecisionState,
  item: DecisionItem,
  { nowMs, isFirst }: { readonly nowMs: number; readonly isFirst: boolean },
): DecisionState => {
  const all = new Map(isFirst ? [] : state.byId)
  for (const decision of item.decisions) all.set(decision.id, decision)
  // Ids break ties so that two decisions of one tick keep their places.
  const list = [...all.values()]
    .sort((a, b) => b.atMs - a.atMs || (a.id < b.id ? 1 : -1))
    .slice(0, DECISIONS_KEPT)
  return { feed: heard(state.feed, nowMs), byId: new Map(list.map(d => [d.id, d])), list }
}

export const decisionStore = createStore<DecisionState>(initial)
