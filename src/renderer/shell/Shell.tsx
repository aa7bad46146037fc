import { assertNever } from '../../shared/failure.ts'
import { DecisionsScreen } from '../features/decisions/index.ts'
import { FleetScreen } from '../features/fleet/index.ts'
import {
  BandwidthDialog,
  MigrateDialog,
  MigrateSeveralDialog,
  MigrationScreen,
  MigrationsScreen,
  ScheduleDialog,
  SimulateDialog,
} from '../features/migration/index.ts'
import { HostScreen, PoolScreen } from '../features/pool/index.ts'
import { SettingsScreen } from '../features/settings/index.ts'
import { VmScreen } from '../features/vm/index.ts'
import { type Dialog, type Route, screens, useUi } from '../state/index.ts'
import { useReturnFocus } from '../ui/use-return-focus.ts'
import { CommandPalette } from './CommandPalette.tsx'
import { Notices } from './Notices.tsx'
import { Rail } from './Rail.tsx'
import styles from './Shell.module.css'
import { ShortcutsDialog } from './ShortcutsDialog.tsx'
import { StatusLine } from './StatusLine.tsx'
import { StopDialog } from './StopDialog.tsx'
import { Toasts } from './Toasts.tsx'
import { TopBar } from './TopBar.tsx'
import { useGlobalKeys } from './use-global-keys.ts'

const screenOf = (route: Route) => {
  switch (route.screen) {
    case 'fleet':
      return <FleetScreen />
    case 'vm':
      return <VmScreen key={route.vmId} vmId={route.vmId} atMs={route.atMs} />
    case 'pool':
      return <PoolScreen key={route.poolId} poolId={route.poolId} />
    case 'host':
      return <HostScreen key={route.hostId} hostId={route.hostId} atMs={route.atMs} />
    case 'migrations':
      return <MigrationsScreen />
    case 'migration':
      return <MigrationScreen key={route.migrationId} migrationId={route.migrationId} />
    case 'decisions':
      return <DecisionsScreen decisionId={route.decisionId} />
    case 'settings':
      return <SettingsScreen />
    default:
      return assertNever(route)
  }
}

const OpenDialog = ({ dialog }: { readonly dialog: Dialog }) => {
  useReturnFocus()
  switch (dialog.kind) {
    case 'palette':
      return <CommandPalette />
    case 'stop':
      return <StopDialog />
    case 'migrate':
      return <MigrateDialog vmId={dialog.vmId} />
    case 'migrate-several':
      return <MigrateSeveralDialog vmIds={dialog.vmIds} />
    case 'schedule':
      return <ScheduleDialog {...dialog} />
    case 'simulate':
      return <SimulateDialog vmId={dialog.vmId} />
    case 'bandwidth':
      return <BandwidthDialog migrationId={dialog.migrationId} />
    case 'shortcuts':
      return <ShortcutsDialog />
  }
}

/** The frame around every screen. */
export const Shell = () => {
  useGlobalKeys()
  const route = useUi(s => s.route)
  const dialog = useUi(s => s.dialog)
  // Screens of one VM, host or migration have a heading of their own.
  const listed = screens.find(each => each.route.screen === route.screen)
  return (
    <div className={styles.frame}>
      <Rail />
      <TopBar />
      <StatusLine />
      <div className={styles.below}>
        <Notices />
        <main className={styles.screen}>
          {listed && <h1 className={styles.heading}>{listed.word}</h1>}
          {screenOf(route)}
        </main>
      </div>
      {dialog && <OpenDialog dialog={dialog} />}
      <Toasts />
    </div>
  )
}
