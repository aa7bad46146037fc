import type { Risk } from '../../../shared/contract/fleet.ts'
import type { AutomationLevel } from '../../../shared/model/connection.ts'
import type { Migration } from '../../../shared/model/migration.ts'
import type { Vm } from '../../../shared/model/vm.ts'

/** The one thing to do about a VM at risk. */
export type Recommendation =
  | { readonly kind: 'migrate'; readonly text: string }
  | { readonly kind: 'watch-migration'; readonly text: string; readonly migrationId: string }
  | { readonly kind: 'wait'; readonly text: string }
  | { readonly kind: 'cannot'; readonly text: string }

export const recommendationFor = (about: {
  readonly vm: Vm
  readonly risk: Risk
  readonly running: Migration | undefined
  /** The level the VM's connection acts by; null while it is not known. */
  readonly level: AutomationLevel | null
  readonly isStopped: boolean
  readonly clock: (atMs: number) => string
}): Recommendation => {
  const { vm, risk, running, level, isStopped, clock } = about
  if (running)
    return { kind: 'watch-migration', text: `Being migrated: ${running.phase}.`, migrationId: running.id }
  if (vm.immovableBecause !== null) return { kind: 'cannot', text: `Cannot be moved: ${vm.immovableBecause}` }
  if (risk.level === 'watch') return { kind: 'wait', text: 'Nothing to do yet.' }
  const when = risk.expectedAtMs === null ? 'now' : `before ${clock(risk.expectedAtMs)}`
  if (level === 'automatic' && !isStopped)
    return { kind: 'migrate', text: `Migrate ${when}; Longshore does it by itself when the trigger fires.` }
  return { kind: 'migrate', text: `Migrate ${when}.` }
}
