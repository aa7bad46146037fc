import { readFile } from 'node:fs/promises'
import { errorText, Failure } from '../../../shared/failure.ts'
import type { Lease } from '../../../shared/model/pool-guards.ts'
import type { PoolTask } from '../../../shared/model/pool-task.ts'
import type { Clock } from '../../ports/clock.ts'
import type { Inventory } from '../../ports/hypervisor.ts'
import type { Log } from '../../ports/log.ts'
import { LibvirtHosts } from '../libvirt/libvirt-hosts.ts'
import { observedTask, observedVmId } from '../libvirt/observed-vm.ts'
import type { PlacedDomain } from '../libvirt/place-domains.ts'
import { Bell } from '../system/bell.ts'
import { notKnown } from '../system/connection-failures.ts'
import { examineVm, readVmState, type VmFacts } from './examine-vm.ts'
import type { QemuHostsFile } from './hosts-file.ts'
import type { LeaseFile } from './lease-file.ts'
import { inventoryOf, isToldByLibvirt, type PlacedVm, placeVms, type SeenVm } from './qemu-inventory.ts'
import { qemuTasksOf } from './qemu-tasks.ts'
import { QmpClient } from './qmp-client.ts'
import { findSockets, noNotes, readHosts, type VmSocket } from './read-hosts.ts'
import { Silence } from './silence.ts'

/** What is known at a moment. */
export interface PoolView {
  readonly file: QemuHostsFile
  /** Every QEMU that answers, those without a VM among them. */
  readonly seen: readonly SeenVm[]
  readonly placed: readonly PlacedVm[]
  /** The VMs of libvirt. */
  readonly observed: readonly PlacedDomain[]
  readonly inventory: Inventory
  readonly tasks: readonly PoolTask[]
}

interface Parts {
  /** The hosts file, or a folder. */
  readonly place: string
  readonly connectionId: string
  readonly name: string
  readonly lease: LeaseFile
  readonly clock: Clock
  readonly log: Log
}

/** One QEMU that may answer. */
interface Line {
  readonly client: QmpClient
  socket: VmSocket
  facts: VmFacts | null
  /** The opening of the client at which the facts were read: the next may be another QEMU's. */
  examined: number
  seen: SeenVm | null
  asking: Promise<void> | null
  failure: string | null
  /** Whether we end it ourselves: that it answers no more is then no news. */
  isDismissed: boolean
  /** Whether its host tells of it; a destination may be known to its migration alone. */
  isListed: boolean
  borrowers: number
}

/** What was found of the hosts besides their sockets. */
interface Found {
  readonly canPostCopy: boolean
  /** Why the sockets of a host could not be listed. */
  readonly faults: readonly string[]
}

const LOOK_MS = 500
/** A QEMU that does not answer holds the others up no longer. */
const ROUND_MS = 2_000
/** A hosts file that cannot be read is being written just now, unless that lasts. A guess. */
const UNREAD_MS = 5_000

/** Events after which a VM is elsewhere, or otherwise, than before. */
const telling = new Set(['STOP', 'RESUME', 'SHUTDOWN', 'RESET', 'MIGRATION'])

/** Whether a user without privileges may fetch pages of a guest on demand, as post-copy does. */
const canPostCopyHere = async (): Promise<boolean> =>
  process.getuid?.() === 0 ||
  (await readFile('/proc/sys/vm/unprivileged_userfaultfd', 'utf8').catch(() => '0')).trim() === '1'

/** What was known where it is the same as what is. */
const unlessSame = <Part>(before: Part | undefined, now: Part): Part =>
  before !== undefined && JSON.stringify(before) === JSON.stringify(now) ? before : now

/** The QEMUs of a hosts file, found and asked again and again. Once the file is lost, the next watcher starts anew. */
export class QemuPool {
  readonly #parts: Parts
  readonly #lines = new Map<string, Line>()
  readonly #bell = new Bell()
  readonly #stirred = new Bell()
  readonly #closing = new AbortController()
  readonly libvirt: LibvirtHosts
  /** Names of hosts whose QEMU refused to fetch pages on demand when a VM was last moved there. */
  readonly #withoutPostCopy = new Set<string>()
  #view: PoolView | undefined
  /** Of the hosts file: it cannot be read. */
  readonly #unread = new Silence()
  #running: Promise<void> | undefined
  #lost: unknown

