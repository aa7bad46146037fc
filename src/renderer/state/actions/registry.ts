import { assertNever } from '../../../shared/failure.ts'
import { type Action, type Subject, type World, worldNow } from './action.ts'
import {
  goToScreens,
  openPalette,
  resumeAutomation,
  setTheme,
  showShortcuts,
  stopAutomation,
} from './app-actions.ts'
import { cancelMigration, changeBandwidth, stopAndCopy, switchNow } from './migration-actions.ts'
import { acknowledge } from './notice-actions.ts'
import { cancelOperation } from './operation-actions.ts'
import { unschedule } from './schedule-actions.ts'
import { acknowledgeRisk, migrate, schedule, simulate } from './vm-actions.ts'

/** Every action by what it is done to, in the order in which lists show them. */
export const actions = {
  vms: [migrate, schedule, simulate, acknowledgeRisk],
  migration: [switchNow, changeBandwidth, stopAndCopy, cancelMigration],
  operation: [cancelOperation],
  schedule: [unschedule],
  notice: [acknowledge],
  app: [stopAutomation, resumeAutomation, openPalette, showShortcuts, ...goToScreens, ...setTheme],
} as const satisfies { readonly [Kind in Subject['kind']]: readonly Action<Kind>[] }

/** An action and what it would be done to. */
export interface BoundAction {
  readonly id: string
  readonly label: string
  readonly keys: string | undefined
  /** Why it cannot be done now, as one sentence; null when it can. */
  readonly reason: string | null
  /** Does it, unless there is a reason not to by now. */
  readonly run: () => unknown
}

export const bind = <Kind extends Subject['kind']>(
  action: Action<Kind>,
  subject: Extract<Subject, { kind: Kind }>,
  world: World = worldNow(),
): BoundAction => ({
  id: action.id,
  label: action.label,
  keys: action.keys,
  reason: action.validate(subject, world),
  run: () => (action.validate(subject, worldNow()) === null ? action.run(subject) : undefined),
})

/** All that can be done to a subject, with the reasons for what cannot be done now. */
export const actionsOn = (subject: Subject, world: World = worldNow()): readonly BoundAction[] => {
  switch (subject.kind) {
    case 'vms':
      return actions.vms.map(action => bind(action, subject, world))
    case 'migration':
      return actions.migration.map(action => bind(action, subject, world))
    case 'operation':
      return actions.operation.map(action => bind(action, subject, world))
    case 'schedule':
      return actions.schedule.map(action => bind(action, subject, world))
    case 'notice':
      return actions.notice.map(action => bind(action, subject, world))
    case 'app':
      return actions.app.map(action => bind(action, subject, world))
    default:
      return assertNever(subject)
  }
}
