import { VolatileStore } from '../../src/main/adapters/sqlite/volatile-store.ts'
import { defaultThresholds } from '../../src/main/core/decision/thresholds.ts'
import type { Clock } from '../../src/main/ports/clock.ts'
import type { ForecasterBackend } from '../../src/main/ports/forecaster-backend.ts'
import type { HeatClusterer } from '../../src/main/ports/heat-clusterer.ts'
import type { Hypervisor } from '../../src/main/ports/hypervisor.ts'
import type { ShapeSorter } from '../../src/main/ports/shape-sorter.ts'
import type { Simulator } from '../../src/main/ports/simulator.ts'
import type { Store } from '../../src/main/ports/store.ts'
import { Connections } from '../../src/main/services/connections.ts'
import { TrustBook } from '../../src/main/services/trust-book.ts'
import { wireServices } from '../../src/main/services/wire-services.ts'
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
  predict: async (_, count) => {
    const outputs = new Float32Array(count * HORIZONS.length * 2).fill(0.1)
    for (let at = 0; at < outputs.length; at += 2) outputs[at] = dirtyPagesPerSecond
    return outputs
  },
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

/** Calls every VM steady. */
const oneShape: ShapeSorter = {
  sort: async ({ vmIds }) => ({
    groups: [{ word: 'steady', periodMs: null, cpuRatio: 0.1, dirtyPagesPerSecond: 0, vmIds }],
    unknownVmIds: [],
  }),
  close: async () => {},
}

/** Simulates nothing. */
const refuse = async (): Promise<never> => {
  throw new Error('nothing is simulated here')
}
const noSimulator: Simulator = {
  run: refuse,
  runSharedLink: refuse,
  close: async () => {},
}

/** The services of a console, wired as the application wires them, around one hypervisor and a given clock. */
export const aConsole = ({
  connect,
  clock,
  level = 'automatic',
  backend = constantBackend(0),
  simulator = noSimulator,
  store = new VolatileStore(),
  me = 'me',
}: {
  connect: () => Promise<Hypervisor>
  clock: Clock
  level?: AutomationLevel
  backend?: ForecasterBackend
  simulator?: Simulator
  store?: Store
  /** Who this console is to others on the same pool. */
  me?: string
}) => {
  const log = silentLog
  const connections = new Connections({ connect, clock, log, store, trust: new TrustBook({ store, clock }) })
  const { sampler, stewardship, foreignTasks, loop, ...services } = wireServices({
    connections,
    backend,
    clusterer: coldClusterer,
    shapeSorter: oneShape,
    simulator,
    store,
    clock,
    log,
    thresholds: defaultThresholds,
    me: { holder: me, name: `root@${me}` },
  })
  connections.add({ id: 'c', name: 'pool', url: 'http://127.0.0.1', user: 'root', password: '', level })
  loop.start()
  stewardship.start()
  services.schedule.start()
  foreignTasks.start()
  const close = async () => {
    loop.close()
    await services.schedule.close()
    await stewardship.close()
    await foreignTasks.close()
    sampler.close()
    await services.whatIfs.close()
    await services.migrator.close()
    await connections.close()
  }
  return { connections, sampler, loop, ...services, store, close }
}
