import { Failure, isAbort } from '../../../shared/failure.ts'
import type { MigrationCommand } from '../../../shared/model/migration-command.ts'
import type { HostMigrationEvent } from '../../../shared/model/migration-event.ts'
import type { Clock } from '../../ports/clock.ts'
import type { MigrationOrder } from '../../ports/hypervisor.ts'
import type { Log } from '../../ports/log.ts'
import { closedHere, notKnown } from '../system/connection-failures.ts'
import { OncePerId } from '../system/once-per-id.ts'
import type { Ending } from './event-book.ts'
import { GuestProbe } from './guest-probe.ts'
import { GuestPulse } from './guest-pulse.ts'
import { discardRemains, type Stops, startDestination } from './host-command.ts'
import type { GuestAddress, IncomingAnswer, QemuHost } from './hosts-file.ts'
import { isHere, isNear } from './is-here.ts'
import type { MigrationLog, MigrationNote } from './migration-log.ts'
import { nameOf, type PlacedVm } from './qemu-inventory.ts'
import { QemuMigration } from './qemu-migration.ts'
import type { QemuPool } from './qemu-pool.ts'
import { readNotes } from './read-hosts.ts'

interface Around {
  readonly pool: QemuPool
  readonly kept: MigrationLog
  readonly clock: Clock
  readonly log: Log
}

/** What an order names. */
interface Parts {
  readonly vm: PlacedVm
  readonly source: QemuHost
  readonly destination: QemuHost
}

interface Begun {
  /** What an earlier run was told; nothing of one that begins. */
  readonly past: readonly HostMigrationEvent[]
  /** Of one that begins here: what was not probed from the beginning would be told too short. */
  readonly probe?: GuestProbe | undefined
}

/** Nobody waits longer for it when the connection is closed; on a busy host a command needs some seconds to begin. */
const DISCARD_TIMEOUT_MS = 30_000

const conflict = (message: string): Failure =>
  new Failure({
    code: 'conflict',
    message,
    remedy: 'Look at the inventory again and choose another VM or destination.',
  })

/** Which end is certain to hold no VM; null where either may hold what is left of it. */
const emptyEnd = (ending: Ending): 'source' | 'destination' | null => {
  if (ending.kind === 'completed') return 'source'
  return ending.kind === 'cancelled' || ending.vmRunsAt === 'source' ? 'destination' : null
}

/** The migrations of one connection, by our ids: those begun here, and those that an earlier run began. */
export class QemuMigrations {
  readonly #around: Around
  readonly #known = new OncePerId<QemuMigration>()
  /** Of orders that are being carried out, by their ids: until QEMU has begun they can be taken back. */
  readonly #withdrawals = new Map<string, AbortController>()
  /** The migrations of VMs that are on their way, by their names: the inventory tells it only once QEMU has begun. */
  readonly #moving = new Map<string, string>()
  /** By name of the VM: what ends the QEMU that it has left, or never came to. */
  readonly #cleaning = new Map<string, Promise<void>>()
  readonly #closing = new AbortController()

  constructor(around: Around) {
    this.#around = around
  }

  async start(order: MigrationOrder, signal: AbortSignal): Promise<void> {
    await this.#known.get(order.id, async () => {
      const withdrawal = new AbortController()
      this.#withdrawals.set(order.id, withdrawal)
      try {
        const found = await this.#find(order.id)
        const closing = AbortSignal.any([signal, this.#closing.signal])
        return found ?? (await this.#begin(order, { closing, withdrawal: withdrawal.signal }))
      } finally {
        this.#withdrawals.delete(order.id)
      }
    })
  }

  async *watch(id: string, afterSequence: number, signal: AbortSignal): AsyncGenerator<HostMigrationEvent> {
    yield* (await this.#present(id)).watch(afterSequence, signal)
  }

  async control(id: string, command: MigrationCommand): Promise<void> {
    const withdrawal = command.kind === 'cancel' ? this.#withdrawals.get(id) : undefined
    withdrawal?.abort()
    const migration = await this.#present(id).catch((error: unknown) => {
      if (withdrawal !== undefined && isAbort(error)) return null
      throw error
    })
    await migration?.control(command)
  }