  constructor(parts: Parts) {
    this.#parts = parts
    this.libvirt = new LibvirtHosts(parts.clock)
  }

  /** What is known now; there is always something once `start` has resolved. */
  get view(): PoolView {
    if (this.#view !== undefined) return this.#view
    throw new Failure({
      code: 'unreachable',
      message: 'The hosts of this connection have not been read yet.',
      remedy: 'Wait until the connection is live.',
    })
  }

  async start(signal: AbortSignal): Promise<void> {
    this.#ensureRunning()
    while (this.#view === undefined) {
      if (this.#lost !== undefined) throw this.#lost
      await this.#bell.wait(signal)
    }
  }

  /** A part of what is known, now and whenever it changed. */
  async *watch<Part extends object>(
    read: (view: PoolView) => Part,
    signal: AbortSignal,
  ): AsyncGenerator<Part> {
    this.#ensureRunning()
    for (let told: Part | undefined; ; ) {
      signal.throwIfAborted()
      if (this.#lost !== undefined) throw this.#lost
      const now = this.#view && read(this.#view)
      if (now !== undefined && now !== told) {
        told = now
        yield now
      } else await this.#bell.wait(signal)
    }
  }

  /** Looks again now. */
  stir(): void {
    this.#stirred.ring()
  }

  /** Whether a destination on this host took post-copy: how a host elsewhere stands is known only then. */
  learnPostCopy(hostName: string, isTaken: boolean): void {
    if (isTaken) this.#withoutPostCopy.delete(hostName)
    else this.#withoutPostCopy.add(hostName)
  }

  /** The one client of a QEMU that has been seen: a QMP server has room for no second. */
  clientAt(address: string): QmpClient {
    const line = this.#lines.get(address)
    if (line === undefined) throw notKnown(`A QEMU at ${address}`)
    return line.client
  }

  /** The one client of a socket, wherever that is; it stays until it is given back, whether its QEMU is there or not. */
  borrow(address: string): QmpClient {
    const line = this.#lineAt({ hostName: '', vmName: null, address, ...noNotes })
    line.borrowers++
    return line.client
  }

  giveBack(address: string): void {
    const line = this.#lines.get(address)
    if (line === undefined) return
    line.borrowers--
    if (line.borrowers === 0 && !line.isListed) this.#forget(address, line)
  }

  /** The QEMU at a socket is about to be ended: nobody is told when it falls silent. */
  dismiss(address: string): void {
    const line = this.#lines.get(address)
    if (line !== undefined) line.isDismissed = true
  }

  async close(): Promise<void> {
    this.#closing.abort()
    await Promise.all([...this.#lines.values()].map(({ client }) => client.close()))
    await this.#running
    await this.libvirt.close()
  }

  #ensureRunning(): void {
    if (this.#running !== undefined || this.#closing.signal.aborted) return
    this.#lost = undefined
    this.#running = this.#follow()
      .catch((error: unknown) => {
        this.#lost = error
      })
      .finally(() => {
        this.#running = undefined
        this.#bell.ring()
      })
  }

  async #follow(): Promise<void> {
    const { signal } = this.#closing
    const { clock } = this.#parts
    const canPostCopy = await canPostCopyHere()
    while (!signal.aborted) {
      const file = await this.#readFile()
      const found = await Promise.all(file.hosts.map(findSockets))
      // Closing meanwhile, it must open no line that nobody would close.
      if (signal.aborted) return
      this.libvirt.follow(file.hosts)
      await this.#askAll(found.flatMap(({ sockets }) => sockets))
      if (signal.aborted) return
      const faults = found.flatMap(({ fault }) => fault ?? [])
      await this.#publish(file, { canPostCopy, faults })
      const over = new AbortController()
      const waking = AbortSignal.any([signal, over.signal])
      await Promise.race([
        clock.wait(LOOK_MS, waking).catch(() => undefined),
        this.#stirred.wait(waking).catch(() => undefined),
      ])
      over.abort()
    }
  }

  /** The hosts file as it is; as it was while somebody writes it: what steers a migration is not let go for that. */
  async #readFile(): Promise<QemuHostsFile> {
    const { clock, place } = this.#parts
    try {
      const file = await readHosts(place)
      this.#unread.end()
      return file
    } catch (error) {
      const isLost = this.#unread.goOn(clock.now()) >= UNREAD_MS
      if (this.#view === undefined || isLost) throw error
      return this.#view.file
    }
  }

  async #askAll(sockets: readonly VmSocket[]): Promise<void> {
    const present = new Set(sockets.map(({ address }) => address))
    for (const [address, line] of this.#lines) {
      line.isListed = present.has(address)
      if (line.isListed) continue
      line.seen = null
      line.failure = null
      if (line.borrowers === 0) this.#forget(address, line)
    }
    const asked = sockets.map(socket => {
      const line = this.#lineAt(socket)
      line.socket = socket
      line.isListed = true
      line.asking ??= this.#ask(line).finally(() => {
        line.asking = null
      })
      return line.asking
    })
    const { signal } = this.#closing
    const over = new AbortController()
    await Promise.race([
      Promise.all([...asked, this.libvirt.asked()]),
      this.#parts.clock.wait(ROUND_MS, AbortSignal.any([signal, over.signal])).catch(() => undefined),
    ])
    over.abort()
  }

  async #ask(line: Line): Promise<void> {
    try {
      const state = await readVmState(line.client)
      const { openings } = line.client
      if (line.facts === null || line.examined !== openings) line.facts = await examineVm(line.client)
      // Another QEMU than the one that was ended.
      if (line.examined !== openings) line.isDismissed = false
      line.examined = openings
      line.seen = { socket: line.socket, facts: line.facts, state }
      line.failure = null
    } catch (error) {
      line.facts = null
      line.seen = null
      const why = errorText(error)
      if (why !== line.failure && !line.isDismissed && !this.#closing.signal.aborted)
        this.#parts.log.info('a QEMU does not answer', { socket: line.socket.address, why })
      line.failure = why
    }
  }

  #lineAt(socket: VmSocket): Line {
    const known = this.#lines.get(socket.address)
    if (known !== undefined) return known
    const client = new QmpClient(socket.address)
    client.onEvent(({ name }) => {
      if (telling.has(name)) this.#stirred.ring()
    })
    const line: Line = {
      client,
      socket,
      facts: null,
      examined: 0,
      seen: null,
      asking: null,
      failure: null,
      isDismissed: false,
      isListed: false,
      borrowers: 0,
    }
    this.#lines.set(socket.address, line)
    return line
  }

