import type { Lease } from '../../shared/model/pool-guards.ts'
import type { Thresholds } from '../core/decision/thresholds.ts'
import { WINDOW_STEPS } from '../core/forecast/features.ts'
import type { Clock } from '../ports/clock.ts'
import type { ForecasterBackend } from '../ports/forecaster-backend.ts'
import type { HeatClusterer } from '../ports/heat-clusterer.ts'
import type { Log } from '../ports/log.ts'
import type { ShapeSorter } from '../ports/shape-sorter.ts'
import type { Simulator } from '../ports/simulator.ts'
import type { Store } from '../ports/store.ts'
import { AdviceWatch } from './advice-watch.ts'
import { Advisor } from './advisor.ts'
import type { Connections } from './connections.ts'
import { ControlLoop } from './control-loop.ts'
import { Decisions } from './decisions.ts'
import { Forecaster } from './forecaster.ts'
import { ForeignTasks } from './foreign-tasks.ts'
import { HostOutlooks } from './host-outlooks.ts'
import { ManualMigration } from './manual-migration.ts'
import { Migrator } from './migrator.ts'
import { Operations } from './operations.ts'
import { PoolHeat } from './pool-heat.ts'
import { SampleHistory } from './sample-history.ts'
import { Sampler } from './sampler.ts'
import { Schedule } from './schedule.ts'
import { Stewardship } from './stewardship.ts'
import { StopSwitch } from './stop-switch.ts'
import { WhatIfs } from './what-ifs.ts'
import { guestOf, WorkingSets } from './working-sets.ts'
import { WorkloadShapes } from './workload-shapes.ts'

interface Parts {
  readonly connections: Connections
  readonly backend: ForecasterBackend
  readonly clusterer: HeatClusterer
  readonly shapeSorter: ShapeSorter
  readonly simulator: Simulator
  readonly store: Store
  readonly clock: Clock
  readonly log: Log
  readonly thresholds: Thresholds
  /** Who this console is to others on the same pool. */
  readonly me: Pick<Lease, 'holder' | 'name'>
}

/** The services of one console, each given what it talks to; the application and its tests share them. Nothing is started. */
export const wireServices = ({ backend, clusterer, shapeSorter, me, ...parts }: Parts) => {
  const { connections, store, clock, log, thresholds } = parts
  const sampler = new Sampler({
    clock,
    log,
    thresholds,
    livePool: connectionId => connections.pool(connectionId),
    movingVmIds: () => migrator.movingVmIds,
    onWindows: (vm, windows) => workingSets.take(guestOf(vm), windows),
  })
  const history = new SampleHistory(WINDOW_STEPS, thresholds.maskAge.value * 1000)
  const operations = new Operations(clock)
  const decisions = new Decisions(store)
  const forecaster = new Forecaster({ backend, history })
  const migrator: Migrator = new Migrator({
    ...parts,
    operations,
    decisions,
    sampler,
    clusterer,
    forecastOf: vmId => loop.forecastOf(vmId),
    dirtyRateOf: vmId => loop.dirtyRateOf(vmId),
    workingSetOf: vmId => workingSets.latestOf(vmId),
  })
  const workingSets: WorkingSets = new WorkingSets({ connections, sampler, migrator, store, log })
  const advisor = new Advisor({
    connections,
    decisions,
    migrator,
    history,
    thresholds,
    log,
    mayAct: connectionId => stewardship.mayAct(connectionId),
    onBreach: breach => store.putBreach(breach),
  })
  const hostOutlooks = new HostOutlooks(thresholds)
  const loop = new ControlLoop({
    connections,
    sampler,
    history,
    forecaster,
    advisor,
    hostOutlooks,
    store,
    clock,
    log,
  })
  const stewardship: Stewardship = new Stewardship({
    connections,
    migrator,
    clock,
    log,
    me,
    poolNow: connectionId => loop.latestOf(connectionId)?.atMs ?? clock.now(),
  })
  const foreignTasks = new ForeignTasks({ connections, migrator, operations, clock, log })
  const adviceWatch = new AdviceWatch({
    workingSets,
    connections,
    advisor,
    migrator,
    loop,
    clock,
    thresholds,
  })
  const manual = new ManualMigration({ connections, advisor, migrator, decisions, loop })
  const schedule = new Schedule({ connections, loop, manual, decisions, store, thresholds, clock, log })
  const stopSwitch = new StopSwitch({ connections, migrator, store, clock })
  const poolHeat = new PoolHeat({ connections, loop, store, migrator, thresholds })
  const whatIfs = new WhatIfs({ ...parts, migrator, workingSets, operations })
  const workloadShapes = new WorkloadShapes({ connections, loop, store, sorter: shapeSorter })
  return {
    sampler,
    workingSets,
    adviceWatch,
    operations,
    decisions,
    migrator,
    loop,
    stewardship,
    foreignTasks,
    manual,
    schedule,
    stopSwitch,
    poolHeat,
    workloadShapes,
    whatIfs,
  }
}
