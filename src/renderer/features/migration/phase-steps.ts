import type { Migration } from '../../../shared/model/migration.ts'

export interface PhaseStep {
  readonly name: string
  readonly state: 'done' | 'current' | 'ahead' | 'broken'
}

type StepKey = 'starting' | 'pre-copy' | 'switch' | 'pause' | 'post-copy' | 'end'

const hybridKeys: readonly StepKey[] = ['starting', 'pre-copy', 'switch', 'pause', 'post-copy', 'end']
const preCopyKeys: readonly StepKey[] = ['starting', 'pre-copy', 'pause', 'end']

/** A host that does not say how pre-copy ended has no post-copy. */
const goesPostCopy = ({ policy, ending, phase }: Migration): boolean =>
  ending ? ending.kind === 'post-copy' : policy === 's1' && phase !== 'completed'

/** How far a migration has come, as a key of its own steps. */
const reachedKey = (migration: Migration): StepKey => {
  switch (migration.phase) {
    case 'checks':
    case 'reserve':
    case 'disk-copy':
      return 'starting'
    case 'pre-copy':
      return 'pre-copy'
    case 'switching':
      return 'switch'
    case 'paused':
    case 'stop-and-copy':
      return 'pause'
    case 'post-copy':
      return 'post-copy'
    case 'completing':
      return migration.postCopy ? 'post-copy' : 'pause'
    case 'completed':
      return 'end'
    default:
      return brokenAt(migration)
  }
}

const brokenAt = ({ postCopy, pausedAtMs, ending, rounds, current }: Migration): StepKey => {
  if (postCopy) return 'post-copy'
  if (pausedAtMs !== null) return 'pause'
  if (ending?.kind === 'post-copy') return 'switch'
  return rounds.length > 0 || current ? 'pre-copy' : 'starting'
}

const nameOf = (key: StepKey, migration: Migration): string => {
  switch (key) {
    case 'pre-copy': {
      const rounds = migration.current?.round ?? migration.rounds.filter(round => round.live).length
      return rounds > 0 ? `pre-copy ${rounds}` : 'pre-copy'
    }
    case 'pause':
      return goesPostCopy(migration) ? 'pause' : 'pause: stop and copy'
    case 'end':
      return migration.phase === 'failed' || migration.phase === 'cancelled' ? migration.phase : 'done'
    default:
      return key
  }
}

/** The steps of a migration in order, each done, under way, ahead, or where it broke off. */
export const phaseSteps = (migration: Migration): readonly PhaseStep[] => {
  const keys = goesPostCopy(migration) ? hybridKeys : preCopyKeys
  const reached = keys.indexOf(reachedKey(migration))
  const isBroken = migration.phase === 'failed' || migration.phase === 'cancelled'
  return keys.map((key, index): PhaseStep => {
    const name = nameOf(key, migration)
    if (isBroken && key === 'end') return { name, state: 'broken' }
    if (migration.phase === 'completed' || index < reached) return { name, state: 'done' }
    if (index > reached) return { name, state: 'ahead' }
    return { name, state: isBroken ? 'broken' : 'current' }
  })
}

/** The step at which a migration that did not complete broke off. */
export const brokenStep = (migration: Migration): string => nameOf(brokenAt(migration), migration)
