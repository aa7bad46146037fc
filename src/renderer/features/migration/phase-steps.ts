import type { Migration } from '../../../shared/model/migration.ts'
import { maySwitch } from './policy-rules.ts'

export interface PhaseStep {
  readonly name: string
  readonly state: 'done' | 'current' | 'ahead' | 'broken' | 'cancelled'
}

type StepKey =
  | 'checks'
  | 'reserve'
  | 'disk-copy'
  | 'pre-copy'
  | 'switch'
  | 'pause'
  | 'post-copy'
  | 'completing'
  | 'end'

/** A host that does not say how pre-copy ended has no post-copy. */
const goesPostCopy = ({ policy, ending, phase }: Migration): boolean =>
  ending ? ending.kind === 'post-copy' : maySwitch(policy) && phase !== 'completed'

const keysOf = (migration: Migration): readonly StepKey[] => {
  const copiesDisks = migration.diskCopy !== null || migration.phase === 'disk-copy'
  const isHybrid = goesPostCopy(migration)
  return [
    'checks',
    'reserve',
    ...(copiesDisks ? (['disk-copy'] as const) : []),
    'pre-copy',
    ...(isHybrid ? (['switch'] as const) : []),
    'pause',
    ...(isHybrid ? (['post-copy'] as const) : []),
    'completing',
    'end',
  ]
}

/** How far a migration has come, as a key of its own steps. */
const reachedKey = (migration: Migration): StepKey => {
  switch (migration.phase) {
    case 'switching':
      return 'switch'
    case 'paused':
    case 'stop-and-copy':
      return 'pause'
    case 'completed':
      return 'end'
    case 'failed':
    case 'cancelled':
      return brokenAt(migration)
    default:
      return migration.phase
  }
}

/** By what it left behind: an end does not say in which phase it came. */
const brokenAt = (migration: Migration): StepKey => {
  const { postCopy, pausedAtMs, resumedAtMs, ending, rounds, current, diskCopy } = migration
  if (postCopy) return postCopy.remainingPages === 0 ? 'completing' : 'post-copy'
  if (pausedAtMs !== null) return resumedAtMs === null ? 'pause' : 'completing'
  if (ending?.kind === 'post-copy') return 'switch'
  if (rounds.length > 0 || current || migration.taskProgress) return 'pre-copy'
  if (diskCopy) return 'disk-copy'
  return migration.waitingFor === null ? 'reserve' : 'checks'
}

const nameOf = (key: StepKey, migration: Migration): string => {
  switch (key) {
    case 'pre-copy': {
      const rounds = migration.current?.round ?? migration.rounds.filter(round => round.live).length
      return rounds > 0 ? `pre-copy ${rounds}` : 'pre-copy'
    }
    case 'pause':
      return goesPostCopy(migration) ? 'pause' : 'pause: stop and copy'
    case 'disk-copy':
      return 'disk copy'
    case 'end':
      return migration.phase === 'failed' || migration.phase === 'cancelled' ? migration.phase : 'done'
    default:
      return key
  }
}

/** How it came to an end before the last step; undefined where it did not. */
const stopOf = ({ phase }: Migration): 'broken' | 'cancelled' | undefined =>
  phase === 'failed' ? 'broken' : phase === 'cancelled' ? phase : undefined

/** The steps of a migration in order, each done, under way, ahead, or where it broke off or was cancelled. */
export const phaseSteps = (migration: Migration): readonly PhaseStep[] => {
  const keys = keysOf(migration)
  const reached = keys.indexOf(reachedKey(migration))
  const stop = stopOf(migration)
  return keys.map((key, index): PhaseStep => {
    const name = nameOf(key, migration)
    if (stop && key === 'end') return { name, state: stop }
    if (migration.phase === 'completed' || index < reached) return { name, state: 'done' }
    if (index > reached) return { name, state: 'ahead' }
    return { name, state: stop ?? 'current' }
  })
}

/** The step at which a migration that did not complete broke off. */
export const brokenStep = (migration: Migration): string => nameOf(brokenAt(migration), migration)
