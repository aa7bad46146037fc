import { useSyncExternalStore } from 'react'
import { useStore } from 'zustand'
import type { AppClient } from '../../shared/contract/index.ts'
import type { Connection } from '../../shared/model/connection.ts'
import { type AppState, appStore } from './app-store.ts'
import { type ConnectionStoreState, connectionStore } from './connection-store.ts'
import { type DecisionState, decisionStore } from './decision-store.ts'
import { type FleetState, fleetStore } from './fleet-store.ts'
import { type LinkState, linkStore } from './link-store.ts'
import { type MigrationState, migrationStore } from './migration-store.ts'
import { type NoticeState, noticeStore } from './notice-store.ts'
import { type OperationState, operationStore } from './operation-store.ts'
import { type ScheduleState, scheduleStore } from './schedule-store.ts'
import { type UiState, uiStore } from './ui-store.ts'

export const useFleet = <T>(select: (state: FleetState) => T): T => useStore(fleetStore, select)
export const useMigrations = <T>(select: (state: MigrationState) => T): T => useStore(migrationStore, select)
export const useDecisions = <T>(select: (state: DecisionState) => T): T => useStore(decisionStore, select)
export const useConnections = <T>(select: (state: ConnectionStoreState) => T): T =>
  useStore(connectionStore, select)
export const useOperations = <T>(select: (state: OperationState) => T): T => useStore(operationStore, select)
export const useSchedule = <T>(select: (state: ScheduleState) => T): T => useStore(scheduleStore, select)
export const useNotices = <T>(select: (state: NoticeState) => T): T => useStore(noticeStore, select)
export const useApp = <T>(select: (state: AppState) => T): T => useStore(appStore, select)
export const useUi = <T>(select: (state: UiState) => T): T => useStore(uiStore, select)
export const useLink = <T>(select: (state: LinkState) => T): T => useStore(linkStore, select)

/** The client to make requests with; null while the window is cut off. Changes with every reconnect. */
export const useClient = (): AppClient | null => useLink(s => s.client)

/** The connection a pool is reached by. */
export const useConnectionOfPool = (poolId: string | undefined): Connection | undefined => {
  const connectionId = useFleet(s =>
    poolId === undefined ? undefined : s.poolsById.get(poolId)?.connectionId,
  )
  return useConnections(s => (connectionId === undefined ? undefined : s.byId.get(connectionId)))
}

let nowMs = Date.now()
const listeners = new Set<() => void>()
let timer: ReturnType<typeof setInterval> | undefined

const subscribe = (listener: () => void): (() => void) => {
  listeners.add(listener)
  timer ??= setInterval(() => {
    nowMs = Date.now()
    for (const each of listeners) each()
  }, 1000)
  return () => {
    listeners.delete(listener)
    if (listeners.size > 0) return
    clearInterval(timer)
    timer = undefined
  }
}

/** Wall-clock ms, renewed once a second, one timer for the whole window. */
export const useNowMs = (): number => useSyncExternalStore(subscribe, () => nowMs)

const darkQuery = () => window.matchMedia('(prefers-color-scheme: dark)')
const subscribeScheme = (listener: () => void): (() => void) => {
  const query = darkQuery()
  query.addEventListener('change', listener)
  return () => query.removeEventListener('change', listener)
}

/** The colour scheme in use: what the operator chose, or the system's. */
export const useScheme = (): 'light' | 'dark' => {
  const theme = useUi(s => s.theme)
  const systemIsDark = useSyncExternalStore(subscribeScheme, () => darkQuery().matches)
  if (theme !== 'system') return theme
  return systemIsDark ? 'dark' : 'light'
}
