import type { Risk } from '../../shared/contract/fleet.ts'
import { Failure } from '../../shared/failure.ts'
import type { Breach } from '../../shared/model/breach.ts'
import type { AutomationLevel } from '../../shared/model/connection.ts'
import type { DecisionInput } from '../../shared/model/decision.ts'
import type { Forecast } from '../../shared/model/forecast.ts'
import { type Measure, numberOf, UNAVAILABLE } from '../../shared/model/measure.ts'
import type { HostSample, VmSample } from '../../shared/model/sample.ts'
import type { Vm } from '../../shared/model/vm.ts'
import { formatDuration, PAGE_BYTES } from '../../shared/units.ts'
import { estimateWords } from '../core/decision/estimate-words.ts'
import { assessRisk } from '../core/decision/risk.ts'
import type { Thresholds } from '../core/decision/thresholds.ts'
import {
  armedTrigger,
  stepTrigger,
  type TriggerReading,
  type TriggerState,
} from '../core/decision/trigger.ts'
import { chooseDestination, type DestinationChoice } from '../core/placement/choose-destination.ts'
import type { CpuPoint } from '../core/placement/forecast-host-cpu.ts'
import type { Log } from '../ports/log.ts'
import { BreachBook, type Excess } from './breach-book.ts'
import type { Connections, LivePool } from './connections.ts'
import type { Decisions } from './decisions.ts'
import { busiestVms, figuresOfTick, forecastHostCpus } from './host-load.ts'
import type { Migrator } from './migrator.ts'
import type { SampleHistory } from './sample-history.ts'
import type { Tick } from './sampler.ts'

interface Deps {
  readonly connections: Connections
  readonly decisions: Decisions
  readonly migrator: Migrator
  readonly history: SampleHistory
  readonly thresholds: Thresholds
  readonly log: Log
  /** Whether we hold the lease on a pool. */
  readonly mayAct: (connectionId: string) => boolean
  /** Told when a figure passes its limit and, under the same id, when it is back below. */
  readonly onBreach: (breach: Breach) => void
}

interface Subject {
  readonly pool: LivePool
  readonly vm: Vm
  readonly sample: VmSample
  readonly tick: Tick
}

/** What a tick says of the hosts, by host id; made once for all VMs. */
interface HostFigures {
  readonly busiest: ReadonlySet<string>
  readonly forecastCpu: ReadonlyMap<string, readonly CpuPoint[]>
  readonly samples: ReadonlyMap<string, HostSample>
}

type VmFigures = Pick<
  TriggerReading,
  'hostCpuRatio' | 'forecastHostCpuRatio' | 'bearsHostLoad' | 'forecastDirtyPagesPerSecond'
>

const DESTINATIONS_TIMEOUT_MS = 10_000

const estimated = (value: number | undefined): Measure =>
  value === undefined ? UNAVAILABLE : { origin: 'estimated', value, ageMs: 0 }

const figuresOf = (vm: Vm, forecast: Forecast | undefined, hosts: HostFigures): VmFigures => ({
  hostCpuRatio: hosts.samples.get(vm.hostId ?? '')?.cpuRatio ?? UNAVAILABLE,
  forecastHostCpuRatio: estimated(hosts.forecastCpu.get(vm.hostId ?? '')?.[0]?.cpuRatio),
  bearsHostLoad: hosts.busiest.has(vm.id),
  forecastDirtyPagesPerSecond: estimated(
    forecast && Math.max(...forecast.points.map(point => point.dirtyPagesPerSecond)),
  ),
})

/** Watches every VM against eq 4, decides what follows when one fires, and at level automatic has it done. */
export class Advisor {
  readonly #triggers = new Map<string, TriggerState>()
  /** What fired is dealt with one after the other in each pool, so that each sees what the one before has started. */
  readonly #turns = new Map<string, Promise<void>>()
  readonly #deps: Deps
  readonly #breaches: BreachBook

  constructor(deps: Deps) {
    this.#deps = deps
    this.#breaches = new BreachBook(deps.onBreach)
  }

