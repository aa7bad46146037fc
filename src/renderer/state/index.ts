export { type Action, type Subject, type SubjectOf, type World, worldNow } from './actions/action.ts'
export {
  openPalette,
  resumeAutomation,
  setTheme,
  showShortcuts,
  stopAutomation,
} from './actions/app-actions.ts'
export {
  cancelMigration,
  pendingWords,
  stopAndCopy,
  switchNow,
  whyNotControl,
} from './actions/migration-actions.ts'
export { cancelOperation } from './actions/operation-actions.ts'
export { presentSubjects } from './actions/present-subjects.ts'
export { actions, actionsOn, type BoundAction } from './actions/registry.ts'
export { useAction } from './actions/use-action.ts'
export { migrate, whyNotMigrate } from './actions/vm-actions.ts'
export { appStore } from './app-store.ts'
export { connectionStore } from './connection-store.ts'
export { decisionStore } from './decision-store.ts'
export { type FleetState, fleetStore } from './fleet-store.ts'
export {
  followFleet,
  useApp,
  useClient,
  useConnectionOfPool,
  useConnections,
  useDecisions,
  useFleet,
  useFleetRow,
  useLink,
  useMigrations,
  useNowMs,
  useOperations,
  useScheme,
  useUi,
} from './hooks.ts'
export { keepConnected } from './keep-connected.ts'
export { linkStore } from './link-store.ts'
export { isRunning, migrationStore } from './migration-store.ts'
export { operationStore } from './operation-store.ts'
export {
  requestStop,
  scheduleMigration,
  setBandwidth,
  setLevel,
  startMigration,
  unscheduleMigration,
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
