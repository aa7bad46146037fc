import { advise } from '../../src/main/core/decision/advise.ts'
import { defaultThresholds } from '../../src/main/core/decision/thresholds.ts'
import { curveOf } from '../../src/main/core/working-set/dirty-curve.ts'
import { workingSetOf } from '../../src/main/core/working-set/working-set.ts'
import type { AppStatus } from '../../src/shared/contract/app.ts'
import { fleetPacker } from '../../src/shared/contract/fleet.ts'
import { type AppHandlers, contract } from '../../src/shared/contract/index.ts'
import type { SettingsItem } from '../../src/shared/contract/settings.ts'
import type { WorkingSetItem } from '../../src/shared/contract/vm.ts'
import { Failure } from '../../src/shared/failure.ts'
import type { Advice } from '../../src/shared/model/advice.ts'
import type { Connection, SecretsState } from '../../src/shared/model/connection.ts'
import type { Decision } from '../../src/shared/model/decision.ts'
import type { PageHeat } from '../../src/shared/model/heat.ts'
import type { Migration } from '../../src/shared/model/migration.ts'
import type { Operation } from '../../src/shared/model/operation.ts'
import type { VmSeries } from '../../src/shared/model/sample.ts'
import type { ScheduledMigration } from '../../src/shared/model/schedule.ts'
import { memoryPipe } from '../../src/shared/rpc/memory-pipe.ts'
import type { Pipe } from '../../src/shared/rpc/pipe.ts'
import { serve } from '../../src/shared/rpc/server.ts'
import { aDecision, operatorDecision } from './fake-decisions.ts'
import { fakeFleet, randomOf } from './fake-fleet.ts'
import { beginMigration, stepMigration } from './fake-migration.ts'
import { fakePoolHeat } from './fake-pool-heat.ts'
import { aWhatIf, compareInSteps } from './fake-what-if.ts'
import { Topic } from './topic.ts'

const ended = new Set(['completed', 'failed', 'cancelled'])

export interface FakeAppOptions {
  readonly seed?: number
  readonly pools?: number
  readonly hostsPerPool?: number
  readonly vms?: number
  /** Wall clock and pool time of the first tick, ms since the epoch. */
  readonly startMs?: number
}

const aConnection = (index: number, sinceMs: number): Connection => ({
  id: `connection-${index + 1}`,
  name: `lab ${String.fromCharCode(65 + index)}`,
  url: `https://127.0.0.1:${8443 + index}`,
  user: 'root',
  level: 'advise',
  state: 'live',
  sinceMs,
  lastHeardMs: sinceMs,
  failure: null,
  retryAtMs: null,
  standBack: [],
  isLab: false,
  keep: 'os',
  question: null,
  pins: [],
})

const notFound = (what: string) =>
  new Failure({
    code: 'not-found',
    message: `There is no ${what}.`,
    remedy: 'It may have ended or been removed; look at the list again.',
  })

const operationOf = (m: Migration, atMs: number): Operation => ({
  id: `operation-${m.id}`,
  kind: 'migration',
  title: `${m.vmName} to ${m.destinationHostId.replace(/^pool-\d+-/, '')}`,
  startedAtMs: m.startedAtMs,
  endedAtMs: m.endedAtMs,
  state: !ended.has(m.phase)
    ? 'running'
    : m.phase === 'completed'
      ? 'succeeded'
      : m.phase === 'failed'
        ? 'failed'
        : 'cancelled',
  progress: ended.has(m.phase)
    ? 1
    : Math.min(0.98, (m.bytesSent / 4096 + (m.current?.sentPages ?? 0)) / (m.memoryPages * 1.25)),
  remainingMs: ended.has(m.phase) ? 0 : Math.max(200, 9_800 - (atMs - m.startedAtMs)),
  cancellable: m.cancellable,
  failure: null,
})

