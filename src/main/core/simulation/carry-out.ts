import type { Capabilities } from '../../../shared/model/capabilities.ts'
import type { Migration } from '../../../shared/model/migration.ts'
import type { MigrationCommand, PageOrder } from '../../../shared/model/migration-command.ts'
import type { HostMigrationEvent } from '../../../shared/model/migration-event.ts'
import type { SimulationCase } from '../../../shared/model/simulation-case.ts'
import type { Thresholds } from '../decision/thresholds.ts'
import { stepMigration } from '../migration/engine.ts'
import { beginMigration, type EngineState } from '../migration/engine-state.ts'
import type { EngineEvent } from '../migration/engine-step.ts'
import type { LinkReading } from '../migration/link-reading.ts'
import type { Policy } from '../migration/policy.ts'
import { migrationOf } from '../migration/told-migration.ts'
import { heatOfTiers } from '../outlook/memory-tiers.ts'
import type { Surroundings } from '../outlook/outlook.ts'
import { guestOf } from './guest-plan.ts'
import { liveBytesPerSecond } from './host-limit.ts'
import type { MigrationFact } from './migration-fact.ts'
import { streamBytesPerSecond } from './network-path.ts'
import { warmUpForecast } from './warm-up-forecast.ts'

export interface SimulationOrder {
  readonly given: SimulationCase
  readonly policy: Policy
  readonly thresholds: Thresholds
  readonly capabilities: Capabilities
}

/** A migration that takes commands and tells what happens, as a host's does. */
export interface CarriedMigration {
  readonly ended: boolean
  readonly isLive: boolean
  readonly elapsedMs: number
  readonly slowedMs: number
  /** What its disk has taken so far; null where its storage is shared. */
  readonly disk: { readonly ms: number; readonly bytesSent: number } | null
  /** Of other traffic that had to wait for priority bandwidth. */
  readonly displacedBytes: number
  readonly transfer: { readonly bytesSent: number; readonly pagesSent: number }
  /** Once the guest runs at its destination with pages missing. */
  readonly paging: {
    readonly faults: number
    readonly lostMs: number
    readonly stallMs: number
  } | null
  control(command: MigrationCommand): boolean
  /** What happened up to the next report, or to `untilMs`; nothing once it has ended. */
  next(untilMs?: number): readonly MigrationFact[]
}

/** A migration with what is known of it from outside. */
export interface Carriage {
  readonly migration: CarriedMigration
  readonly surroundings: Surroundings
  readonly order: PageOrder
}

/** Live rounds that nobody ends are ended after an hour. */
const LONGEST_LIVE_MS = 3_600_000

/** When live rounds are ended whatever the policy says, ms. */
export const longestLiveMs = ({ maxLiveSeconds }: SimulationCase): number =>
  maxLiveSeconds === undefined ? LONGEST_LIVE_MS : maxLiveSeconds * 1000

/** The link as both ends measure it: its other traffic is the same at either. */
const linkReadingOf = ({ link }: SimulationCase): LinkReading => {
  const capacityBytesPerSecond = streamBytesPerSecond(link)
  const competing = capacityBytesPerSecond * link.competingRatio
  return {
    capacityBytesPerSecond,
    competingBytesPerSecond: { source: competing, destination: competing },
    roundTripMs: link.latencyMs + link.jitterMs / 2,
    leastRoundTripMs: link.latencyMs,
  }
}

/** A migration that the engine leads, as a console does with a host's. */
export interface LedMigration {
  /** Goes on to the next report, or to `untilMs` of the migration's own time. */
  advance(untilMs: number): void
  /** What the engine was told so far. */
  told(): Migration
}

export const leadMigration = (
  { given, policy, thresholds, capabilities }: SimulationOrder,
  { migration, surroundings, order }: Carriage,
): LedMigration => {
  const link = linkReadingOf(given)
  const forecastAt = warmUpForecast(guestOf(given), given.warmupSeconds)
  const context = { policy, thresholds, capabilities, surroundings, workingSet: null, link }
  let state: EngineState = beginMigration({
    id: 'simulated',
    connectionId: 'simulation',
    vmId: 'vm',
    vmName: 'vm',
    sourceHostId: 'source',
    destinationHostId: 'destination',
    policy: policy.name,
    startedBy: 'operator',
    startedAtMs: 0,
    memoryPages: Math.ceil(given.memoryBytes / given.pageBytes),
    linkBytesPerSecond: liveBytesPerSecond(given),
  })
  const apply = (event: EngineEvent): void => {
    const forecast = forecastAt?.(migration.elapsedMs) ?? null
    const step = stepMigration(state, event, { ...context, forecast })
    state = step.state
    for (const command of step.commands)
      if (command.kind === 'control')
        apply({ kind: 'answered', command: command.command, accepted: migration.control(command.command) })
  }
  apply({ kind: 'heat', heat: heatOfTiers(surroundings.tiers), order })
  const liveUntilMs = (): number => longestLiveMs(given) + (migration.disk?.ms ?? 0)
  let sequence = 0
  const advance = (untilMs: number): void => {
    for (const fact of migration.next(migration.isLive ? Math.min(untilMs, liveUntilMs()) : untilMs)) {
      sequence++
      apply({ kind: 'host', event: { ...fact, sequence } as HostMigrationEvent })
    }
    if (!migration.isLive || migration.elapsedMs < liveUntilMs()) return
    apply({ kind: 'operator', command: { kind: capabilities.stopAndCopy ? 'stop-and-copy' : 'cancel' } })
  }
  return { advance, told: () => migrationOf(state) }
}

/** Lets the engine lead a migration to its end; returns what it was told. */
export const carryOut = (order: SimulationOrder, carriage: Carriage): Migration => {
  const led = leadMigration(order, carriage)
  while (!carriage.migration.ended) led.advance(Number.POSITIVE_INFINITY)
  return led.told()
}
