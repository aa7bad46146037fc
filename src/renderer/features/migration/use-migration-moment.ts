import { useCallback, useEffect, useMemo, useState } from 'react'
import type { Decision } from '../../../shared/model/decision.ts'
import type { Migration } from '../../../shared/model/migration.ts'
import type { PhaseTimelineData } from '../../charts/phase-timeline/data.ts'
import { fleetStore, useApp, useFleet } from '../../state/index.ts'
import { lastKnownTimeMs } from './last-known-time.ts'
import { createPoolClock } from './pool-clock.ts'
import { switchThetaThen } from './round-verdicts.ts'
import { timelineOf } from './timeline-data.ts'
import { totalMs } from './total-time.ts'

export interface MigrationMoment {
  /** The timeline at this very moment; cheap enough for every frame. */
  readonly read: () => PhaseTimelineData
  readonly elapsedMs: () => number
}

/** A migration in time: its pool's clock runs on between what is heard, so that a live picture moves smoothly. */
export const useMigrationMoment = (
  migration: Migration,
  decisions: ReadonlyMap<string, Decision>,
): MigrationMoment => {
  const thetaNow = useApp(state => state.status?.thresholds.switchTheta?.value ?? null)
  const thetaThen = switchThetaThen(migration, decisions)
  const switchTheta = thetaThen ?? thetaNow
  const tellsRounds = useFleet(
    state => state.hostsById.get(migration.sourceHostId)?.capabilities.rounds ?? true,
  )
  const [clock] = useState(createPoolClock)
  // Told before it is read, so that the bytes of a new item never meet the time of the one before.
  const heardAtMs = useMemo(() => {
    const wallMs = performance.now()
    clock.hear(lastKnownTimeMs(migration), wallMs)
    return clock.at(wallMs) ?? migration.startedAtMs
  }, [clock, migration])

  useEffect(() => {
    const poolOf = () => fleetStore.getState().hostsById.get(migration.sourceHostId)?.poolId ?? ''
    const hear = () => {
      const poolMs = fleetStore.getState().poolTimeMs.get(poolOf())
      if (poolMs !== undefined) clock.hear(poolMs, performance.now())
    }
    hear()
    return fleetStore.subscribe(hear)
  }, [clock, migration.sourceHostId])

  const nowMs = useCallback(
    // Of one that is not heard, what is shown is what was known: its time stands still.
    () => (migration.recovering ? undefined : clock.at(performance.now())) ?? lastKnownTimeMs(migration),
    [clock, migration],
  )
  const read = useCallback(
    () => timelineOf(migration, { nowMs: nowMs(), heardAtMs, switchTheta, tellsRounds }),
    [migration, nowMs, heardAtMs, switchTheta, tellsRounds],
  )
  const elapsedMs = useCallback(() => totalMs(migration, nowMs()), [migration, nowMs])
  return { read, elapsedMs }
}
