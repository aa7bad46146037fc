import { Failure } from '../../../shared/failure.ts'
import type { MigrationCommand } from '../../../shared/model/migration-command.ts'
import type { HostMigrationEvent } from '../../../shared/model/migration-event.ts'
import type { Clock } from '../../ports/clock.ts'
import type { MigrationOrder } from '../../ports/hypervisor.ts'
import type { Log } from '../../ports/log.ts'
import { GuestPulse } from './guest-pulse.ts'
import { discardRemains, startDestination } from './host-command.ts'
import type { QemuHost } from './hosts-file.ts'
import type { MigrationLog, MigrationNote } from './migration-log.ts'
import { nameOf, type PlacedVm } from './qemu-inventory.ts'
import { QemuMigration } from './qemu-migration.ts'
import type { QemuPool } from './qemu-pool.ts'
import { notesOf } from './read-hosts.ts'

interface Around {
  readonly pool: QemuPool
  readonly kept: MigrationLog
  readonly clock: Clock
  readonly log: Log
}

/** Nobody waits longer for it when the connection is closed; on a busy host a command needs some seconds to begin. */
const DISCARD_TIMEOUT_MS = 30_000

const notFound = (what: string): Failure =>
  new Failure({
    code: 'not-found',
    message: `${what} is not known here.`,
    remedy: 'Look at the inventory again.',
  })

const conflict = (message: string): Failure =>
  new Failure({
    code: 'conflict',
    message,
    remedy: 'Look at the inventory again and choose another VM or destination.',
  })

/** The migrations of one connection, by our ids: those begun here, and those that an earlier run began. */
export class QemuMigrations {
  readonly #around: Around
  readonly #known = new Map<string, Promise<QemuMigration>>()
  readonly #closing = new AbortController()
  readonly #cleaning = new Set<Promise<void>>()

  constructor(around: Around) {
    this.#around = around
  }

  async start(order: MigrationOrder, signal: AbortSignal): Promise<void> {
    await this.#remember(order.id, async () => (await this.#find(order.id)) ?? this.#begin(order, signal))
  }