  /** One tick of one pool: the risk of each VM; triggers that fire are acted upon in the background. */
  consider(pool: LivePool, tick: Tick, forecasts: readonly Forecast[]): readonly Risk[] {
    const theta = this.thetaOf(pool)
    const figures = figuresOfTick(tick, forecasts)
    const hosts: HostFigures = {
      busiest: busiestVms(pool.inventory, figures.vms),
      forecastCpu: forecastHostCpus(pool.inventory, figures),
      samples: figures.hosts,
    }
    const migrating = new Set(this.#deps.migrator.running.map(migration => migration.vmId))
    const risks: Risk[] = []
    const excesses: Excess[] = []
    for (const vm of pool.inventory.vms) {
      const sample = figures.vms.get(vm.id)
      if (!sample) continue
      const forecast = figures.forecasts.get(vm.id)
      risks.push({ vmId: vm.id, ...assessRisk(sample.dirtyPagesPerSecond, forecast, theta) })
      if (!vm.hostId || migrating.has(vm.id)) this.#triggers.delete(vm.id)
      else {
        const subject = { pool, vm, sample, tick }
        excesses.push(...excessesOf(subject, this.#evaluate(subject, figuresOf(vm, forecast, hosts))))
      }
    }
    this.#breaches.see(pool.connectionId, tick.atMs, excesses)
    return risks
  }

  /** The dirty rate, pages/s, at which a VM of this pool is in trouble. */
  thetaOf({ inventory }: LivePool): number {
    return (this.#deps.thresholds.triggerTheta.value * inventory.pool.linkBytesPerSecond) / PAGE_BYTES
  }

  /** The possible host with memory free and least load, and why the others were not taken. */
  async destinationFor(pool: LivePool, vm: Vm, tick: Pick<Tick, 'hosts'>): Promise<DestinationChoice> {
    const possible = await pool.hypervisor.listDestinations(
      vm.id,
      AbortSignal.timeout(DESTINATIONS_TIMEOUT_MS),
    )
    const loads = new Map(tick.hosts.map(sample => [sample.hostId, sample]))
    const candidates = pool.inventory.hosts
      .filter(host => host.id !== vm.hostId)
      .map(host => {
        const load = loads.get(host.id)
        return {
          ...host,
          isPossible: possible.includes(host.id),
          memoryFreeBytes: (load && numberOf(load.memoryFreeBytes)) ?? null,
          cpuRatio: (load && numberOf(load.cpuRatio)) ?? null,
          incomingMigrations: this.#deps.migrator.running.filter(m => m.destinationHostId === host.id).length,
        }
      })
    return chooseDestination(candidates, vm.memoryBytes, this.#deps.thresholds.maxConcurrentPerHost.value)
  }

  /** What the VM's trigger looked at; if it fires, that is acted upon in the background. */
  #evaluate(subject: Subject, figures: VmFigures): readonly DecisionInput[] {
    const { pool, vm, sample, tick } = subject
    const reading: TriggerReading = {
      ...figures,
      dirtyPagesPerSecond: sample.dirtyPagesPerSecond,
      pageFaultsPerSecond: sample.pageFaultsPerSecond,
      usualPageFaultsPerSecond: this.#deps.history.usualPageFaults(vm.id),
      linkPagesPerSecond: pool.inventory.pool.linkBytesPerSecond / PAGE_BYTES,
    }
    const before = this.#triggers.get(vm.id) ?? armedTrigger
    const { thresholds } = this.#deps
    const { state, fired, inputs } = stepTrigger(before, reading, { thresholds, nowMs: tick.atMs })
    this.#triggers.set(vm.id, state)
    if (!fired) return inputs
    const { connectionId } = pool
    const turn = (this.#turns.get(connectionId) ?? Promise.resolve())
      .then(() => this.#fire(subject, inputs))
      .catch(error => this.#deps.log.error('a trigger was not carried through', error, { vm: vm.name }))
    this.#turns.set(connectionId, turn)
    return inputs
  }

  async #fire(subject: Subject, inputs: readonly DecisionInput[]): Promise<void> {
    const { pool, vm, tick, sample } = subject
    const { decisions, migrator } = this.#deps
    const why = [
      ...triggerReasons(inputs, this.#deps.thresholds.triggerDuration.value),
      ...basisReasons(inputs, sample.dirtyPagesPerSecond),
    ]
    const record = (
      outcome: string,
      reasons: readonly string[],
      { choice, migrationId = null }: { choice?: DestinationChoice; migrationId?: string | null } = {},
    ) =>
      decisions.record({
        atMs: tick.atMs,
        connectionId: pool.connectionId,
        vmId: vm.id,
        vmName: vm.name,
        kind: 'trigger',
        outcome,
        reasons: [...why, ...reasons],
        inputs,
        alternatives: choice?.alternatives ?? [],
        migrationId,
      })

    const obstacle = this.#obstacleTo(subject)
    if (obstacle) return void record('not migrated', [obstacle])
    let choice: DestinationChoice | undefined
    try {
      choice = await this.destinationFor(pool, vm, tick)
      const destination = pool.inventory.hosts.find(host => host.id === choice?.hostId)
      if (!destination) return void record('not migrated', ['No host can take it.'], { choice })
      const restraint = this.#restraintOn(pool.connectionId) ?? restraintByBasis(inputs, sample)
      if (restraint) return void record(`would migrate to ${destination.name}`, [restraint], { choice })
      const migrationId = await migrator.start({
        vmId: vm.id,
        destinationHostId: destination.id,
        policy: 's1',
        startedBy: 'trigger',
        atMs: tick.atMs,
        dirtyPagesPerSecond: numberOf(sample.dirtyPagesPerSecond) ?? null,
      })
      record(`migrate to ${destination.name}`, [modeReason(inputs)], { choice, migrationId })
    } catch (error) {
      record('not migrated', [reasonOf(error)], choice && { choice })
      if (!(error instanceof Failure)) throw error
    }
  }

  /** What keeps us from acting by ourselves on a pool; null when nothing does. */
  #restraintOn(connectionId: string): string | null {
    const { connections } = this.#deps
    const connection = connections.state(connectionId)
    if (connections.overview.value.stoppedSinceMs !== null)
      return 'STOP is set: nothing is started by itself.'
    const byLevel = restraintOf(connection?.level ?? 'observe')
    const notOurs = this.#deps.mayAct(connectionId) ? null : 'The lease on this pool is not ours yet.'
    return byLevel ?? connection?.standBack[0] ?? notOurs
  }

  /** What forbids moving a VM now, whatever the level; null when nothing does. */
  #obstacleTo({ vm, tick }: Subject): string | null {
    const { migrator, thresholds } = this.#deps
    if (vm.immovableBecause) return vm.immovableBecause
    const movedMs = migrator.lastMoved(vm.id)
    const restMs = thresholds.cooldown.value * 1000
    if (movedMs !== null && tick.atMs - movedMs < restMs) {
      return `It moved ${formatDuration(tick.atMs - movedMs)} ago; a VM rests for ${formatDuration(restMs)} between moves.`
    }
    const leaving = migrator.running.filter(migration => migration.sourceHostId === vm.hostId).length
    if (leaving >= thresholds.maxConcurrentPerHost.value) {
      return `${leaving} migrations leave its host already, as many as are allowed.`
    }
    return null
  }
}

/** The figures that hold a trigger on; those of the host's CPU are its own. */
const excessesOf = ({ pool, vm }: Subject, inputs: readonly DecisionInput[]): readonly Excess[] =>
  inputs.flatMap(({ name: feature, unit, value, limit, fired }) => {
    if (!fired || value.origin === 'unavailable' || limit === null) return []
    const host = feature.startsWith('host') && pool.inventory.hosts.find(({ id }) => id === vm.hostId)
    const subject = host
      ? ({ subject: 'host', subjectId: host.id, subjectName: host.name } as const)
      : ({ subject: 'vm', subjectId: vm.id, subjectName: vm.name } as const)
    return [{ ...subject, feature, unit, limit, value: value.value }]
  })

const restraintOf = (level: AutomationLevel): string | null => {
  switch (level) {
    case 'observe':
      return 'This connection is only observed.'
    case 'advise':
      return 'This connection is at level advise: migrate it by hand, or raise the level.'
    case 'approve':
      return 'This connection is at level approve: open the VM and press Migrate.'
    case 'automatic':
      return null
  }
}

/** A guess moves nothing: where no dirty rate was measured only a host's CPU lets us act by ourselves. */
const restraintByBasis = (inputs: readonly DecisionInput[], sample: VmSample): string | null => {
  const isMeasured = sample.dirtyPagesPerSecond.origin === 'measured'
  const byCpu = inputs.some(input => input.fired && input.unit === 'ratio')
  return isMeasured || byCpu
    ? null
    : 'It rests on an estimate, and an estimate alone moves nothing by itself.'
}

const reasonOf = (error: unknown): string => {
  if (error instanceof Failure) return error.message
  const isLate = error instanceof Error && error.name === 'TimeoutError'
  return isLate
    ? `The pool did not say within ${DESTINATIONS_TIMEOUT_MS / 1000} s which hosts could take it.`
    : 'Longshore met an error of its own, which is in the log.'
}

const triggerReasons = (inputs: readonly DecisionInput[], seconds: number): readonly string[] =>
  inputs
    .filter(input => input.fired && input.value.origin !== 'unavailable' && input.limit !== null)
    .map(input => {
      const share = Math.round(((numberOf(input.value) ?? 0) / (input.limit || 1)) * 100)
      return `${capitalised(input.name)} is at ${share} % of its threshold; the trigger has held for ${seconds} s.`
    })

/** What the dirty rates that fired rest on, where that is no reading. */
const basisReasons = (inputs: readonly DecisionInput[], dirty: Measure): readonly string[] =>
  dirty.origin === 'estimated' && inputs.some(input => input.fired && input.unit === 'pages/s')
    ? [`No reading says so: the VM's dirty rate is ${estimateWords(dirty)}.`]
    : []

const modeReason = (inputs: readonly DecisionInput[]): string =>
  inputs.some(input => input.fired && input.unit === 'pages/s')
    ? 'Hybrid: pre-copy alone would not converge at this dirty rate, a switch to post-copy is expected.'
    : 'Pre-copy is expected to converge by itself.'

const capitalised = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)
