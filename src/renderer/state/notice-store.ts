import { createStore } from 'zustand/vanilla'
import { connectionStore } from './connection-store.ts'
import { decisionStore } from './decision-store.ts'
import { desktopTeller } from './desktop-teller.ts'
import { fleetStore } from './fleet-store.ts'
import { migrationStore } from './migration-store.ts'
import { mattersOf, type Notice, noticesAfter } from './notices.ts'
import { uiStore } from './ui-store.ts'

export interface NoticeState {
  /** Newest first. */
  readonly notices: readonly Notice[]
  readonly acknowledged: ReadonlySet<string>
  /** VMs at risk of which the operator knows; each until its risk is over. */
  readonly knownRisks: ReadonlySet<string>
}

export const noticeStore = createStore<NoticeState>(() => ({
  notices: [],
  acknowledged: new Set(),
  knownRisks: new Set(),
}))

export const acknowledgeNotice = (id: string): void =>
  noticeStore.setState(({ notices, acknowledged }) => ({
    notices: notices.filter(notice => notice.id !== id),
    acknowledged: new Set([...acknowledged, id]),
  }))

export const acknowledgeRisks = (vmIds: readonly string[]): void =>
  noticeStore.setState(({ knownRisks }) => ({ knownRisks: new Set([...knownRisks, ...vmIds]) }))

export const recallRisks = (): void => noticeStore.setState({ knownRisks: new Set() })

/** Wall-clock ms until which a STOP is this window's own. */
let ownStopUntilMs = 0
const OWN_STOP_MS = 10_000

/** To be called when this window asks for STOP: it needs no notice of it. */
export const expectOwnStop = (): void => {
  ownStopUntilMs = Date.now() + OWN_STOP_MS
}

const LOOK_MS = 1000

/** Looks every second at what needs a person; returns what stops it. */
export const watchNotices = (): (() => void) => {
  let oldFailures: ReadonlySet<string> | null = null
  let oldDecisions: ReadonlySet<string> | null = null
  let wasStopped: boolean | null = null
  let isStoppedByOthers = false
  const desktop = desktopTeller()

  const failed = () => migrationStore.getState().list.filter(migration => migration.phase === 'failed')
  // What had happened before this window opened is in the lists when they first come.
  const noteOld = () => {
    if (migrationStore.getState().feed.state === 'live') oldFailures ??= new Set(failed().map(({ id }) => id))
    const decisions = decisionStore.getState()
    if (decisions.feed.state === 'live') oldDecisions ??= new Set(decisions.byId.keys())
  }
  const look = () => {
    const nowMs = Date.now()
    const { connections, stopped, feed } = connectionStore.getState()
    noteOld()
    const decisions = decisionStore.getState()
    if (feed.state === 'live') {
      if (stopped && wasStopped === false) isStoppedByOthers = nowMs > ownStopUntilMs
      if (!stopped) isStoppedByOthers = false
      wasStopped = stopped
    }
    const { runningByVm } = migrationStore.getState()
    const matters = mattersOf({
      nowMs,
      // While nothing is heard from main, what it said of its connections is no news.
      connections: feed.state === 'live' ? connections : [],
      newlyFailed: failed().filter(({ id }) => oldFailures && !oldFailures.has(id)),
      newDecisions: decisions.list.filter(({ id }) => oldDecisions && !oldDecisions.has(id)),
      isMigrating: vmId => runningByVm.has(vmId),
      isStoppedByOthers,
    })
    const present = noticeStore.getState()
    const next = noticesAfter(present, matters, nowMs)
    const isSame =
      next.notices.map(({ id }) => id).join() === present.notices.map(({ id }) => id).join() &&
      next.acknowledged.size === present.acknowledged.size
    const atRisk =
      present.knownRisks.size > 0 && new Set(fleetStore.getState().risks.idsWhere('level', 'high', 'watch'))
    const knownRisks = atRisk ? [...present.knownRisks].filter(vmId => atRisk.has(vmId)) : []
    if (!isSame || knownRisks.length !== present.knownRisks.size)
      noticeStore.setState({ ...next, knownRisks: new Set(knownRisks) })
    if (uiStore.getState().desktopNotices) desktop.tell(next.notices, nowMs)
  }
  const timer = setInterval(look, LOOK_MS)
  const unsubscribers = [migrationStore.subscribe(noteOld), decisionStore.subscribe(noteOld)]
  return () => {
    clearInterval(timer)
    for (const unsubscribe of unsubscribers) unsubscribe()
  }
}
