import { availableParallelism, hostname, userInfo } from 'node:os'
import { join } from 'node:path'
import type { AppStatus } from '../shared/contract/app.ts'
import type { AppHandlers } from '../shared/contract/index.ts'
import { type FailureReport, reportOf } from '../shared/failure.ts'
import type { ConnectionSettings, StoredConnection } from '../shared/model/connection.ts'
import { isHostsFile } from '../shared/model/pool-address.ts'
import { labPools } from './adapters/lab/lab-pools.ts'
import { type RunningLab, startLab } from './adapters/lab/start-lab.ts'
import { connectQemu } from './adapters/qemu/qemu-hypervisor.ts'
import { realLab as realLabStarter } from './adapters/qemu-lab/real-lab.ts'
import { openRecorder } from './adapters/session/open-recorder.ts'
import { simulatorPool } from './adapters/simulation/simulator-pool.ts'
import { openStore } from './adapters/sqlite/open-store.ts'
import { VolatileStore } from './adapters/sqlite/volatile-store.ts'
import { startHeatClusterer } from './adapters/system/heat-clusterer.ts'
import { makeFolder } from './adapters/system/make-folder.ts'
import { osSecrets } from './adapters/system/os-secrets.ts'
import { openPassPhraseSecrets } from './adapters/system/pass-phrase-secrets.ts'
import { runSecrets } from './adapters/system/run-secrets.ts'
import { shapeSorter } from './adapters/system/shape-sorter.ts'
import { startForecaster } from './adapters/tensor/start-forecaster.ts'
import { connectXenApi } from './adapters/xenapi/xenapi-hypervisor.ts'
import { defaultThresholds } from './core/decision/thresholds.ts'
import { handlersOf } from './handlers/index.ts'
import type { Clock } from './ports/clock.ts'
import type { ForecasterBackend } from './ports/forecaster-backend.ts'
import type { Log } from './ports/log.ts'
import type { KeyStore } from './ports/secrets.ts'
import type { Store } from './ports/store.ts'
import { ConnectionDesk } from './services/connection-desk.ts'
import { type Connect, type ConnectionSetup, Connections } from './services/connections.ts'
import { HeatWatch } from './services/heat-watch.ts'
import { HistoryDesk } from './services/history-desk.ts'
import { LiveValue } from './services/live-value.ts'
import { Passwords } from './services/passwords.ts'
import { readPastDirtying } from './services/past-dirtying.ts'
import { RealLabDesk } from './services/real-lab-desk.ts'
import { recordedHypervisor } from './services/recorded-hypervisor.ts'
import { SessionRecording } from './services/session-recording.ts'
import { TrustBook } from './services/trust-book.ts'
import { wireServices } from './services/wire-services.ts'

export interface AppOptions {
  readonly dataDir: string
  /** The folder that holds the shipped forecaster and traces. */
  readonly resourcesDir: string
  readonly version: string
  /** Whether to run the embedded lab and connect to it. */
  readonly lab: boolean
  /** Of the lab of real VMs: where its parts are kept, and how its hosts call Longshore. */
  readonly realLab: { readonly cacheDir: string; readonly hostCommand: readonly string[] }
  /** Pools to connect to beside it. */
  readonly pools: readonly ConnectionSettings[]
  /** Asks for the key store of the system, which only Electron can reach; null where there is none to be used. */
  readonly openKeyStore?: (() => Promise<KeyStore | null>) | undefined
  readonly log: Log
  readonly clock: Clock
}

export interface App {
  readonly handlers: AppHandlers
  close(): Promise<void>
}

/** The embedded lab plays the same day at every start. */
const LAB_SEED = 1
const RESTORED = 500
/** Simulations run beside everything else and shall leave it room. */
const MOST_SIMULATING_THREADS = 2

const REMEDY = 'The rest goes on without it. See the log, and start Longshore again.'

/** Who we are to people on other consoles; a user id without an entry has no name. */
const ownName = (): string => {
  try {
    return `${userInfo().username}@${hostname()}`
  } catch {
    return hostname()
  }
}

/** Opens the store; where that fails the run is kept in memory and the trouble is shown. */
const storeOrMemory = async (
  { dataDir, log }: Pick<AppOptions, 'dataDir' | 'log'>,
  onTrouble: (report: FailureReport) => void,
): Promise<Store> => {
  try {
    return await openStore({ dataDir, log, onTrouble })
  } catch (error) {
    log.error('the store cannot be opened', error)
    onTrouble(reportOf(error, { what: 'The store cannot be opened', remedy: REMEDY }))
    return new VolatileStore()
  }
}

