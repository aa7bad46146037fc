import type { Host } from '../../../shared/model/host.ts'
import { type Migration, phasesBeforeRounds } from '../../../shared/model/migration.ts'
import { isRunning, migrationStore } from '../migration-store.ts'
import { controlMigration } from '../requests.ts'
import { openDialog } from '../ui-store.ts'
import { type Action, CUT_OFF } from './action.ts'

type Control = 'switch' | 'stop-and-copy' | 'cancel'

const requestWords: Readonly<Record<Control, string>> = {
  switch: 'Switch to post-copy',
  'stop-and-copy': 'Stop and copy',
  cancel: 'Cancel',
}

/** What an asked-for control waits for, as one sentence; null when nothing is asked for. */
export const pendingWords = ({ requested }: Migration): string | null => {
  if (requested === null) return null
  const when = requested === 'cancel' ? 'the host stops as soon as it can' : 'it happens when this round ends'
  return `${requestWords[requested]} asked for: ${when}.`
}

/** Why a control cannot be used now, as one sentence; null when it can. */
export const whyNotControl = (
  migration: Migration,
  control: Control,
  { source, destination }: { readonly source: Host | undefined; readonly destination: Host | undefined },
): string | null => {
  if (!isRunning(migration)) return 'The migration is over.'
  // A cancel may still overtake a switch that waits for its round's end.
  if (migration.requested && (control !== 'cancel' || migration.requested === 'cancel'))
    return pendingWords(migration)
  if (control === 'cancel')
    return migration.cancellable ? null : 'Past the pause the move can only go forward: there is no way back.'
  if (migration.ending) return 'Pre-copy has ended already.'
  if (migration.phase === 'disk-copy') return 'Its disk is copied first: the first round has not begun.'
  if (phasesBeforeRounds.has(migration.phase)) return 'The first round has not begun.'
  if (control === 'switch') {
    if (source && !source.capabilities.postCopy) return `${source.name} cannot do post-copy.`
    if (destination && !destination.capabilities.postCopy) return `${destination.name} cannot do post-copy.`
  } else if (source && !source.capabilities.stopAndCopy)
    return `${source.name} decides by itself when to stop and copy.`
  return null
}

const controlAction = (id: string, label: string, control: Control): Action<'migration'> => ({
  id,
  of: 'migration',
  label,
  validate: ({ migrationId }, { migrations, fleet, isCutOff }) => {
    if (isCutOff) return CUT_OFF
    const migration = migrations.byId.get(migrationId)
    if (!migration) return 'This migration is no longer known.'
    return whyNotControl(migration, control, {
      source: fleet.hostsById.get(migration.sourceHostId),
      destination: fleet.hostsById.get(migration.destinationHostId),
    })
  },
  run: ({ migrationId }) => {
    const migration = migrationStore.getState().byId.get(migrationId)
    return migration && controlMigration(migration, control)
  },
})

/** Why what is sent cannot be bounded now, as one sentence; null when it can. */
const whyNotBandwidth = (migration: Migration, source: Host | undefined): string | null => {
  if (!isRunning(migration)) return 'The migration is over.'
  if (!migration.cancellable)
    return 'The VM is past its pause: a limit holds only while it runs at the source.'
  if (source && !source.capabilities.bandwidth) return `${source.name} decides by itself how much to send.`
  return null
}

export const changeBandwidth: Action<'migration'> = {
  id: 'bandwidth',
  of: 'migration',
  label: 'Bandwidth...',
  keys: 'b',
  validate: ({ migrationId }, { migrations, fleet, isCutOff }) => {
    if (isCutOff) return CUT_OFF
    const migration = migrations.byId.get(migrationId)
    if (!migration) return 'This migration is no longer known.'
    return whyNotBandwidth(migration, fleet.hostsById.get(migration.sourceHostId))
  },
  run: ({ migrationId }) => openDialog({ kind: 'bandwidth', migrationId }),
}

export const switchNow = controlAction('switch-now', 'Switch now', 'switch')
export const stopAndCopy = controlAction('stop-and-copy', 'Stop and copy', 'stop-and-copy')
export const cancelMigration = controlAction('cancel-migration', 'Cancel migration', 'cancel')