  #forget(address: string, line: Line): void {
    this.#lines.delete(address)
    void line.client.close()
  }

  /** Who acts, or who did when that could last be read. */
  async #readLease(): Promise<{ readonly lease: Lease | null; readonly faults: readonly string[] }> {
    try {
      return { lease: await this.#parts.lease.read(), faults: [] }
    } catch (error) {
      const fault = `Who acts on this pool cannot be read: ${errorText(error).replace(/\.$/, '')}.`
      return { lease: this.#view?.inventory.pool.guards.lease ?? null, faults: [fault] }
    }
  }

  async #publish(file: QemuHostsFile, { canPostCopy, faults }: Found): Promise<void> {
    const { connectionId, name } = this.#parts
    const told = await this.#readLease()
    const observed = this.libvirt.domains()
    const lines = [...this.#lines.values()]
    const seen = lines.flatMap(line => line.seen ?? [])
    const placed = placeVms(
      seen.filter(vm => !isToldByLibvirt(vm, observed)),
      connectionId,
    )
    const parts = {
      connectionId,
      name,
      file,
      placed,
      observed,
      lease: told.lease,
      silences: [
        ...told.faults,
        ...faults,
        ...this.libvirt.silences,
        ...lines.flatMap(({ failure, isDismissed, socket }) =>
          isDismissed ? [] : (failure ?? socket.fault ?? []),
        ),
      ],
      canPostCopyHere: canPostCopy,
      withoutPostCopy: this.#withoutPostCopy,
    }
    const before = this.#view
    const inventory = unlessSame(before?.inventory, inventoryOf(parts))
    const tasks = unlessSame(before?.tasks, [
      ...qemuTasksOf(placed),
      ...observed.flatMap(vm => observedTask(observedVmId(connectionId, vm), vm) ?? []),
    ])
    this.#view = { file, seen, placed, observed, inventory, tasks }
    if (inventory !== before?.inventory || tasks !== before.tasks) this.#bell.ring()
  }
}