  async *watch(id: string, afterSequence: number, signal: AbortSignal): AsyncGenerator<HostMigrationEvent> {
    yield* (await this.#present(id)).watch(afterSequence, signal)
  }

  async control(id: string, command: MigrationCommand): Promise<void> {
    await (await this.#present(id)).control(command)
  }

  /** Stops following; what runs goes on. */
  async close(): Promise<void> {
    this.#closing.abort()
    for (const known of await Promise.allSettled(this.#known.values()))
      if (known.status === 'fulfilled') await known.value.close()
    await Promise.allSettled(this.#cleaning)
    await this.#around.kept.settled()
  }

  /** The one promise for `id`, so that two at once become one; a failed one is forgotten. */
  #remember(id: string, make: () => Promise<QemuMigration>): Promise<QemuMigration> {
    const known = this.#known.get(id)
    if (known !== undefined) return known
    const made = make()
    this.#known.set(id, made)
    made.catch(() => this.#known.delete(id))
    return made
  }

  #present(id: string): Promise<QemuMigration> {
    return this.#remember(id, async () => {
      const found = await this.#find(id)
      if (found !== null) return found
      throw notFound(`A migration ${id}`)
    })
  }

  async #find(id: string): Promise<QemuMigration | null> {
    const kept = await this.#around.kept.find(id)
    if (kept === null) return null
    const migration = this.#make(kept.note, kept.events)
    migration.follow()
    this.#cleanUpAfter(kept.note, migration)
    return migration
  }

  async #begin(order: MigrationOrder, signal: AbortSignal): Promise<QemuMigration> {
    const { pool, kept } = this.#around
    const { vm, source, destination } = this.#partsOf(order)
    const { memoryBytes } = vm.seen.facts
    if (this.#hasRemains(destination, vm.name)) await this.#discard(destination, vm.name)
    const incoming = await startDestination(destination, { name: vm.name, memoryBytes }, signal)
    const { linkBytesPerSecond, tlsCreds = null } = pool.view.file
    const preempt = order.pageRequests === 'overtake'
    const note: MigrationNote = {
      id: order.id,
      vmName: vm.name,
      sourceHost: source.name,
      destinationHost: destination.name,
      source: vm.seen.socket.address,
      destination: incoming.qmp,
      heartbeats: [vm.seen.socket.notes, await notesOf(incoming.qmp)].flatMap(notes => notes.heartbeat ?? []),
      plan: { uri: incoming.uri, linkBytesPerSecond, postCopy: true, preempt, tlsCreds },
    }
    try {
      await kept.begin(note)
      const migration = this.#make(note, [])
      await migration.start()
      this.#cleanUpAfter(note, migration)
      pool.stir()
      return migration
    } catch (error) {
      await this.#discard(destination, vm.name)
      throw error
    }
  }

  /** Whether a QEMU stands there that the VM has left, or never came to: a console that ended left it. */
  #hasRemains(host: QemuHost, vmName: string): boolean {
    return this.#around.pool.view.seen.some(
      seen =>
        seen.socket.hostName === host.name &&
        nameOf(seen) === vmName &&
        (seen.state.status === 'postmigrate' || seen.state.status === 'inmigrate'),
    )
  }

  #partsOf({ vmId, destinationHostId }: MigrationOrder): {
    readonly vm: PlacedVm
    readonly source: QemuHost
    readonly destination: QemuHost
  } {
    const { placed, inventory, file } = this.#around.pool.view
    const vm = placed.find(({ id }) => id === vmId)
    const shown = inventory.vms.find(({ id }) => id === vmId)
    if (vm === undefined || shown === undefined) throw notFound('The VM')
    const hostOf = (id: string | null) => {
      const name = inventory.hosts.find(host => host.id === id)?.name
      return file.hosts.find(host => host.name === name)
    }
    const [source, destination] = [hostOf(shown.hostId), hostOf(destinationHostId)]
    if (source === undefined || destination === undefined) throw notFound('The host')
    if (source === destination) throw conflict(`${shown.name} already runs on ${destination.name}.`)
    if (shown.immovableBecause !== null) throw conflict(shown.immovableBecause)
    return { vm, source, destination }
  }

  #make(note: MigrationNote, past: readonly HostMigrationEvent[]): QemuMigration {
    const { pool, kept, clock } = this.#around
    const pulse = note.heartbeats.length > 0 ? new GuestPulse(note.heartbeats) : null
    const migration = new QemuMigration(note.plan, {
      source: pool.clientAt(note.source),
      destination: pool.clientAt(note.destination),
      clock,
      pulse,
      past,
      onEvent: event => kept.append(note.id, event),
    })
    return migration
  }

  /** The QEMU that is without the VM in the end is ended by its host's command. */
  #cleanUpAfter({ vmName, sourceHost, destinationHost }: MigrationNote, migration: QemuMigration): void {
    const { pool } = this.#around
    const cleaning = migration.followed.then(async () => {
      const { ending } = migration
      pool.stir()
      if (ending === null || this.#closing.signal.aborted) return
      const name = ending === 'completed' ? sourceHost : destinationHost
      const host = pool.view.file.hosts.find(each => each.name === name)
      if (host !== undefined) await this.#discard(host, vmName)
      pool.stir()
    })
    this.#cleaning.add(cleaning)
    void cleaning.finally(() => this.#cleaning.delete(cleaning))
  }

  async #discard(host: QemuHost, vmName: string): Promise<void> {
    if (host.command === undefined) return
    await discardRemains(host, vmName, AbortSignal.timeout(DISCARD_TIMEOUT_MS)).catch((error: unknown) =>
      this.#around.log.warn('a QEMU without a VM could not be ended', {
        host: host.name,
        vm: vmName,
        why: String(error),
      }),
    )
  }
}
