import type { Migration, PolicyName } from '../../../shared/model/migration.ts'
import type { MigrationCommand } from '../../../shared/model/migration-command.ts'
import type { HostMigrationEvent } from '../../../shared/model/migration-event.ts'
import { pagesOf } from '../../../shared/units.ts'
import type { Thresholds } from '../../core/decision/thresholds.ts'
import { stepMigration } from '../../core/migration/engine.ts'
import { beginMigration, type EngineState } from '../../core/migration/engine-state.ts'
import type { EngineContext, EngineEvent } from '../../core/migration/engine-step.ts'
import { policies } from '../../core/migration/policies/index.ts'
import type { PolicyDecision } from '../../core/migration/policy.ts'
import { migrationOf } from '../../core/migration/told-migration.ts'
import type { TieredHeat } from '../../core/outlook/outlook.ts'
import type { Clock } from '../../ports/clock.ts'
import { type DrivenMemory, openMemory } from './driven-memory.ts'
import { readSurroundings } from './driven-surroundings.ts'
import type { GuestProbe } from './guest-probe.ts'
import type { GuestPulse } from './guest-pulse.ts'
import { assertMovable } from './migration-setup.ts'
import { qemuCapabilities } from './qemu-capabilities.ts'
import { QemuMigration } from './qemu-migration.ts'
import type { QmpClient } from './qmp-client.ts'
import { memorySize, type RamCounters } from './qmp-commands.ts'
import type { Here } from './settle-vm.ts'

/** A migration between two QEMU processes that somebody else started. */
export interface DriveOrder {
  readonly source: QmpClient
  readonly destination: QmpClient
  readonly here: Here
  readonly uri: string
  readonly policy: PolicyName
  readonly thresholds: Thresholds
  readonly linkBytesPerSecond: number
  readonly pulse: GuestPulse | null
  readonly probe?: GuestProbe | undefined
  readonly clock: Clock
}

/** What is told as it happens. */
export type Driven =
  | HostMigrationEvent
  | {
      readonly kind: 'decided'
      readonly atMs: number
      readonly round: number
      readonly decision: PolicyDecision
    }
  | {
      readonly kind: 'told'
      readonly atMs: number
      readonly command: MigrationCommand
      readonly refusal: string | null
    }

/** How it went: as the engine heard it, and as the source counted it. */
export interface DrivenMigration {
  readonly migration: Migration
  readonly counters: RamCounters | null
  /** By the gaps in the guest's heartbeat, where none is heard by what its vCPUs waited; null where nobody knows. */
  readonly stallMs: number | null
}

const beginState = (order: DriveOrder, memoryPages: number): EngineState =>
  beginMigration({
    id: 'qemu',
    connectionId: 'qemu',
    vmId: 'vm',
    vmName: 'the VM',
    sourceHostId: order.source.address,
    destinationHostId: order.destination.address,
    policy: order.policy,
    startedBy: 'operator',
    startedAtMs: order.clock.now(),
    memoryPages,
    linkBytesPerSecond: order.linkBytesPerSecond,
  })

/** What a migration is decided with at first. */
const readContext = async (order: DriveOrder, { tiers }: DrivenMemory): Promise<EngineContext> => {
  const { source, uri, thresholds, linkBytesPerSecond } = order
  const policy = policies[order.policy]
  const capabilities = qemuCapabilities([await source.version()])
  const way = { uri, linkBytesPerSecond, pageWays: { capabilities, policy } }
  return {
    policy,
    thresholds,
    capabilities,
    forecast: null,
    surroundings: tiers && (await readSurroundings(source, way, tiers)),
    workingSet: null,
  }
}

const seenAnew = (context: EngineContext, heat: TieredHeat): EngineContext => ({
  ...context,
  surroundings: context.surroundings && { ...context.surroundings, ...heat },
})

/** The engine, led by what happens to a migration that runs; its commands are carried out and told. */
interface Lead {
  readonly apply: (event: EngineEvent) => Promise<void>
  readonly told: () => Migration
}

