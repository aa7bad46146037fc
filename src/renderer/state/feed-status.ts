import type { FailureReport } from '../../shared/failure.ts'

/**
 * How current a store is: `awaiting` its first item, `live`, or `stale` (it keeps the last data). `sinceMs` is
 * wall-clock ms since when.
 */
export type FeedStatus =
  | { readonly state: 'awaiting'; readonly sinceMs: number }
  | { readonly state: 'live'; readonly sinceMs: number }
  | { readonly state: 'stale'; readonly sinceMs: number; readonly failure: FailureReport | null }

export const AWAITING: FeedStatus = { state: 'awaiting', sinceMs: Date.now() }

/** The status after an item arrived at `nowMs`. */
export const heard = (feed: FeedStatus, nowMs: number): FeedStatus =>
  feed.state === 'live' ? feed : { state: 'live', sinceMs: nowMs }

/** The status after the stream broke at `nowMs`; what never had data goes on awaiting unless it failed. */
export const broke = (feed: FeedStatus, nowMs: number, failure: FailureReport | null): FeedStatus => {
  if (feed.state === 'awaiting' && failure === null) return feed
  return { state: 'stale', sinceMs: feed.state === 'stale' ? feed.sinceMs : nowMs, failure }
}
