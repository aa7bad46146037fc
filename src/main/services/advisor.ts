import type { Risk } from '../../shared/contract/fleet.ts'
import { Failure } from '../../shared/failure.ts'
import type { Breach } from '../../shared/model/breach.ts'
import type { DecisionInput } from '../../shared/model/decision.ts'
import { type Measure, numberOf, UNAVAILABLE } from '../../shared/model/measure.ts'
import { DEFAULT_POLICY } from '../../shared/model/migration.ts'
import type { Vm } from '../../shared/model/vm.ts'
import { PAGE_BYTES } from '../../shared/units.ts'
import { assessRisk } from '../core/decision/risk.ts'
import type { Thresholds } from '../core/decision/thresholds.ts'
import {
  armedTrigger,
  stepTrigger,
  type TriggerReading,
  type TriggerState,
  triggerInputs,
} from '../core/decision/trigger.ts'
import { forecastPeak } from '../core/forecast/forecast-peak.ts'
import type { DestinationChoice } from '../core/placement/choose-destination.ts'
import type { Log } from '../ports/log.ts'
import { BreachBook, type Excess } from './breach-book.ts'
import type { Connections, LivePool } from './connections.ts'
import type { Decisions } from './decisions.ts'
import { findDestination } from './find-destination.ts'
import { HeldTriggers, type Hindrance, type Obstacle } from './held-triggers.ts'
import { obstacleTo, restraintOn, type Subject } from './hindrances.ts'
import type { Figures, VmFigures } from './host-load.ts'
import type { Migrator } from './migrator.ts'
import type { SampleHistory } from './sample-history.ts'
import type { Tick } from './sampler.ts'
import { basisReasons, modeReason, reasonOf, triggerReasons } from './trigger-words.ts'

interface Deps {
  readonly connections: Pick<Connections, 'overview' | 'state'>
  readonly decisions: Pick<Decisions, 'record'>
  readonly migrator: Pick<Migrator, 'running' | 'lastMoved' | 'start'>
  readonly history: Pick<SampleHistory, 'usualPageFaults'>
  readonly thresholds: Thresholds
  readonly log: Log
  /** Whether we hold the lease on a pool. */
  readonly mayAct: (connectionId: string) => boolean
  /** Told when a figure passes its limit and, under the same id, when it is back below. */
  readonly onBreach: (breach: Breach) => void
}

/** Triggers by VM id: those that rest are left out. */
type Triggers = ReadonlyMap<string, TriggerState>
const ALL_REST: Triggers = new Map()

/** What a connection's last tick left. */
interface Watched {
  readonly atMs: number
  readonly triggers: Triggers
}

/** What came of a trigger that fired. */
interface Attempt {
  readonly outcome: string
  readonly reason: string
  /** Null where its VM moves. */
  readonly hindrance: Hindrance | null
  readonly choice?: DestinationChoice | undefined
  readonly migrationId?: string
}

const notMigrated = (obstacle: Obstacle, choice?: DestinationChoice): Attempt => ({
  outcome: 'not migrated',
  ...obstacle,
  choice,
})

const noDestination = ({ remedy }: DestinationChoice): Obstacle => ({
  hindrance: 'no-destination',
  reason: ['No host can take it.', ...(remedy === null ? [] : [remedy])].join(' '),
})

/**
 * A tick that comes so long after the one before, ms by the wall clock, comes out of a time of which nothing is known:
 * nobody can say that a condition held meanwhile. A guess, far above what a slow server takes.
 */
const SILENCE_MS = 15_000

const estimated = (value: number | undefined): Measure =>
  value === undefined ? UNAVAILABLE : { origin: 'estimated', value, ageMs: 0 }

/** Watches every VM against eq 4, decides what follows when one fires, and at level automatic has it done. */
export class Advisor {
  /** By connection. A VM of which a tick tells nothing rests: it may be off for a week. */
  readonly #watched = new Map<string, Watched>()
  readonly #held = new HeldTriggers()
  /** What fired is dealt with one after the other in each pool, so that each sees what the one before has started. */
  readonly #turns = new Map<string, Promise<void>>()
  readonly #deps: Deps
  readonly #breaches: BreachBook

