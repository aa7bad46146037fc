import { assertNever, Failure, isAbort } from '../../shared/failure.ts'
import type { Migration } from '../../shared/model/migration.ts'
import type { HostMigrationEvent } from '../../shared/model/migration-event.ts'
import type { Vm } from '../../shared/model/vm.ts'
import type { EngineState } from '../core/migration/engine-state.ts'
import { policies } from '../core/migration/policies/index.ts'
import type { HeatClusterer } from '../ports/heat-clusterer.ts'
import type { MigrationOrder } from '../ports/hypervisor.ts'
import type { LivePool } from './connections.ts'
import { batchesOf } from './event-batches.ts'
import { JournalReplay } from './journal-replay.ts'
import { isPastIn } from './journalled-commands.ts'
import { judgeByResidence } from './judge-by-residence.ts'
import { MigrationHeat } from './migration-heat.ts'
import type { JournalledPast } from './migration-journal.ts'
import { FORSAKEN, NOT_ORDERED } from './migration-record.ts'
import { MigrationSteps, type StepAround, type StepDeps } from './migration-steps.ts'
import type { MoveQueue } from './move-queue.ts'
import type { PoolTimes } from './pool-times.ts'
import type { Sampler } from './sampler.ts'
import { moveOf, waitForRoom } from './wait-for-room.ts'

export interface RunDeps extends StepDeps {
  /** `settled` resolves when no dirty-rate window of the VM is open: it would spoil the migration's own log. */
  readonly sampler: Pick<Sampler, 'noteMigration'> & {
    readonly settled?: (vmId: string) => Promise<void>
  }
  readonly clusterer: HeatClusterer
}

interface Around extends StepAround {
  readonly deps: RunDeps
  readonly times: PoolTimes
  readonly queue: MoveQueue
}

const RETRY_MS = 1000
/** Without a connection for so long, and none remembered that could come back, a migration is given up. A guess. */
const FORSAKEN_MS = 30_000
/** The answer to an order that ended so was lost: the host may be carrying it out. */
const UNANSWERED: ReadonlySet<string> = new Set(['unreachable', 'timeout', 'closed'])

/** Whether the guest still runs at its source. */
const isLive = (event: HostMigrationEvent): boolean =>
  event.kind === 'started' || event.kind === 'round-progress' || (event.kind === 'round-ended' && event.live)

const orderOf = ({ id, vmId, destinationHostId, network, policy }: Migration): MigrationOrder => {
  const { pageRequests, prepagePages } = policies[policy]
  return {
    id,
    vmId,
    destinationHostId,
    ...(network && { networkId: network.id }),
    ...(pageRequests && { pageRequests }),
    ...(prepagePages && { prepagePages }),
  }
}

/** One migration from its order to its end, across lost connections and restarts of Longshore. */
export class MigrationRun {
  readonly steps: MigrationSteps
  readonly #around: Around
  readonly #past: JournalledPast | null
  readonly #id: string
  readonly #replay: JournalReplay
  #taken: boolean
  #unknownSinceMs: number | null = null
  #unconnectedSinceMs: number | null = null
  readonly #heat: MigrationHeat

  /** `past` is what an earlier run of Longshore journalled; `state.migration` is then what it stored last. */
  constructor(state: EngineState, around: Around, past: JournalledPast | null = null) {
    this.steps = new MigrationSteps(state, around)
    this.#around = around
    this.#past = past
    this.#id = state.ledger.id
    this.#replay = new JournalReplay(this.steps, past)
    this.#taken = past?.taken ?? false
    this.#heat = new MigrationHeat(this.steps, around)
  }

  /** Gives the order, unless it is taken back before, and follows the migration to its end. */
  async carryOut(pool: LivePool): Promise<void> {
    try {
      await this.#order(pool)
    } finally {
      this.steps.release()
    }
    await this.#followToEnd()
  }

  async #order(pool: LivePool): Promise<void> {
    const { deps, signal, times } = this.#around
    const { id, vmId } = this.steps.migration
    await deps.sampler.settled?.(vmId)
    await waitForRoom(this.steps, this.#around.queue, { inventory: pool.inventory, signal })
    if (this.steps.withdrawal.aborted) return this.#withdraw()
    if (signal.aborted) return
    await this.steps.note({ step: 'ordered' })
    if (signal.aborted) return
    this.steps.applyPast({ kind: 'ordered' })
    try {
      const taken = pool.hypervisor.startMigration(orderOf(this.steps.migration), signal)
      this.steps.give()
      await taken
      this.#taken = true
      void this.steps.note({ step: 'taken' })
    } catch (error) {
      if (signal.aborted) return
      if (isAbort(error) && this.steps.withdrawal.aborted) return this.#withdraw()
      if (error instanceof Failure && UNANSWERED.has(error.code)) {
        deps.log.warn('an order was not answered', { id, why: error.message })
        this.#recover()
        return
      }
      if (!(error instanceof Failure)) deps.log.error('a migration could not be started', error)
      const reason = error instanceof Failure ? `${error.message} ${error.remedy}` : String(error)
      this.steps.applyPast({ kind: 'refused', reason, atMs: times.now(id) })
    }
  }