type OnStep = (step: Driven) => void

const leadBy = (
  contextNow: () => EngineContext,
  begun: EngineState,
  {
    running,
    clock,
    onStep,
  }: { readonly running: QemuMigration; readonly clock: Clock; readonly onStep: OnStep },
): Lead => {
  let state = begun
  const apply = async (event: EngineEvent): Promise<void> => {
    const step = stepMigration(state, event, contextNow())
    state = step.state
    for (const each of step.commands) {
      const atMs = clock.now()
      if (each.kind === 'decided') {
        onStep({ kind: 'decided', atMs, round: each.round, decision: each.decision })
        continue
      }
      const { command } = each
      const refusal = await running.control(command).then(
        () => null,
        (error: unknown) => String(error),
      )
      if (command.kind !== 'continue') onStep({ kind: 'told', atMs, command, refusal })
      await apply({ kind: 'answered', command, accepted: refusal === null })
    }
  }
  return { apply, told: () => migrationOf(state) }
}

/** Until it is stopped. */
const watchMemory = (memory: DrivenMemory, onHeat: (heat: TieredHeat) => void) => {
  const watching = new AbortController()
  const watched = memory.watch(onHeat, watching.signal).catch(() => undefined)
  const stop = async (): Promise<void> => {
    watching.abort()
    await watched
  }
  return { stop }
}

interface Listening {
  readonly signal: AbortSignal
  /** Ends the leading at once, whatever becomes of the migration. */
  readonly leave?: AbortSignal
  readonly onStep: OnStep
}

/** Leads a migration to its end by a policy, as the console does; an abort cancels it while that is safe. */
export const driveMigration = async (order: DriveOrder, listening: Listening): Promise<DrivenMigration> => {
  // Before anything is measured there: somebody else may be at work with it.
  await assertMovable(order.source)
  const memory = await openMemory(order.source, order.clock, listening.signal)
  try {
    return await drive(order, memory, listening)
  } finally {
    await memory.close()
  }
}

const drive = async (
  order: DriveOrder,
  memory: DrivenMemory,
  { signal, leave = new AbortController().signal, onStep }: Listening,
): Promise<DrivenMigration> => {
  const { source, destination, here, uri, linkBytesPerSecond, pulse, probe, clock } = order
  const { zeroPages } = memory
  const memoryPages = pagesOf(await source.ask(memorySize))
  let context = await readContext(order, memory)
  signal.throwIfAborted()
  const preempt = context.policy.pageRequests === 'overtake'
  const plan = { uri, linkBytesPerSecond, postCopy: true, preempt, tlsCreds: null }
  const running = new QemuMigration(plan, { source, destination, here, clock, pulse, probe, zeroPages })
  await running.start()
  // No policy asks for a switch that its destination has refused.
  const { postCopy } = running.plan
  context = { ...context, capabilities: { ...context.capabilities, postCopy } }
  const lead = leadBy(() => context, beginState(order, memoryPages), { running, clock, onStep })
  const cancel = (): void => void lead.apply({ kind: 'operator', command: { kind: 'cancel' } })
  signal.addEventListener('abort', cancel, { once: true })
  // An abort that came while it began is told to nobody any more.
  if (signal.aborted) cancel()
  const watch = watchMemory(memory, heat => {
    context = seenAnew(context, heat)
  })
  let stallMs: number | null = null
  try {
    for await (const event of running.watch(0, leave)) {
      onStep(event)
      // Once the guest stands still nothing is left to decide.
      if (event.kind === 'paused') await watch.stop()
      if (event.kind === 'completed') stallMs = pulse?.gapsSinceMark?.stallMs ?? event.stallMs
      await lead.apply({ kind: 'host', event })
    }
  } finally {
    signal.removeEventListener('abort', cancel)
    await watch.stop()
    await running.close()
  }
  return { migration: lead.told(), counters: running.counters, stallMs }
}