  constructor(deps: Deps) {
    this.#deps = deps
    this.#breaches = new BreachBook(deps.onBreach)
  }

  /** One tick of one pool: the risk of each VM; triggers that fire are acted upon in the background. */
  consider(pool: LivePool, tick: Tick, figures: Figures): readonly Risk[] {
    const theta = this.thetaOf(pool)
    const migrating = new Set(this.#deps.migrator.running.map(migration => migration.vmId))
    const before = this.#triggersAt(pool, tick.atMs)
    const triggers = new Map<string, TriggerState>()
    const risks: Risk[] = []
    const excesses: Excess[] = []
    for (const known of figures.vms.values()) {
      const { vm, sample, forecast } = known
      const risk = assessRisk(sample.dirtyPagesPerSecond, forecast, theta)
      risks.push({ vmId: vm.id, ...risk })
      if (!vm.hostId || migrating.has(vm.id)) continue
      const reading = this.#readingOf(pool, known, figures)
      const step = { thresholds: this.#deps.thresholds, nowMs: tick.atMs }
      const { state, fired } = stepTrigger(before.get(vm.id) ?? armedTrigger, reading, step)
      if (state.phase === 'armed') continue
      triggers.set(vm.id, state)
      const subject = { pool, vm, sample, tick }
      const inputs = triggerInputs(state, reading, this.#deps.thresholds)
      excesses.push(...excessesOf(subject, inputs))
      if (fired || this.#held.isDue(vm.id, tick.atMs)) this.#act(subject, inputs)
    }
    for (const vmId of before.keys()) if (!triggers.has(vmId)) this.#held.release(vmId)
    this.#watched.set(pool.connectionId, { atMs: tick.atMs, triggers })
    this.#breaches.see(pool.connectionId, tick.atMs, excesses)
    return risks
  }

  /** The dirty rate, pages/s, at which a VM of this pool is in trouble. */
  thetaOf({ inventory }: LivePool): number {
    return (this.#deps.thresholds.triggerTheta.value * inventory.pool.linkBytesPerSecond) / PAGE_BYTES
  }

  /** The possible host with memory free and least load, and why the others were not taken. */
  destinationFor(pool: LivePool, vm: Vm, tick: Pick<Tick, 'hosts'>): Promise<DestinationChoice> {
    const { migrator, thresholds } = this.#deps
    const maxConcurrentPerHost = thresholds.maxConcurrentPerHost.value
    return findDestination({ pool, vm, tick }, { running: migrator.running, maxConcurrentPerHost })
  }

  /** Why a VM cannot be moved now, and why we would not do it by ourselves; null where nothing speaks against it. */
  hindrancesOf(subject: Subject): { readonly obstacle: string | null; readonly restraint: string | null } {
    return {
      obstacle: obstacleTo(subject, this.#deps)?.reason ?? null,
      restraint: restraintOn(subject, [], this.#deps)?.reason ?? null,
    }
  }

  /** How the triggers of a pool stand as a tick begins: after a silence all rest, and what was over its limit has ended. */
  #triggersAt({ connectionId, inventory }: LivePool, atMs: number): Triggers {
    const last = this.#watched.get(connectionId)
    if (last === undefined) return ALL_REST
    if (atMs - last.atMs < SILENCE_MS * inventory.pool.timeScale) return last.triggers
    for (const vmId of last.triggers.keys()) this.#held.release(vmId)
    this.#breaches.see(connectionId, last.atMs, [])
    return ALL_REST
  }

  #readingOf(pool: LivePool, { vm, sample, forecast }: VmFigures, figures: Figures): TriggerReading {
    const hostId = vm.hostId ?? ''
    const tellsFaults = sample.pageFaultsPerSecond.origin !== 'unavailable'
    return {
      hostCpuRatio: figures.hosts.get(hostId)?.cpuRatio ?? UNAVAILABLE,
      forecastHostCpuRatio: estimated(figures.hostCpus.get(hostId)?.[0]?.cpuRatio),
      bearsHostLoad: figures.busiestVmIds.has(vm.id),
      dirtyPagesPerSecond: sample.dirtyPagesPerSecond,
      forecastDirtyPagesPerSecond: estimated(forecastPeak(forecast)),
      pageFaultsPerSecond: sample.pageFaultsPerSecond,
      usualPageFaultsPerSecond: tellsFaults ? this.#deps.history.usualPageFaults(vm.id) : null,
      linkPagesPerSecond: pool.inventory.pool.linkBytesPerSecond / PAGE_BYTES,
    }
  }

  /** A trigger has fired, or could not act when it did: it acts now, in the background. */
  #act(subject: Subject, inputs: readonly DecisionInput[]): void {
    const { pool, vm, tick } = subject
    const { connectionId } = pool
    const hindered = this.#held.try(vm.id, tick.atMs)
    const turn = (this.#turns.get(connectionId) ?? Promise.resolve())
      .then(() => this.#fire(subject, inputs, hindered))
      .catch(error => this.#logBug(error, vm))
    this.#turns.set(connectionId, turn)
  }

  /** `before` is what hindered it the last time: that it still does is not said again. */
  async #fire(subject: Subject, inputs: readonly DecisionInput[], before: Hindrance | null): Promise<void> {
    const attempt = await this.#attempt(subject, inputs, before)
    const { hindrance } = attempt
    if (hindrance === null) this.#held.release(subject.vm.id)
    else this.#held.hinder(subject.vm.id, hindrance)
    if (hindrance === null || hindrance !== before) this.#record(subject, inputs, attempt)
  }

  async #attempt(
    subject: Subject,
    inputs: readonly DecisionInput[],
    before: Hindrance | null,
  ): Promise<Attempt> {
    const { pool, vm, tick } = subject
    const obstacle = obstacleTo(subject, this.#deps)
    if (obstacle) return notMigrated(obstacle)
    const restraint = restraintOn(subject, inputs, this.#deps)
    if (restraint && restraint.hindrance === before) return notMigrated(restraint)
    let choice: DestinationChoice | undefined
    try {
      choice = await this.destinationFor(pool, vm, tick)
      const destination = pool.inventory.hosts.find(host => host.id === choice?.hostId)
      if (!destination) return notMigrated(noDestination(choice), choice)
      const restraintNow = restraintOn(subject, inputs, this.#deps)
      if (restraintNow) return { outcome: `would migrate to ${destination.name}`, ...restraintNow, choice }
      const migrationId = await this.#start(subject, destination.id)
      const outcome = `migrate to ${destination.name}`
      return { outcome, reason: modeReason(inputs), hindrance: null, choice, migrationId }
    } catch (error) {
      if (!(error instanceof Failure)) this.#logBug(error, vm)
      return notMigrated({ hindrance: 'failed', reason: reasonOf(error) }, choice)
    }
  }

  #start({ vm, tick, sample }: Subject, destinationHostId: string): Promise<string> {
    return this.#deps.migrator.start({
      vmId: vm.id,
      destinationHostId,
      policy: DEFAULT_POLICY,
      startedBy: 'trigger',
      atMs: tick.atMs,
      dirtyPagesPerSecond: numberOf(sample.dirtyPagesPerSecond) ?? null,
    })
  }

  #record({ pool, vm, tick, sample }: Subject, inputs: readonly DecisionInput[], attempt: Attempt): void {
    const { decisions, thresholds } = this.#deps
    decisions.record({
      atMs: tick.atMs,
      connectionId: pool.connectionId,
      vmId: vm.id,
      vmName: vm.name,
      kind: 'trigger',
      outcome: attempt.outcome,
      reasons: [
        ...triggerReasons(inputs, thresholds.triggerDuration.value),
        ...basisReasons(inputs, sample.dirtyPagesPerSecond),
        attempt.reason,
      ],
      inputs,
      alternatives: attempt.choice?.alternatives ?? [],
      migrationId: attempt.migrationId ?? null,
    })
  }

  #logBug(error: unknown, { name }: Vm): void {
    this.#deps.log.error('a trigger was not carried through', error, { vm: name })
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