/** An application without a main process: seeded data for tests of the renderer and for looking at it. */
export class FakeApp {
  readonly fleet: ReturnType<typeof fakeFleet>
  nowMs: number
  connections: readonly Connection[]
  stoppedSinceMs: number | null = null
  secrets: SecretsState = { os: true, file: 'absent' }
  migrations: readonly Migration[] = []
  decisions: readonly Decision[] = []
  schedule: readonly ScheduledMigration[] = []
  status: AppStatus = {
    version: '0.1.0',
    tensorBackend: 'tfjs-wasm',
    model: { name: 'fleet-1', skill: 0.31 },
    troubles: [],
    thresholds: {},
  }
  settings: SettingsItem = {
    retention: {
      samples: { value: 24, default: 24, unit: 'hours', min: 1, max: 720, origin: 'default', source: '' },
      averages: { value: 7, default: 7, unit: 'days', min: 1, max: 366, origin: 'default', source: '' },
    },
    usage: {
      fileBytes: 200_000_000,
      logBytes: 0,
      freeBytes: 0,
      samples: { bytesPerVmSecond: 8.4, oldestWrittenMs: 1_763_413_600_000 },
      averages: { bytesPerVmSecond: 0.3, oldestWrittenMs: 1_762_895_200_000 },
    },
    backupFolder: '/data/backups',
  }
  /** Handlers to use instead of the fake's own, to see what a window makes of their failures. */
  overrides: Partial<AppHandlers> = {}
  #fleetVersion = 0
  readonly #ticks = new Topic()
  readonly #changes = new Topic()

  constructor({
    seed = 1,
    pools = 2,
    hostsPerPool = 3,
    vms = 24,
    startMs = 1_763_500_000_000,
  }: FakeAppOptions = {}) {
    this.fleet = fakeFleet({ seed, pools, hostsPerPool, vms })
    this.nowMs = startMs
    this.connections = this.fleet.pools.map((_, i) => aConnection(i, startMs))
    const vm = this.fleet.vms[0]
    if (vm)
      this.decisions = [1, 2, 3].map(n => aDecision(vm, { id: `decision-${n}`, atMs: startMs - n * 61_000 }))
  }

  /** Lets `stepMs` pass: a new sample of everything, and migrations move on. */
  tick(stepMs = 1000): void {
    this.nowMs += stepMs
    this.migrations = this.migrations.map(m => {
      const next = stepMigration(m, this.nowMs, stepMs)
      if (next.phase === 'completed' && m.phase !== 'completed')
        this.fleet.vms = this.fleet.vms.map(v =>
          v.id === m.vmId ? { ...v, hostId: m.destinationHostId } : v,
        )
      return next
    })
    this.connections = this.connections.map(c => (c.state === 'live' ? { ...c, lastHeardMs: this.nowMs } : c))
    this.#ticks.changed()
    if (this.migrations.some(m => !ended.has(m.phase) || m.endedAtMs === this.nowMs)) this.#changes.changed()
  }

  /** Tells every window of a fleet that was changed from outside. */
  fleetChanged(): void {
    this.#fleetVersion++
    this.#ticks.changed()
  }

  /** Says that something other than the samples was changed from outside. */
  changed(): void {
    this.#changes.changed()
  }

