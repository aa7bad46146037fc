import type { Risk } from '../../../shared/contract/fleet.ts'
import type { Decision } from '../../../shared/model/decision.ts'
import type { Migration } from '../../../shared/model/migration.ts'

/** Something that happened, or is expected, at one moment of a VM's life. */
export interface Mark {
  readonly kind: 'trigger' | 'migration' | 'expected'
  readonly atMs: number
  readonly label: string
}

/** The marks of one VM's charts: triggers that fired, migrations' starts, and the trouble expected. */
export const marksOf = (
  vmId: string,
  known: {
    readonly decisions: readonly Decision[]
    readonly migrations: readonly Migration[]
    readonly risk: Risk | undefined
  },
): readonly Mark[] => {
  const triggers = known.decisions
    .filter(decision => decision.vmId === vmId && decision.kind === 'trigger')
    .map((decision): Mark => ({ kind: 'trigger', atMs: decision.atMs, label: 'trigger' }))
  const moves = known.migrations
    .filter(migration => migration.vmId === vmId)
    .map((migration): Mark => ({ kind: 'migration', atMs: migration.startedAtMs, label: 'migration' }))
  const expectedAtMs = known.risk?.expectedAtMs ?? null
  return [
    ...triggers,
    ...moves,
    ...(expectedAtMs === null
      ? []
      : [{ kind: 'expected', atMs: expectedAtMs, label: 'trigger expected' } as const]),
  ]
}