/** The places for passwords in the data folder; a key store that cannot be asked counts as none. */
const openPasswords = async ({ dataDir, openKeyStore, log }: AppOptions): Promise<Passwords> => {
  const keyStore = await openKeyStore?.().catch((error: unknown) => {
    log.error('the key store of the system cannot be used', error)
    return null
  })
  return new Passwords({
    os: keyStore ? osSecrets(join(dataDir, 'os-secrets.json'), keyStore) : null,
    file: await openPassPhraseSecrets(join(dataDir, 'secrets.json')),
    run: runSecrets(),
  })
}

/** A connection that is given at every start, with what the last run left of it. */
const asKnown = (
  setup: ConnectionSetup,
  { level, url, members }: Partial<StoredConnection> = {},
): ConnectionSetup => ({
  ...setup,
  level: level ?? setup.level,
  ...(members && url === setup.url && { members }),
})

interface StatusBoard {
  readonly status: LiveValue<AppStatus>
  readonly trouble: (report: FailureReport) => void
}

const openStatus = (version: string): StatusBoard => {
  const status = new LiveValue<AppStatus>({
    version,
    tensorBackend: null,
    model: null,
    troubles: [],
    thresholds: defaultThresholds,
  })
  const trouble = (report: FailureReport) =>
    status.set({ ...status.value, troubles: [...status.value.troubles, report] })
  return { status, trouble }
}

/** Starts the forecaster and tells how it is, until `closing` aborts. */
const openForecaster = (
  { resourcesDir, log }: AppOptions,
  { status, trouble }: StatusBoard,
  closing: AbortSignal,
): ForecasterBackend => {
  const backend = startForecaster({ modelDir: join(resourcesDir, 'forecaster'), log })
  backend.info.then(
    ({ backend: tensorBackend, model, skill }) => {
      log.info('the forecaster is ready', { tensorBackend, model, skill })
      status.set({ ...status.value, tensorBackend, model: { name: model, skill } })
    },
    error => {
      if (closing.aborted) return
      log.error('there are no forecasts', error)
      trouble(reportOf(error, { what: 'There are no forecasts', remedy: REMEDY }))
    },
  )
  return backend
}

/** What works in threads of its own, and the store. */
const startEngines = async (options: AppOptions, board: StatusBoard, closing: AbortSignal) => {
  const { clock, log, dataDir, version } = options
  const engines = {
    backend: openForecaster(options, board, closing),
    clusterer: startHeatClusterer(),
    shapeSorter: shapeSorter(),
    simulator: simulatorPool(Math.min(MOST_SIMULATING_THREADS, availableParallelism())),
    store: await storeOrMemory(options, board.trouble),
    recorder: openRecorder({ dataDir, version, clock, log }),
  }
  const close = async (): Promise<void> => {
    await Promise.all(Object.values(engines).map(engine => engine.close()))
  }
  return { ...engines, close }
}
type Engines = Awaited<ReturnType<typeof startEngines>>

const openConnections = (options: AppOptions, { store, recorder }: Engines) => {
  const { clock, log } = options
  const trust = new TrustBook({ store, clock })
  const connect: Connect = (target, signal) =>
    (isHostsFile(target.settings.url) ? connectQemu : connectXenApi)({ ...target, clock, log }, signal)
  const connectRecorded: Connect = async (target, signal) =>
    recordedHypervisor(await connect(target, signal), { connectionId: target.settings.id, recorder })
  const connections = new Connections({ connect: connectRecorded, clock, log, store, trust })
  const passwords = openPasswords(options)
  const desk = new ConnectionDesk({ connections, passwords, trust, store, connect, clock, log })
  return { trust, connections, desk }
}

