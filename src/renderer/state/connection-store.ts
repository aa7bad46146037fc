import { createStore } from 'zustand/vanilla'
import type { ConnectionItem } from '../../shared/contract/connection.ts'
import type { Connection, SecretsState } from '../../shared/model/connection.ts'
import { AWAITING, type FeedStatus, heard } from './feed-status.ts'

export interface ConnectionStoreState {
  readonly feed: FeedStatus
  readonly connections: readonly Connection[]
  readonly byId: ReadonlyMap<string, Connection>
  /** While true nothing is started by itself anywhere. */
  readonly stopped: boolean
  /** Wall-clock ms since when; null while it is not. */
  readonly stoppedSinceMs: number | null
  readonly secrets: SecretsState
}

const initial = (): ConnectionStoreState => ({
  feed: AWAITING,
  connections: [],
  byId: new Map(),
  stopped: false,
  stoppedSinceMs: null,
  secrets: { os: false, file: 'absent' },
})

/** The connections after an item, which always names all of them. */
export const connectionsAfter = (
  state: ConnectionStoreState,
  item: ConnectionItem,
  nowMs: number,
): ConnectionStoreState => ({
  feed: heard(state.feed, nowMs),
  connections: item.connections,
  byId: new Map(item.connections.map(c => [c.id, c])),
  stopped: item.stoppedSinceMs !== null,
  stoppedSinceMs: item.stoppedSinceMs,
  secrets: item.secrets,
})

export const connectionStore = createStore<ConnectionStoreState>(initial)