  /** Stops following; what runs goes on. */
  async close(): Promise<void> {
    this.#closing.abort(closedHere('its hosts'))
    for (const migration of await this.#known.settled()) await migration.close()
    await Promise.allSettled(this.#cleaning.values())
    await this.#around.kept.settled()
  }

  #present(id: string): Promise<QemuMigration> {
    return this.#known.get(id, async () => {
      const found = await this.#find(id)
      if (found !== null) return found
      throw notKnown(`A migration ${id}`)
    })
  }

  async #find(id: string): Promise<QemuMigration | null> {
    const kept = await this.#around.kept.find(id)
    if (kept === null) return null
    const migration = this.#make(kept.note, { past: kept.events })
    migration.follow()
    // Of one that has ended already nothing is cleaned up while its VM is on another way.
    if (migration.ending !== null && this.#moving.has(kept.note.vmName))
      void migration.followed.then(() => this.#giveBack(kept.note))
    else this.#seeOff(kept.note, migration)
    return migration
  }

  async #begin(order: MigrationOrder, stops: Stops): Promise<QemuMigration> {
    const parts = this.#partsOf(order)
    const { name } = parts.vm
    if (this.#moving.has(name)) throw conflict(`${name} is being moved already.`)
    this.#moving.set(name, order.id)
    try {
      return await this.#launch(order, parts, stops)
    } catch (error) {
      this.#moving.delete(name)
      throw error
    }
  }

  async #launch(order: MigrationOrder, parts: Parts, stops: Stops): Promise<QemuMigration> {
    const { pool, kept } = this.#around
    const { vm, source, destination } = parts
    const incoming = await this.#startDestination(parts, stops)
    const { linkBytesPerSecond, tlsCreds = null } = pool.view.file
    const preempt = order.pageRequests === 'overtake'
    const note: MigrationNote = {
      id: order.id,
      vmName: vm.name,
      sourceHost: source.name,
      destinationHost: destination.name,
      source: vm.seen.socket.address,
      destination: incoming.qmp,
      heartbeats: [vm.seen.socket.notes, (await readNotes(incoming.qmp)).notes].flatMap(
        notes => notes.heartbeat ?? [],
      ),
      plan: { uri: incoming.uri, linkBytesPerSecond, postCopy: true, preempt, tlsCreds },
    }
    try {
      stops.closing.throwIfAborted()
      await kept.begin(note)
      stops.withdrawal?.throwIfAborted()
      return await this.#start(note, vm.seen.socket.notes.probe)
    } catch (error) {
      pool.dismiss(incoming.qmp)
      await this.#discard(destination, vm.name)
      throw error
    }
  }

  async #start(note: MigrationNote, probed: GuestAddress | undefined): Promise<QemuMigration> {
    const probe = probed && new GuestProbe(probed)
    const migration = this.#make(note, { past: [], probe })
    try {
      await migration.start()
    } catch (error) {
      this.#giveBack(note)
      throw error
    }
    const { plan } = migration
    this.#around.pool.learnPostCopy(note.destinationHost, plan.postCopy)
    if (!plan.postCopy) this.#around.kept.amend({ ...note, plan })
    this.#seeOff(note, migration)
    this.#around.pool.stir()
    return migration
  }

  /** An order that is taken back ends the command, and what that has started. */
  async #startDestination({ vm, destination }: Parts, stops: Stops): Promise<IncomingAnswer> {
    const { memoryBytes } = vm.seen.facts
    await this.#cleaning.get(vm.name)
    if (this.#hasRemains(destination, vm.name)) await this.#discard(destination, vm.name)
    try {
      return await startDestination(destination, { name: vm.name, memoryBytes }, stops)
    } catch (error) {
      // It may have started one before it failed. A console that ends has no time: the VM's next move does it then.
      if (!stops.closing.aborted) await this.#discard(destination, vm.name)
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

  #partsOf({ vmId, destinationHostId }: MigrationOrder): Parts {
    const { placed, inventory, file } = this.#around.pool.view
    const vm = placed.find(({ id }) => id === vmId)
    const shown = inventory.vms.find(({ id }) => id === vmId)
    if (shown === undefined) throw notKnown('The VM')
    if (shown.immovableBecause !== null) throw conflict(shown.immovableBecause)
    if (vm === undefined) throw notKnown('The VM')
    const hostOf = (id: string | null) => {
      const name = inventory.hosts.find(host => host.id === id)?.name
      return file.hosts.find(host => host.name === name)
    }
    const [source, destination] = [hostOf(shown.hostId), hostOf(destinationHostId)]
    if (source === undefined || destination === undefined) throw notKnown('The host')
    if (source === destination) throw conflict(`${shown.name} already runs on ${destination.name}.`)
    return { vm, source, destination }
  }

  #make(note: MigrationNote, { past, probe }: Begun): QemuMigration {
    const { pool, kept, clock } = this.#around
    const pulse = note.heartbeats.length > 0 ? new GuestPulse(note.heartbeats) : null
    return new QemuMigration(note.plan, {
      source: pool.borrow(note.source),
      destination: pool.borrow(note.destination),
      here: {
        source: this.#isHere(note.sourceHost, note.source),
        destination: this.#isHere(note.destinationHost, note.destination),
      },
      clock,
      pulse,
      probe,
      past,
      onEvent: event => kept.append(note.id, event),
    })
  }

  #isHere(hostName: string, address: string): boolean {
    const host = this.#around.pool.view.file.hosts.find(({ name }) => name === hostName)
    return host !== undefined && isHere(host) && isNear(address)
  }

  /** Follows it to its end: the VM may then move again, and the QEMU that is without it is ended by its host's command. */
  #seeOff(note: MigrationNote, migration: QemuMigration): void {
    const { vmName } = note
    const cleaning = migration.followed
      .then(() => {
        if (this.#moving.get(vmName) === note.id) this.#moving.delete(vmName)
        this.#giveBack(note)
        this.#around.pool.stir()
        return this.#cleanUp(note, migration)
      })
      .finally(() => {
        if (this.#cleaning.get(vmName) === cleaning) this.#cleaning.delete(vmName)
      })
    this.#cleaning.set(vmName, cleaning)
  }

  async #cleanUp(note: MigrationNote, { ending }: QemuMigration): Promise<void> {
    const { pool } = this.#around
    const end = ending && emptyEnd(ending)
    if (end === null || this.#closing.signal.aborted) return
    const name = end === 'source' ? note.sourceHost : note.destinationHost
    const host = pool.view.file.hosts.find(each => each.name === name)
    if (host === undefined) return
    pool.dismiss(end === 'source' ? note.source : note.destination)
    await this.#discard(host, note.vmName)
    pool.stir()
  }

  #giveBack({ source, destination }: MigrationNote): void {
    this.#around.pool.giveBack(source)
    this.#around.pool.giveBack(destination)
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