  /** Taken back before the host had begun. */
  #withdraw(): void {
    this.steps.applyPast({ kind: 'withdrawn', atMs: this.#around.times.now(this.#id) })
  }

  /** Goes on where an earlier run of Longshore was ended. */
  async resume(): Promise<void> {
    this.steps.release()
    this.#around.queue.occupy(moveOf(this.steps.migration))
    if (this.#past?.ordered) return this.#followToEnd()
    const atMs = this.steps.migration.startedAtMs
    await this.steps.apply({ kind: 'refused', reason: NOT_ORDERED, atMs })
  }

  async #followToEnd(): Promise<void> {
    const { deps, signal } = this.#around
    while (!signal.aborted && !this.steps.hasEnded) {
      await this.steps.cancelUnheard()
      await this.#follow()
      if (signal.aborted || this.steps.hasEnded) return
      this.#recover()
      if (await this.#isForsaken()) return this.#forsake()
      await deps.clock.wait(RETRY_MS, signal).catch(() => {})
    }
  }

  /** Whether its connection was removed: none has its id, and none that the store remembers will. */
  async #isForsaken(): Promise<boolean> {
    const { connections, store, clock } = this.#around.deps
    const { connectionId } = this.steps.migration
    if (connections.state(connectionId)) {
      this.#unconnectedSinceMs = null
      return false
    }
    this.#unconnectedSinceMs ??= clock.now()
    if (clock.now() - this.#unconnectedSinceMs < FORSAKEN_MS) return false
    const remembered = await store.connections().catch(() => null)
    return remembered?.every(({ id }) => id !== connectionId) ?? false
  }

  #forsake(): void {
    const atMs = this.#around.times.now(this.#id)
    this.steps.applyPast({ kind: 'lost', reason: FORSAKEN, atMs })
  }

  /** Feeds the host's events to the engine until they end or the connection breaks. */
  async #follow(): Promise<void> {
    const { deps, signal } = this.#around
    const { pool } = this.steps
    if (!pool) return
    try {
      const events = pool.hypervisor.watchMigration(this.#id, this.steps.lastSequence, signal)
      for await (const batch of batchesOf(events)) {
        await this.#take(pool, batch)
        if (this.steps.hasEnded) return
      }
    } catch (error) {
      if (signal.aborted) return
      if (error instanceof Failure && error.code === 'not-found') {
        deps.log.info('the pool does not know a migration', { id: this.#id })
        return this.#judge(pool)
      }
      deps.log.warn('lost sight of a migration', { id: this.#id, why: String(error) })
      if (this.#vmIn(pool)?.powerState === 'halted')
        this.#perished('No host tells of this migration any more.')
      else this.#unknownSinceMs = null
    }
  }

  /** Events that were ready together: only what is decided on the latest of their rounds can still be done. */
  async #take(pool: LivePool, batch: readonly HostMigrationEvent[]): Promise<void> {
    this.#found()
    for (const [index, event] of batch.entries()) {
      this.#around.times.hear(this.#id, event.atMs)
      this.#replay.catchUp()
      const isPast = isPastIn(batch, index) || this.#replay.isSettled(event)
      if (isPast) this.#replay.take(event)
      else await this.steps.apply({ kind: 'host', event })
      this.#note(event)
      if (!isPast && isLive(event)) void this.#heat.readIfDue(pool)
    }
    this.#replay.catchUp()
    await this.steps.cancelUnheard()
  }

  /** The pool answers: what was stored gives way to what its events tell from the first one on. */
  #found(): void {
    this.#unknownSinceMs = null
    this.#taken = true
    if (!this.steps.migration.recovering) return
    this.#replay.begin()
    this.steps.applyPast({ kind: 'heard' })
  }

  #note(event: HostMigrationEvent): void {
    const { kind, sequence, atMs } = event
    if (kind === 'started' || kind === 'paused' || kind === 'resumed')
      void this.steps.note({ step: 'seen', kind, sequence, poolMs: atMs })
    if (kind !== 'round-ended' || event.ms <= 0) return
    const pagesPerSecond = (event.dirtiedPages * 1000) / event.ms
    this.#around.deps.sampler.noteMigration(this.steps.migration.vmId, pagesPerSecond, atMs)
  }

  #recover(): void {
    this.steps.applyPast({ kind: 'silent', sinceMs: this.#around.deps.clock.now() })
  }

  /** The pool answers and does not know the migration: where the VM is tells the rest. */
  async #judge(pool: LivePool): Promise<void> {
    const { deps, times } = this.#around
    const { migration } = this.steps
    const nowMs = deps.clock.now()
    this.#unknownSinceMs ??= nowMs
    const verdict = judgeByResidence({
      migration,
      vm: this.#vmIn(pool),
      taken: this.#taken,
      unknownForMs: nowMs - this.#unknownSinceMs,
    })
    const atMs = times.now(this.#id)
    const reason = 'The pool no longer knows this migration.'
    switch (verdict) {
      case 'wait':
        return
      case 'not-started':
        this.steps.applyPast({ kind: 'refused', reason: 'The order did not reach the pool.', atMs })
        return
      case 'stayed':
        this.steps.applyPast({ kind: 'refused', reason, atMs })
        return
      case 'perished':
        this.#perished(reason)
        return
      case 'unknown':
        this.steps.applyPast({ kind: 'lost', reason, atMs })
        return
      case 'arrived':
        this.#arrived(atMs)
        return
      default:
        assertNever(verdict)
    }
  }

  /** The VM as its pool tells of it now. */
  #vmIn(pool: LivePool): Vm | undefined {
    const { vmId } = this.steps.migration
    return (this.steps.pool ?? pool).inventory.vms.find(vm => vm.id === vmId)
  }

  #perished(why: string): void {
    const atMs = this.#around.times.now(this.#id)
    const reason = `${why} Its pool says that the VM is halted.`
    this.steps.applyPast({ kind: 'perished', reason, atMs })
  }

  #arrived(atMs: number): void {
    const note = 'The VM was found at the destination; when and how it got there the pool no longer knew.'
    this.steps.conclude({ kind: 'arrived', atMs }, note)
  }
}
