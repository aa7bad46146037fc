import type { FailureReport } from '../../shared/failure.ts'
import type { Decision } from '../../shared/model/decision.ts'
import type { Migration } from '../../shared/model/migration.ts'
import type { ControlWord } from '../../shared/model/migration-command.ts'
import { vmPlaceWords } from '../../shared/model/vm-place.ts'
import { formatBytes, formatCount, formatDuration } from '../../shared/units.ts'
import type { OperatorCommand } from '../core/migration/engine-step.ts'
import type { PolicyAction, PolicyDecision } from '../core/migration/policy.ts'

/** Why an intended migration never was. */
export const NOT_ORDERED = 'Longshore ended before it gave the order to the pool: nothing was begun.'

/** Why nobody can say any more what became of a migration. */
export const FORSAKEN =
  'Its connection was removed before it ended: nobody can be asked how it went. Look at the pool which host runs the VM.'

type Draft = Omit<Decision, 'id'>
/** Its id is made of what it is about: told again after a restart, it is kept once. */
type NamedDraft = Draft & { readonly id: string }

const draft = (
  migration: Migration,
  rest: Pick<Draft, 'atMs' | 'kind' | 'outcome' | 'reasons'> &
    Partial<Pick<Draft, 'inputs' | 'alternatives'>>,
): Draft => ({
  connectionId: migration.connectionId,
  vmId: migration.vmId,
  vmName: migration.vmName,
  migrationId: migration.id,
  inputs: [],
  alternatives: [],
  ...rest,
})

const actionWords = {
  continue: 'another round',
  switch: 'switch to post-copy',
  'stop-and-copy': 'stop and copy',
  cancel: 'cancel',
  abort: 'give it up: the VM stays where it is',
} as const satisfies Record<ControlWord | PolicyAction, string>

/** What the policy said after a round, or in one, to be kept. */
export const roundDecision = (migration: Migration, round: number, decision: PolicyDecision): NamedDraft => {
  const { reasons, inputs, alternatives } = decision
  const ended = migration.rounds.find(candidate => candidate.index === round)
  const kept = draft(migration, {
    atMs: ended
      ? ended.startedAtMs + ended.ms
      : (migration.ending?.atMs ?? migration.current?.atMs ?? migration.startedAtMs),
    kind: 'round',
    outcome: `${ended ? 'after' : 'in'} round ${round}: ${actionWords[decision.action]}`,
    reasons,
    inputs,
    alternatives,
  })
  return { id: `${migration.id}:round-${round}`, ...kept }
}

const bandwidthWords = (bytesPerSecond: number | null): string =>
  bytesPerSecond === null
    ? 'send as fast as the link allows'
    : `send at most ${formatBytes(bytesPerSecond)}/s`

/** What an operator asked of a running migration. */
export const operatorDecision = (migration: Migration, command: OperatorCommand, atMs: number): Draft =>
  draft(migration, {
    atMs,
    kind: 'operator',
    outcome:
      command.kind === 'bandwidth' ? bandwidthWords(command.bytesPerSecond) : actionWords[command.kind],
    reasons: [`The operator asked for it after ${migration.rounds.length} rounds.`],
  })

const faultWords = ({ demandFaults, stallMs }: NonNullable<Migration['postCopy']>): string => {
  const heldUp = stallMs === null ? '' : ` that held it up for ${formatDuration(stallMs)}`
  return `${formatCount(demandFaults)} demand faults${heldUp}`
}

const outcomeReasons = (migration: Migration): readonly string[] => {
  const totalMs = (migration.endedAtMs ?? migration.startedAtMs) - migration.startedAtMs
  if (migration.failure) return [migration.failure.reason, whereItRuns(migration)]
  if (migration.phase === 'cancelled')
    return [`Cancelled after ${formatDuration(totalMs)}; the VM runs on at the source.`]
  const pause =
    migration.downtimeMs === null
      ? 'a pause that was not reported'
      : `a pause of ${formatDuration(migration.downtimeMs)}`
  const tail = migration.postCopy ? ` and ${faultWords(migration.postCopy)}` : ''
  const disk = migration.diskCopy ? `, its disk of ${formatBytes(migration.diskCopy.totalBytes)} first` : ''
  const sent =
    migration.rounds.length === 0
      ? 'the host does not say what it sent'
      : `${formatBytes(migration.bytesSent)} sent in ${migration.rounds.length} rounds${disk}`
  return [`Moved in ${formatDuration(totalMs)} with ${pause}${tail}; ${sent}.`]
}

/** How a migration ended, to be kept; `note` says it where the usual words would not be true. */
export const outcomeDecision = (migration: Migration, note?: string): NamedDraft => ({
  id: `${migration.id}:outcome`,
  ...draft(migration, {
    atMs: migration.endedAtMs ?? migration.startedAtMs,
    kind: 'outcome',
    outcome: migration.phase,
    reasons: note === undefined ? outcomeReasons(migration) : [note],
  }),
})

const whereItRuns = (migration: Migration): string => vmPlaceWords[migration.failure?.vmRunsAt ?? 'unknown']

/** A failed migration as an operation's failure. */
export const failureReport = (migration: Migration): FailureReport => ({
  code: 'refused',
  message: `The migration of ${migration.vmName} failed: ${migration.failure?.reason ?? 'no reason was given.'}`,
  remedy:
    migration.failure?.vmRunsAt === 'source'
      ? 'The VM runs on where it was: mend the cause and try again.'
      : `${whereItRuns(migration)} Look for it in its pool before you act.`,
})

/** A migration that an earlier run of Longshore left without a journal: it was not ordered, or nobody knows. */
export const abandoned = (migration: Migration): Migration => ({
  ...migration,
  phase: 'failed',
  endedAtMs: migration.startedAtMs,
  current: null,
  cancellable: false,
  requested: null,
  recovering: null,
  failure:
    migration.phase === 'checks'
      ? { reason: NOT_ORDERED, vmRunsAt: 'source' }
      : { reason: 'Longshore ended while it ran and has no journal of it.', vmRunsAt: 'unknown' },
})
