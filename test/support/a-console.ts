import { VolatileStore } from '../../src/main/adapters/sqlite/volatile-store.ts'
import { defaultThresholds } from '../../src/main/core/decision/thresholds.ts'
import type { Clock } from '../../src/main/ports/clock.ts'
import type { ForecasterBackend } from '../../src/main/ports/forecaster-backend.ts'
import type { HeatClusterer } from '../../src/main/ports/heat-clusterer.ts'
import type { Hypervisor } from '../../src/main/ports/hypervisor.ts'
import type { Store } from '../../src/main/ports/store.ts'
import { Advisor } from '../../src/main/services/advisor.ts'
import { Connections } from '../../src/main/services/connections.ts'
import { ControlLoop } from '../../src/main/services/control-loop.ts'
import { Decisions } from '../../src/main/services/decisions.ts'
import { Forecaster } from '../../src/main/services/forecaster.ts'
import { ManualMigration } from '../../src/main/services/manual-migration.ts'
import { Migrator } from '../../src/main/services/migrator.ts'
import { Operations } from '../../src/main/services/operations.ts'
import { SampleHistory } from '../../src/main/services/sample-history.ts'
import { Sampler } from '../../src/main/services/sampler.ts'
import { Stewardship } from '../../src/main/services/stewardship.ts'
import { StopSwitch } from '../../src/main/services/stop-switch.ts'
import { TrustBook } from '../../src/main/services/trust-book.ts'
import type { AutomationLevel } from '../../src/shared/model/connection.ts'
import { silentLog } from '../fakes/silent-log.ts'

const HORIZONS = [1, 10, 30, 60]

/** Forecasts the same dirty rate for every VM at every horizon, at once. */
export const constantBackend = (dirtyPagesPerSecond: number): ForecasterBackend => ({
  info: Promise.resolve({
    backend: 'tfjs-cpu',
    model: 'constant',
    skill: 0,
    windowSteps: 20,
    features: 5,
    horizons: HORIZONS,
  }),
  predict: async (_, count) =>
    Float32Array.from({ length: count * HORIZONS.length * 2 }, (_, i) =>
      i % 2 === 0 ? dirtyPagesPerSecond : 0.1,
    ),
  close: async () => {},
})

/** Calls every region cold. */
const coldClusterer: HeatClusterer = {
  cluster: async (vmId, reading) => ({
    vmId,
    atMs: reading.atMs,
    regionPages: reading.regionPages,
    totalPages: reading.totalPages,
    classes: new Uint8Array(reading.frequency.length),
    frequency: reading.frequency,
    centroids: [],
    inertia: 0,
    iterations: 0,
  }),
  close: async () => {},
}

/** The services of a console, wired as the application wires them, around one hypervisor and a given clock. */
export const aConsole = ({
  connect,
  clock,
  level = 'automatic',
  backend = constantBackend(0),
  store = new VolatileStore(),
  me = 'me',
}: {
  connect: () => Promise<Hypervisor>
  clock: Clock
  level?: AutomationLevel
  backend?: ForecasterBackend
  store?: Store
  /** Who this console is to others on the same pool. */
  me?: string
}) => {
  const log = silentLog
  const thresholds = defaultThresholds
  const connections = new Connections({ connect, clock, log, store, trust: new TrustBook({ store, clock }) })
  const sampler = new Sampler({
    clock,
    log,
    thresholds,
    livePool: connectionId => connections.pool(connectionId),
    movingVmIds: () => migrator.movingVmIds,
  })
  const history = new SampleHistory(20, thresholds.maskAge.value * 1000)
  const operations = new Operations(clock)
  const decisions = new Decisions(store)
  const forecaster = new Forecaster({ backend, history })
  const migrator: Migrator = new Migrator({
    connections,
    operations,
    decisions,
    sampler,
    clusterer: coldClusterer,
    store,
    clock,
    log,
    thresholds,
    forecastOf: vmId => loop.forecastOf(vmId),
  })
  const mayAct = (connectionId: string): boolean => stewardship.mayAct(connectionId)
  const advisor = new Advisor({
    connections,
    decisions,
    migrator,
    history,
    thresholds,
    log,
    mayAct,
    onBreach: breach => store.putBreach(breach),
  })
  const loop = new ControlLoop({ connections, sampler, history, forecaster, advisor, store, clock, log })
  const manual = new ManualMigration({ connections, advisor, migrator, decisions, loop })
  const stewardship: Stewardship = new Stewardship({
    connections,
    migrator,
    clock,
    log,
    me: { holder: me, name: `root@${me}` },
    poolNow: connectionId => loop.latestOf(connectionId)?.atMs ?? clock.now(),
  })
  const stopSwitch = new StopSwitch({ connections, migrator })
  connections.add({ id: 'c', name: 'pool', url: 'http://127.0.0.1', user: 'root', password: '', level })
  loop.start()
  stewardship.start()
  const close = async () => {
    loop.close()
    await stewardship.close()
    sampler.close()
    await migrator.close()
    await connections.close()
  }
  return { connections, sampler, operations, decisions, migrator, loop, manual, stopSwitch, store, close }
}