const openServices = (options: AppOptions, engines: Engines) => {
  const { clock, log } = options
  const { store, recorder, clusterer } = engines
  const entry = openConnections(options, engines)
  const { connections } = entry
  const me = { holder: crypto.randomUUID(), name: ownName() }
  const wired = wireServices({ ...engines, connections, clock, log, thresholds: defaultThresholds, me })
  const { operations, decisions, migrator, loop } = wired
  const backupFolder = join(options.dataDir, 'backups')
  return {
    ...entry,
    ...wired,
    store,
    historyDesk: new HistoryDesk({ store, operations, clock, log, backupFolder, makeFolder }),
    realLab: new RealLabDesk({
      startLab: realLabStarter({ ...options.realLab, resourcesDir: options.resourcesDir }),
      connections,
      operations,
      migrator,
      log,
    }),
    heatWatch: new HeatWatch({ connections, clusterer, clock }),
    recording: new SessionRecording({ recorder, connections, decisions, migrator, loop, log }),
  }
}
type Services = ReturnType<typeof openServices>

/** Takes up what earlier runs left; returns the connections that they had. */
const restorePast = async (
  services: Services,
  { log }: AppOptions,
  { trouble }: StatusBoard,
): Promise<readonly StoredConnection[]> => {
  const { store, migrator } = services
  // A past that cannot be read costs the past, not the present.
  const past = <T>(reading: Promise<T>, nothing: T): Promise<T> =>
    reading.catch(error => {
      log.error('the history cannot be read', error)
      trouble(reportOf(error, { what: 'The history cannot be read', remedy: REMEDY }))
      return nothing
    })
  const settings = await past(store.settings(), {})
  services.historyDesk.restore(settings)
  services.stopSwitch.restore(settings)
  services.decisions.restore(await past(store.decisions(RESTORED), []))
  const migrations = await past(store.migrations(RESTORED), [])
  migrator.restore(migrations, await past(store.openJournal(), []))
  services.schedule.restore(await past(store.schedule(), []))
  services.sampler.remember(await past(readPastDirtying(store, migrations), []))
  services.recording.start()
  services.trust.restore(await past(store.pins(), []))
  return past(store.connections(), [])
}

/** Starts the embedded lab and connects to its pools; resolves to null where there is none. */
const openLab = async (
  connect: (setup: ConnectionSettings) => void,
  { trouble }: StatusBoard,
  closing: AbortSignal,
): Promise<RunningLab | null> => {
  try {
    const lab = await startLab({
      port: 0,
      seed: LAB_SEED,
      pools: labPools({ seed: LAB_SEED }),
      signal: closing,
    })
    const { user, password, pools } = lab.info
    for (const [index, { name, url }] of pools.entries()) {
      // The first acts, so that the whole loop is seen; the second, where little can be measured, advises.
      const [id, level] =
        index === 0 ? (['lab', 'automatic'] as const) : ([`lab-${index + 1}`, 'advise'] as const)
      connect({ id, name, url, user, password, level, isLab: true })
    }
    return lab
  } catch (error) {
    if (!closing.aborted) trouble(reportOf(error, { what: 'The lab cannot be started', remedy: REMEDY }))
    return null
  }
}

/** In this order: what gives orders ends before what carries them out, and the connections before the labs. */
const closeServices = async (services: Services, lab: Promise<RunningLab | null>): Promise<void> => {
  services.loop.close()
  await services.schedule.close()
  await services.stewardship.close()
  await services.foreignTasks.close()
  services.sampler.close()
  services.workingSets.close()
  await services.whatIfs.close()
  await services.migrator.close()
  await services.historyDesk.close()
  await services.connections.close()
  await (await lab)?.close()
  await services.realLab.close()
  services.recording.close()
}

/** The one place where adapters, services and handlers meet. */
export const startApp = async (options: AppOptions): Promise<App> => {
  const closing = new AbortController()
  const board = openStatus(options.version)
  const engines = await startEngines(options, board, closing.signal)
  const services = openServices(options, engines)
  const known = await restorePast(services, options, board)
  services.workingSets.start()
  const knownById = new Map(known.map(connection => [connection.id, connection]))
  const connect = (setup: ConnectionSettings) =>
    services.connections.add(asKnown(setup, knownById.get(setup.id)))
  for (const settings of options.pools) connect(settings)
  services.desk
    .restore(known)
    .catch(error => options.log.error('the connections of earlier runs did not come back', error))
  const lab = options.lab ? openLab(connect, board, closing.signal) : Promise.resolve(null)
  services.loop.start()
  services.stewardship.start()
  services.schedule.start()
  services.foreignTasks.start()
  return {
    handlers: handlersOf({ ...services, status: board.status }),
    close: async () => {
      closing.abort()
      await closeServices(services, lab)
      await engines.close()
    },
  }
}
