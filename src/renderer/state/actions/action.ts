import { type ConnectionStoreState, connectionStore } from '../connection-store.ts'
import { type FleetState, fleetStore } from '../fleet-store.ts'
import { linkStore } from '../link-store.ts'
import { type MigrationState, migrationStore } from '../migration-store.ts'
import { type NoticeState, noticeStore } from '../notice-store.ts'
import { type OperationState, operationStore } from '../operation-store.ts'
import { type ScheduleState, scheduleStore } from '../schedule-store.ts'
import { type UiState, uiStore } from '../ui-store.ts'

/** What an action is done to: ids, so that it stays true while the stores change. */
export type Subject =
  | { readonly kind: 'app' }
  | { readonly kind: 'vms'; readonly vmIds: readonly string[] }
  | { readonly kind: 'migration'; readonly migrationId: string }
  | { readonly kind: 'operation'; readonly operationId: string }
  | { readonly kind: 'schedule'; readonly scheduleId: string }
  | { readonly kind: 'notice'; readonly noticeId: string }
export type SubjectOf<Kind extends Subject['kind']> = Extract<Subject, { kind: Kind }>

/** What validation may look at. */
export interface World {
  readonly isCutOff: boolean
  readonly fleet: Pick<FleetState, 'vmsById' | 'hostsById' | 'risks'>
  readonly migrations: Pick<MigrationState, 'byId' | 'runningByVm'>
  readonly connections: Pick<ConnectionStoreState, 'stopped' | 'byId'>
  readonly operations: Pick<OperationState, 'byId'>
  readonly schedule: ScheduleState['schedule']
  readonly notices: Pick<NoticeState, 'notices' | 'knownRisks'>
  readonly ui: Pick<UiState, 'theme'>
}

/**
 * Something the operator can do, defined once: button, menu, palette and shortcut all ask `validate` and then `run`.
 */
export interface Action<Kind extends Subject['kind'] = Subject['kind']> {
  readonly id: string
  readonly of: Kind
  /** On its button; ends in `...` where it asks before it acts. */
  readonly label: string
  /** As `event.key` gives it, with `Ctrl+` before it; none for what must not happen by a slip of one finger. */
  readonly keys?: string
  /** Why it cannot be done now, as one sentence; null when it can. */
  readonly validate: (subject: SubjectOf<Kind>, world: World) => string | null
  /** What it gives is awaited: a promise settles when the answer is there. */
  readonly run: (subject: SubjectOf<Kind>) => unknown
}

export const CUT_OFF = 'This window is cut off from Longshore; it is tried again by itself.'

export const worldNow = (): World => ({
  isCutOff: linkStore.getState().client === null,
  fleet: fleetStore.getState(),
  migrations: migrationStore.getState(),
  connections: connectionStore.getState(),
  operations: operationStore.getState(),
  schedule: scheduleStore.getState().schedule,
  notices: noticeStore.getState(),
  ui: uiStore.getState(),
})

const watched = [
  linkStore,
  fleetStore,
  migrationStore,
  connectionStore,
  operationStore,
  scheduleStore,
  noticeStore,
  uiStore,
]

/** Calls `listener` after every change of what validation looks at; returns what stops it. */
export const watchWorld = (listener: () => void): (() => void) => {
  const stops = watched.map(store => store.subscribe(listener))
  return () => {
    for (const stop of stops) stop()
  }
}
