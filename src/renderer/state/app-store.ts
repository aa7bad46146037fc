import { createStore } from 'zustand/vanilla'
import type { AppStatus } from '../../shared/contract/app.ts'
import { AWAITING, type FeedStatus } from './feed-status.ts'

export interface AppState {
  readonly feed: FeedStatus
  /** Null before the first item. */
  readonly status: AppStatus | null
}

export const appStore = createStore<AppState>(() => ({ feed: AWAITING, status: null }))
