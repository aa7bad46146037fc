export {
  cancelOperation,
  controlMigration,
  resumeAutomation,
  setLevel,
  startMigration,
  stopAutomation,
  whyNotMigrate,
} from './actions.ts'
export { appStore } from './app-store.ts'
export { connectionStore } from './connection-store.ts'
export { decisionStore } from './decision-store.ts'
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
  useNowMs,
  useOperations,
  useScheme,
  useUi,
} from './hooks.ts'
export { keepConnected } from './keep-connected.ts'
export { linkStore } from './link-store.ts'
export { isRunning, migrationStore } from './migration-store.ts'
export { operationStore } from './operation-store.ts'
export { hashOf, type Route } from './route.ts'
export { RING_MS, type SampleRing } from './sample-ring.ts'
export { dismissToast, type Toast, toastStore } from './toast-store.ts'
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
