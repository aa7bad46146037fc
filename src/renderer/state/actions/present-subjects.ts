import type { Migration } from '../../../shared/model/migration.ts'
import type { Route } from '../route.ts'
import type { Subject } from './action.ts'

/** What the window is about just now, the nearest first; the application itself always comes last. */
export const presentSubjects = (
  ui: { readonly route: Route; readonly fleetMarked: string | null; readonly fleetChosen: readonly string[] },
  migrationsById: ReadonlyMap<string, Migration>,
): readonly Subject[] => {
  const { route } = ui
  const app: Subject = { kind: 'app' }
  if (route.screen === 'vm') return [{ kind: 'vms', vmIds: [route.vmId] }, app]
  if (route.screen === 'migration') {
    const { migrationId } = route
    const vmId = migrationsById.get(migrationId)?.vmId
    const migration: Subject = { kind: 'migration', migrationId }
    return vmId === undefined ? [migration, app] : [migration, { kind: 'vms', vmIds: [vmId] }, app]
  }
  if (route.screen !== 'fleet') return [app]
  const vmIds = ui.fleetChosen.length > 0 ? ui.fleetChosen : ui.fleetMarked === null ? [] : [ui.fleetMarked]
  return vmIds.length === 0 ? [app] : [{ kind: 'vms', vmIds }, app]
}
