import type { DecisionInput } from '../../shared/model/decision.ts'
import type { VmSample } from '../../shared/model/sample.ts'
import type { Vm } from '../../shared/model/vm.ts'
import { formatDuration } from '../../shared/units.ts'
import type { Thresholds } from '../core/decision/thresholds.ts'
import type { Connections, LivePool } from './connections.ts'
import type { Obstacle } from './held-triggers.ts'
import type { Migrator } from './migrator.ts'
import type { Tick } from './sampler.ts'
import { restraintByBasis, restraintOf } from './trigger-words.ts'

/** A VM in a second of its pool. */
export interface Subject {
  readonly pool: LivePool
  readonly vm: Vm
  readonly sample: VmSample
  readonly tick: Tick
}

interface Surroundings {
  readonly connections: Pick<Connections, 'overview' | 'state'>
  readonly migrator: Pick<Migrator, 'running' | 'lastMoved'>
  readonly thresholds: Thresholds
  /** Whether we hold the lease on a pool. */
  readonly mayAct: (connectionId: string) => boolean
}

/** What keeps us from acting by ourselves on a pool, by figures that fired; null when nothing does. */
export const restraintOn = (
  { pool, sample }: Subject,
  inputs: readonly DecisionInput[],
  { connections, mayAct }: Surroundings,
): Obstacle | null => {
  const connection = connections.state(pool.connectionId)
  const restrained = (reason: string): Obstacle => ({ hindrance: 'restrained', reason })
  if (connections.overview.value.stoppedSinceMs !== null)
    return restrained('STOP is set: nothing is started by itself.')
  const byLevel = restraintOf(connection?.level ?? 'observe') ?? connection?.standBack[0]
  if (byLevel) return restrained(byLevel)
  if (!mayAct(pool.connectionId)) return restrained('The lease on this pool is not ours yet.')
  const byBasis = restraintByBasis(inputs, sample.dirtyPagesPerSecond)
  return byBasis === null ? null : { hindrance: 'estimated', reason: byBasis }
}

/** What forbids moving a VM now, whatever the level; null when nothing does. */
export const obstacleTo = (
  { pool, vm, tick }: Subject,
  { migrator, thresholds }: Surroundings,
): Obstacle | null => {
  if (vm.immovableBecause) return { hindrance: 'immovable', reason: vm.immovableBecause }
  const movedMs = migrator.lastMoved(vm.id)
  const restMs = thresholds.cooldown.value * 1000
  if (movedMs !== null && tick.atMs - movedMs < restMs) {
    const reason = `It moved ${formatDuration(tick.atMs - movedMs)} ago; a VM rests for ${formatDuration(restMs)} between moves.`
    return { hindrance: 'resting', reason }
  }
  const leaving = migrator.running.filter(migration => migration.sourceHostId === vm.hostId).length
  if (leaving >= thresholds.maxConcurrentPerHost.value) {
    const reason = `${leaving} migrations leave its host already, as many as are allowed.`
    return { hindrance: 'host-busy', reason }
  }
  const onLink = migrator.running.filter(
    ({ connectionId, network }) => connectionId === pool.connectionId && network === null,
  ).length
  if (onLink < thresholds.maxConcurrentPerLink.value) return null
  const reason = `${onLink} migrations use the migration network already, as many as are allowed.`
  return { hindrance: 'link-busy', reason }
}
