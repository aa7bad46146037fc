export { type Action, type Subject, type SubjectOf, type World, worldNow } from './actions/action.ts'
export {
  openPalette,
  resumeAutomation,
  stopAutomation,
} from './actions/app-actions.ts'
export {
  cancelMigration,
  pendingWords,
} from './actions/migration-actions.ts'
export { acknowledge } from './actions/notice-actions.ts'
export { cancelOperation } from './actions/operation-actions.ts'
export { presentSubjects } from './actions/present-subjects.ts'
export { actions, actionsOn } from './actions/registry.ts'
export { unschedule } from './actions/schedule-actions.ts'
export { useAction } from './actions/use-action.ts'
export { acknowledgeRisk, migrate, schedule, simulate, whyNotMigrate } from './actions/vm-actions.ts'
export { appStore } from './app-store.ts'
export { connectionStore } from './connection-store.ts'
export { decisionStore } from './decision-store.ts'
export { askForDesktop } from './desktop-teller.ts'
export { type FleetState, fleetStore } from './fleet-store.ts'
export {
  useApp,
  useClient,
  useConnectionOfPool,
  useConnections,
  useDecisions,
  useFleet,
  useLink,
  useMigrations,
  useNotices,
  useNowMs,
  useOperations,
  useSchedule,
  useScheme,
  useUi,
} from './hooks.ts'
export { keepConnected } from './keep-connected.ts'
export { linkStore } from './link-store.ts'
export { isRunning, migrationStore } from './migration-store.ts'
export { recallRisks, watchNotices } from './notice-store.ts'
export type { Notice } from './notices.ts'
export { operationStore } from './operation-store.ts'
export {
  requestStop,
  scheduleMigration,
  setBandwidth,
  setLevel,
  startMigration,
} from './requests.ts'
export { hashOf, type Route } from './route.ts'
export { RING_MS, type SampleRing } from './sample-ring.ts'
export { screens } from './screens.ts'
export { dismissToast, type Toast, toastFailed, toastRefused, toastStore } from './toast-store.ts'
export {
  closeDialog,
  type Dialog,
  type FleetColumn,
  navigate,
  openDialog,
  type Sort,
  startUi,
  type UiState,
  uiStore,
} from './ui-store.ts'
export { useSlashKey } from './use-slash-key.ts'
