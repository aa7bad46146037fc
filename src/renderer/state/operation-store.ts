import { createStore } from 'zustand/vanilla'
import type { OperationItem } from '../../shared/contract/operation.ts'
import type { Operation } from '../../shared/model/operation.ts'
import { AWAITING, type FeedStatus, heard } from './feed-status.ts'

/** Most ended operations a window keeps. */
const ENDED_KEPT = 50

export interface OperationState {
  readonly feed: FeedStatus
  readonly byId: ReadonlyMap<string, Operation>
  /** Newest first. */
  readonly running: readonly Operation[]
  readonly ended: readonly Operation[]
}

const initial = (): OperationState => ({ feed: AWAITING, byId: new Map(), running: [], ended: [] })

/** The operations after an item; the first item of a subscription replaces all. */
export const operationsAfter = (
  state: OperationState,
  item: OperationItem,
  { nowMs, isFirst }: { readonly nowMs: number; readonly isFirst: boolean },
): OperationState => {
  const all = new Map(isFirst ? [] : state.byId)
  for (const operation of item.operations) all.set(operation.id, operation)
  const newestFirst = [...all.values()].sort(
    (a, b) => b.startedAtMs - a.startedAtMs || (a.id < b.id ? 1 : -1),
  )
  const running = newestFirst.filter(o => o.state === 'running')
  const ended = newestFirst.filter(o => o.state !== 'running').slice(0, ENDED_KEPT)
  return {
    feed: heard(state.feed, nowMs),
    byId: new Map([...running, ...ended].map(o => [o.id, o])),
    running,
    ended,
  }
}

export const operationStore = createStore<OperationState>(initial)