  #update(migrationId: string, requested: Migration['requested']): void {
    const found = this.migrations.find(m => m.id === migrationId)
    if (!found) throw notFound(`migration ${migrationId}`)
    this.migrations = this.migrations.map(m => (m.id === migrationId ? { ...m, requested } : m))
    this.#changes.changed()
  }

  #changeConnection(connectionId: string, change: Partial<Connection>): void {
    if (!this.connections.some(c => c.id === connectionId)) throw notFound('such connection')
    this.connections = this.connections.map(c => (c.id === connectionId ? { ...c, ...change } : c))
    this.#ticks.changed()
  }

  #addConnection({
    name,
    url,
    user,
    level,
    keep,
  }: Pick<Connection, 'name' | 'url' | 'user' | 'level' | 'keep'>) {
    const id = `connection-${this.connections.length + 1}`
    this.connections = [
      ...this.connections,
      {
        ...aConnection(0, this.nowMs),
        id,
        name,
        url,
        user,
        level,
        keep,
        state: 'connecting',
        lastHeardMs: null,
      },
    ]
    this.#ticks.changed()
    return { connectionId: id }
  }

  #start(vmId: string, destinationHostId: string | undefined, policy: Migration['policy']) {
    const vm = this.fleet.vms.find(v => v.id === vmId)
    if (!vm) throw notFound(`VM ${vmId}`)
    const destination =
      destinationHostId ?? this.fleet.hosts.find(h => h.poolId === vm.poolId && h.id !== vm.hostId)?.id
    const migration = beginMigration(vm, {
      id: `migration-${this.migrations.length + 1}`,
      connectionId: vm.poolId.replace('pool', 'connection'),
      startedAtMs: this.nowMs,
      destinationHostId: destination ?? '',
      policy,
      startedBy: 'operator',
    })
    this.migrations = [...this.migrations, migration]
    this.decisions = [
      operatorDecision(vm, migration, `decision-${this.decisions.length + 1}`),
      ...this.decisions,
    ]
    this.#changes.changed()
    return { migrationId: migration.id }
  }

  #series(vmId: string, fromMs: number, toMs: number): VmSeries {
    const n = Math.max(0, Math.min(3600, Math.floor((toMs - fromMs) / 1000)))
    const at = Float64Array.from({ length: n }, (_, i) => fromMs + i * 1000)
    const column = (f: (atMs: number) => number) => Float32Array.from(at, f)
    return {
      vmId,
      atMs: at,
      cpuRatio: column(t => Math.min(1, 0.1 + this.fleet.dirtyAt(vmId, t) / 200_000)),
      memoryRatio: column(() => 0.6),
      ioBytesPerSecond: column(t => this.fleet.dirtyAt(vmId, t) * 900),
      dirtyPagesPerSecond: column(t => this.fleet.dirtyAt(vmId, t)),
      pageFaultsPerSecond: column(t => this.fleet.dirtyAt(vmId, t) / 30),
      stepMs: 1000,
      dirtyOrigin: new Uint8Array(n).fill(1),
    }
  }

  #heat(vmId: string): PageHeat {
    const regions = 4096
    const random = randomOf(vmId.length + Math.floor(this.nowMs / 5000))
    const classes = Uint8Array.from({ length: regions }, (_, i) =>
      i % 700 < 60 ? 2 : i % 300 < 70 || random() < 0.02 ? 1 : 0,
    )
    return {
      vmId,
      atMs: this.nowMs,
      regionPages: 512,
      totalPages: regions * 512,
      classes,
      frequency: Float32Array.from(classes, c => [0.001, 0.4, 6][c] ?? 0),
      centroids: (['cold', 'warm', 'hot'] as const).map((label, c) => ({
        label,
        frequency: [0.001, 0.4, 6][c] ?? 0,
        locality: [0.01, 0.3, 0.9][c] ?? 0,
        recency: [0.05, 0.6, 0.98][c] ?? 0,
        size: classes.filter(x => x === c).length,
      })),
      inertia: 12.3,
      iterations: 9,
    }
  }

  #workingSet(vmId: string): WorkingSetItem {
    const vm = this.fleet.vms.find(v => v.id === vmId)
    const pages = this.fleet.dirtyAt(vmId, this.nowMs)
    const windows = [100, 1000, 5000].map(windowMs => ({
      windowMs,
      pages: Math.round(4 * pages * -Math.expm1(-windowMs / 4000)),
      atMs: this.nowMs,
      source: 'window' as const,
    }))
    const workingSet = workingSetOf({ vmId, memoryPages: (vm?.memoryBytes ?? 0) / 4096 }, windows)
    return { workingSet, curve: workingSet ? curveOf(workingSet) : [], earlier: [], because: null }
  }

  #advice(vmId: string): Advice | null {
    const vm = this.fleet.vms.find(v => v.id === vmId)
    const host = this.fleet.hosts.find(h => h.poolId === vm?.poolId && h.id !== vm?.hostId)
    if (!vm || !host) return null
    return advise({
      vmId,
      atMs: this.nowMs,
      memoryPages: vm.memoryBytes / 4096,
      dirty: { origin: 'measured', value: this.fleet.dirtyAt(vmId, this.nowMs), ageMs: 0 },
      forecast: undefined,
      thetaPagesPerSecond: 150_000,
      linkBytesPerSecond: 1.25e9,
      capabilities: host.capabilities,
      policy: 's1',
      thresholds: defaultThresholds,
      workingSet: this.#workingSet(vmId).workingSet,
      choice: {
        hostId: host.id,
        alternatives: [{ name: host.name, chosen: true, because: 'least load index, 1.20' }],
        remedy: null,
      },
      destination: { hostId: host.id, name: host.name },
      obstacle: null,
      restraint: null,
    })
  }

  handlers(): AppHandlers {
    return {
      'app.watch': (_, signal) => this.#changes.follow(() => this.status, signal),
      'connection.watch': (_, signal) =>
        this.#ticks.follow(
          () => ({
            connections: this.connections,
            stoppedSinceMs: this.stoppedSinceMs,
            secrets: this.secrets,
          }),
          signal,
        ),
      'connection.setLevel': ({ connectionId, level }) => {
        this.#changeConnection(connectionId, { level })
        return null
      },
      'connection.add': ({ level = 'advise', ...wanted }) => this.#addConnection({ level, ...wanted }),
      'connection.edit': ({ connectionId, name, url, user, keep }) => {
        this.#changeConnection(connectionId, { name, url, user, keep })
        return null
      },
      'connection.remove': ({ connectionId }) => {
        this.connections = this.connections.filter(c => c.id !== connectionId)
        this.#ticks.changed()
        return null
      },
      'connection.retry': ({ connectionId }) => {
        this.#changeConnection(connectionId, { state: 'connecting', sinceMs: this.nowMs, failure: null })
        return null
      },
      'connection.test': () => ({ pool: 'lab A', hosts: 3, vms: 24, tookMs: 180 }),
      'connection.trust': ({ connectionId }) => {
        this.#changeConnection(connectionId, {
          state: 'live',
          sinceMs: this.nowMs,
          failure: null,
          question: null,
        })
        return null
      },
      'secrets.unlock': () => {
        this.secrets = { ...this.secrets, file: 'open' }
        this.#ticks.changed()
        return null
      },
      'automation.stop': () => {
        this.stoppedSinceMs = this.nowMs
        const running = this.migrations.filter(m => m.cancellable)
        for (const m of running) this.#update(m.id, 'cancel')
        this.#ticks.changed()
        return { cancelling: running.length }
      },
      'automation.resume': () => {
        this.stoppedSinceMs = null
        this.#ticks.changed()
        return null
      },
      'decision.watch': (_, signal) => this.#changes.follow(() => ({ decisions: this.decisions }), signal),
      'decision.ofMigration': ({ migrationId }) => ({
        decisions: this.decisions.filter(({ id }) => id.startsWith(`${migrationId}:`)),
      }),
      'fleet.watch': (_, signal) => {
        const pack = fleetPacker()
        let told = this.#fleetVersion
        return this.#ticks.follow(isFirst => {
          const item = this.fleet.item(this.nowMs, { isFirst: true })
          const isWhole =
            isFirst || told !== this.#fleetVersion || this.migrations.some(m => m.endedAtMs === this.nowMs)
          told = this.#fleetVersion
          return pack(isWhole ? item : { ...item, inventory: null })
        }, signal)
      },
      'migration.watch': (_, signal) => this.#changes.follow(() => ({ migrations: this.migrations }), signal),
      'migration.check': ({ vmId }) => {
        const vm = this.fleet.vms.find(v => v.id === vmId)
        if (!vm) throw notFound(`VM ${vmId}`)
        const others = this.fleet.hosts.filter(h => h.poolId === vm.poolId && h.id !== vm.hostId)
        return {
          hosts: others.map(({ id: hostId, enabled }) => ({
            hostId,
            refusal: enabled ? null : 'It is disabled.',
            copiesDisk: false,
            networks: [
              { id: 'net-0', name: 'management', linkBytesPerSecond: 1.25e9 },
              { id: 'net-1', name: 'Storage and migration', linkBytesPerSecond: 3.125e9 },
            ],
          })),
        }
      },
      'migration.start': ({ vmId, destinationHostId, policy }) =>
        this.#start(vmId, destinationHostId, policy),
      'migration.control': ({ migrationId, command }) => {
        this.#update(migrationId, command)
        return null
      },
      'migration.compare': ({ migrationId }) => {
        const found = this.migrations.find(m => m.id === migrationId)
        if (!found) throw notFound(`migration ${migrationId}`)
        return compareInSteps(aWhatIf(found.vmId, 'measured'))
      },
      'vm.simulate': ({ vmId }) => compareInSteps(aWhatIf(vmId, 'not measured')),
      'migration.setBandwidth': ({ migrationId, bytesPerSecond }) => {
        const limit = { bandwidthLimitBytesPerSecond: bytesPerSecond ?? null }
        this.migrations = this.migrations.map(m => (m.id === migrationId ? { ...m, ...limit } : m))
        this.#changes.changed()
        return null
      },
      'operation.watch': (_, signal) =>
        this.#changes.follow(
          () => ({ operations: this.migrations.map(m => operationOf(m, this.nowMs)) }),
          signal,
        ),
      'operation.cancel': ({ operationId }) => {
        this.#update(operationId.replace('operation-', ''), 'cancel')
        return null
      },
      'breach.list': () => ({ breaches: [] }),
      'settings.watch': (_, signal) => this.#changes.follow(() => this.settings, signal),
      'settings.setRetention': ({ samplesHours, averagesDays }) => {
        const { samples, averages } = this.settings.retention
        const set = (kept: typeof samples, value: number | null): typeof samples =>
          value === null
            ? { ...kept, value: kept.default, origin: 'default' }
            : { ...kept, value, origin: 'manual' }
        const retention = { samples: set(samples, samplesHours), averages: set(averages, averagesDays) }
        this.settings = { ...this.settings, retention }
        this.#changes.changed()
        return null
      },
      'settings.backup': ({ file }) => ({
        operationId: 'backup-1',
        file: file ?? '/data/backups/longshore-20251118-210640.db',
      }),
      'lab.startReal': () => ({ operationId: 'lab-1' }),
      'lab.stopReal': () => ({ operationId: 'lab-2' }),
      'schedule.watch': (_, signal) => this.#changes.follow(() => ({ schedule: this.schedule }), signal),
      'schedule.add': ({ vmId, destinationHostId = null, policy, atMs }) => {
        const vm = this.fleet.vms.find(v => v.id === vmId)
        if (!vm) throw notFound(`VM ${vmId}`)
        const scheduleId = `schedule-${this.schedule.length + 1}`
        const entry = { vmId, destinationHostId, policy, atMs, heldBackBecause: null }
        const connectionId = this.connections[0]?.id ?? ''
        this.schedule = [...this.schedule, { id: scheduleId, connectionId, vmName: vm.name, ...entry }]
        this.#changes.changed()
        return { scheduleId }
      },
      'schedule.remove': ({ scheduleId }) => {
        this.schedule = this.schedule.filter(entry => entry.id !== scheduleId)
        this.#changes.changed()
        return null
      },
      'pool.heat': order => fakePoolHeat(this.fleet, order, this.nowMs),
      'pool.shapes': ({ poolId }) => {
        const vmIds = this.fleet.vms.filter(vm => vm.poolId === poolId).map(vm => vm.id)
        const half = Math.ceil(vmIds.length / 2)
        const figures = { periodMs: null, cpuRatio: 0.3, dirtyPagesPerSecond: 2560 }
        return {
          atMs: this.nowMs,
          groups: [
            { word: 'bursty' as const, ...figures, vmIds: vmIds.slice(0, half) },
            { word: 'steady' as const, ...figures, vmIds: vmIds.slice(half) },
          ],
          unknownVmIds: [],
        }
      },
      'pool.makers': ({ hostId }) => ({
        makers: this.fleet.vms
          .filter(vm => vm.hostId === hostId)
          .slice(0, 3)
          .map((vm, at) => ({ vmId: vm.id, value: 0.3 - at * 0.1 })),
      }),
      'vm.series': ({ vmId, fromMs, toMs }) => this.#series(vmId, fromMs, Math.min(toMs, this.nowMs)),
      'vm.workingSet': ({ vmId }, signal) => this.#changes.follow(() => this.#workingSet(vmId), signal),
      'vm.advice': ({ vmId }, signal) => this.#changes.follow(() => this.#advice(vmId), signal),
      'vm.heat': (input, signal) =>
        this.#ticks.follow(() => ({ kind: 'heat' as const, heat: this.#heat(input.vmId) }), signal),
    }
  }

  /** A pipe to this application, as a window would have. */
  open(): Pipe {
    const [near, far] = memoryPipe()
    serve(far, contract, {
      handlers: { ...this.handlers(), ...this.overrides },
      logBug: (_, error) => {
        throw error
      },
    })
    return near
  }
}
