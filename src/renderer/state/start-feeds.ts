import type { AppClient } from '../../shared/contract/index.ts'
import { type FailureReport, reportOf } from '../../shared/failure.ts'
import { appStore } from './app-store.ts'
import { connectionStore, connectionsAfter } from './connection-store.ts'
import { decisionStore, decisionsAfter } from './decision-store.ts'
import { broke, type FeedStatus, heard } from './feed-status.ts'
import { fleetStore } from './fleet-store.ts'
import { migrationStore, migrationsAfter } from './migration-store.ts'
import { operationStore, operationsAfter } from './operation-store.ts'
import { reconnectDelayMs } from './reconnect-delay.ts'
import { scheduleStore } from './schedule-store.ts'

interface FedStore {
  setState(change: { readonly feed: FeedStatus }): void
  getState(): { readonly feed: FeedStatus }
}

interface Feed<Item> {
  readonly store: FedStore
  readonly open: (signal: AbortSignal) => AsyncIterable<Item>
  readonly apply: (item: Item, arrival: { readonly nowMs: number; readonly isFirst: boolean }) => void
}

const pause = (ms: number, signal: AbortSignal): Promise<void> =>
  new Promise(resolve => {
    const timer = setTimeout(resolve, ms)
    signal.addEventListener(
      'abort',
      () => {
        clearTimeout(timer)
        resolve()
      },
      { once: true },
    )
  })

/** Follows one stream until `signal` aborts; a stream that breaks is opened again after a growing pause. */
const follow = async <Item>(feed: Feed<Item>, signal: AbortSignal): Promise<void> => {
  for (let attempt = 0; !signal.aborted; attempt++) {
    let failure: FailureReport | null = null
    let isFirst = true
    try {
      for await (const item of feed.open(signal)) {
        if (signal.aborted) break
        feed.apply(item, { nowMs: Date.now(), isFirst })
        isFirst = false
        attempt = 0
      }
    } catch (error) {
      failure = reportOf(error, {
        what: 'This window could not use what it was sent',
        remedy: 'It asks again by itself; if this stays, reload the window.',
      })
    }
    // A closed pipe is told by the link, once; the feeds only grow stale.
    if (failure?.code === 'closed') failure = null
    feed.store.setState({ feed: broke(feed.store.getState().feed, Date.now(), failure) })
    if (!signal.aborted) await pause(reconnectDelayMs(attempt), signal)
  }
}

/** Feeds every store from `client` until the returned function is called; the stores keep the last data. */
export const startFeeds = (client: AppClient): (() => void) => {
  const abort = new AbortController()
  const { signal } = abort
  void follow(
    {
      store: fleetStore,
      open: s => client.stream('fleet.watch', {}, s),
      apply: (item, { nowMs }) => fleetStore.apply(item, nowMs),
    },
    signal,
  )
  void follow(
    {
      store: migrationStore,
      open: s => client.stream('migration.watch', {}, s),
      apply: (item, arrival) => migrationStore.setState(s => migrationsAfter(s, item, arrival)),
    },
    signal,
  )
  void follow(
    {
      store: decisionStore,
      open: s => client.stream('decision.watch', {}, s),
      apply: (item, arrival) => decisionStore.setState(s => decisionsAfter(s, item, arrival)),
    },
    signal,
  )
  void follow(
    {
      store: connectionStore,
      open: s => client.stream('connection.watch', {}, s),
      apply: (item, { nowMs }) => connectionStore.setState(s => connectionsAfter(s, item, nowMs)),
    },
    signal,
  )
  void follow(
    {
      store: operationStore,
      open: s => client.stream('operation.watch', {}, s),
      apply: (item, arrival) => operationStore.setState(s => operationsAfter(s, item, arrival)),
    },
    signal,
  )
  void follow(
    {
      store: scheduleStore,
      open: s => client.stream('schedule.watch', {}, s),
      apply: ({ schedule }, { nowMs }) =>
        scheduleStore.setState(s => ({ feed: heard(s.feed, nowMs), schedule })),
    },
    signal,
  )
  void follow(
    {
      store: appStore,
      open: s => client.stream('app.watch', {}, s),
      apply: (status, { nowMs }) => appStore.setState(s => ({ feed: heard(s.feed, nowMs), status })),
    },
    signal,
  )
  return () => abort.abort()
}
