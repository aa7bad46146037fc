import { createStore } from 'zustand/vanilla'
import type { AppClient } from '../../shared/contract/index.ts'
import type { FailureReport } from '../../shared/failure.ts'

/** The way between this window and Longshore's main process. Times are wall-clock ms. */
export type LinkState =
  | { readonly state: 'opening'; readonly sinceMs: number; readonly client: null }
  | { readonly state: 'open'; readonly sinceMs: number; readonly client: AppClient }
  | {
      readonly state: 'closed'
      readonly sinceMs: number
      readonly client: null
      readonly retryAtMs: number
      readonly failure: FailureReport | null
    }

export const linkStore = createStore<LinkState>(() => ({
  state: 'opening',
  sinceMs: Date.now(),
  client: null,
}))
