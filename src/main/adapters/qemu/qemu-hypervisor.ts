import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { Failure } from '../../../shared/failure.ts'
import type { ConnectionSettings } from '../../../shared/model/connection.ts'
import type { DestinationCheck } from '../../../shared/model/destination-check.ts'
import type { MigrationCommand } from '../../../shared/model/migration-command.ts'
import type { HostMigrationEvent } from '../../../shared/model/migration-event.ts'
import type { Lease } from '../../../shared/model/pool-guards.ts'
import type { PoolTask } from '../../../shared/model/pool-task.ts'
import type { Clock } from '../../ports/clock.ts'
import type {
  DirtyRateReading,
  Hypervisor,
  Inventory,
  MetricsReading,
  MigrationOrder,
  PageHeatReading,
} from '../../ports/hypervisor.ts'
import type { Log } from '../../ports/log.ts'
import { isPlainWord, observedVmId } from '../libvirt/observed-vm.ts'
import type { PlacedDomain } from '../libvirt/place-domains.ts'
import { closedHere, notKnown } from '../system/connection-failures.ts'
import { assertRevocable } from './control-order.ts'
import { readDirtyPages } from './dirty-rate.ts'
import { isMigrating } from './examine-vm.ts'
import { LeaseFile } from './lease-file.ts'
import { MemoryHeat } from './memory-heat.ts'
import { MigrationLog } from './migration-log.ts'
import type { PlacedVm } from './qemu-inventory.ts'
import { QemuMetrics } from './qemu-metrics.ts'
import { QemuMigrations } from './qemu-migrations.ts'
import { QemuPool } from './qemu-pool.ts'
import { order } from './qmp-commands.ts'

interface Connecting {
  readonly settings: Pick<ConnectionSettings, 'id' | 'name' | 'url'>
  readonly clock: Clock
  readonly log: Log
}

const moving = (name: string): Failure =>
  new Failure({
    code: 'conflict',
    message: `${name} is being migrated: its own figures tell its dirty rate then.`,
    remedy: 'Wait until the migration has ended.',
  })

const heatless = (name: string): Failure =>
  new Failure({
    code: 'unsupported',
    message: `libvirt does not tell which pages ${name} writes.`,
    remedy: 'Its dirty rate is measured: go by that.',
  })

const libvirtsOwn = (nameOrUuid: string): Failure =>
  new Failure({
    code: 'unsupported',
    message: 'libvirt carries this out: it is only observed here.',
    remedy: `Cancel it with virsh domjobabort ${nameOrUuid}.`,
  })

/** QEMU processes on the hosts of a file, by their QMP sockets; those of libvirt as virsh tells of them. */
class QemuHypervisor implements Hypervisor {
  readonly #name: string
  readonly #pool: QemuPool
  readonly #lease: LeaseFile
  readonly #migrations: QemuMigrations
  readonly #metrics = new QemuMetrics()
  readonly #heat = new MemoryHeat()
  #closing: Promise<void> | undefined

  constructor({ settings, clock, log }: Connecting) {
    this.#name = settings.name
    const place = fileURLToPath(settings.url)
    // Beside the file, where every console of these hosts finds the lease and what is under way.
    const folder = `${place.replace(/\/$/, '')}.longshore`
    this.#lease = new LeaseFile(path.join(folder, 'lease'))
    this.#pool = new QemuPool({
      place,
      connectionId: settings.id,
      name: settings.name,
      lease: this.#lease,
      clock,
      log,
    })
    const kept = new MigrationLog(folder, log)
    this.#migrations = new QemuMigrations({ pool: this.#pool, kept, clock, log })
  }

  start(signal: AbortSignal): Promise<void> {
    return this.#pool.start(signal)
  }

  async *watchInventory(signal: AbortSignal): AsyncGenerator<Inventory> {
    this.#assertOpen()
    yield* this.#pool.watch(({ inventory }) => inventory, signal)
  }

  async readMetrics(signal: AbortSignal): Promise<MetricsReading> {
    this.#assertOpen()
    signal.throwIfAborted()
    return this.#metrics.read(this.#pool.view, vm => this.#clientOf(vm))
  }

  async readDirtyRate(vmId: string, windowMs: number, signal: AbortSignal): Promise<DirtyRateReading> {
    const observed = this.#observed(vmId)
    if (observed !== undefined) return this.#pool.libvirt.readDirtyRate(observed, windowMs, signal)
    const vm = this.#vm(vmId)
    if (isMigrating(vm.seen.state)) throw moving(vm.name)
    const pages = await readDirtyPages(this.#clientOf(vm), windowMs, signal)
    return { pages, windowMs, atMs: Date.now() }
  }

  async readPageHeat(vmId: string, maxRegions: number, signal: AbortSignal): Promise<PageHeatReading> {
    const observed = this.#observed(vmId)
    if (observed !== undefined) throw heatless(observed.domain.name)
    const vm = this.#vm(vmId)
    const { notes } = vm.seen.socket
    const { memoryBytes } = vm.seen.facts
    if (notes.heatFile !== undefined) {
      const heat = await this.#heat.readCounts({ file: notes.heatFile, memoryBytes }, maxRegions, signal)
      return { atMs: Date.now(), ...heat }
    }
    if (notes.memoryFile === undefined)
      throw new Failure({
        code: 'unsupported',
        message: `Nothing tells which pages ${vm.name} writes: its memory is no file that is known, and no plugin counts its writes.`,
        remedy:
          'Start it with memory-backend-file and share=on, or with the plugin page-heat, and name the file beside its socket (docs/qemu.md).',
      })
    const memory = { file: notes.memoryFile, memoryBytes }
    const { contentPages: _, ...heat } = isMigrating(vm.seen.state)
      ? await this.#heat.sample(memory, maxRegions, signal)
      : await this.#heat.read(memory, maxRegions, signal)
    return { atMs: Date.now(), ...heat }
  }

  async listDestinations(vmId: string, signal: AbortSignal): Promise<readonly string[]> {
    const checks = await this.checkDestinations(vmId, signal)
    return checks.flatMap(({ hostId, refusal }) => (refusal === null ? [hostId] : []))
  }

  async checkDestinations(vmId: string, _signal: AbortSignal): Promise<readonly DestinationCheck[]> {
    this.#assertOpen()
    const { inventory, file } = this.#pool.view
    const vm = inventory.vms.find(({ id }) => id === vmId)
    if (vm === undefined) throw notKnown('The VM')
    const others = inventory.hosts.filter(({ id }) => id !== vm.hostId)
    return others.map(({ id, name }) => {
      const hasCommand = file.hosts.find(host => host.name === name)?.command !== undefined
      const commandless = hasCommand ? null : `${name} has no command that starts a destination there.`
      return { hostId: id, refusal: vm.immovableBecause ?? commandless, copiesDisk: false, networks: [] }
    })
  }

  async startMigration(wanted: MigrationOrder, signal: AbortSignal): Promise<void> {
    this.#assertOpen()
    await this.#migrations.start(wanted, signal)
  }

  async *watchMigration(
    id: string,
    afterSequence: number,
    signal: AbortSignal,
  ): AsyncGenerator<HostMigrationEvent> {
    this.#assertOpen()
    yield* this.#migrations.watch(id, afterSequence, signal)
  }

  async controlMigration(id: string, command: MigrationCommand, _signal: AbortSignal): Promise<void> {
    this.#assertOpen()
    await this.#migrations.control(id, command)
  }

  async *watchTasks(signal: AbortSignal): AsyncGenerator<readonly PoolTask[]> {
    this.#assertOpen()
    yield* this.#pool.watch(({ tasks }) => tasks, signal)
  }

  async cancelTask(taskId: string, _signal: AbortSignal): Promise<void> {
    const observed = this.#observed(taskId)
    if (observed !== undefined) throw libvirtsOwn(observed.domain.uuid)
    const vm = this.#vm(taskId)
    if (vm.seen.facts.isOfLibvirt) throw libvirtsOwn(isPlainWord(vm.name) ? vm.name : 'NAME')
    const source = this.#clientOf(vm)
    await assertRevocable(source)
    await source.ask(order('migrate_cancel'))
  }

  async replaceLease(present: Lease | null, next: Lease | null, _signal: AbortSignal): Promise<boolean> {
    this.#assertOpen()
    const replaced = await this.#lease.replace(present, next)
    this.#pool.stir()
    return replaced
  }

  close(): Promise<void> {
    this.#closing ??= this.#close()
    return this.#closing
  }

  async #close(): Promise<void> {
    await this.#migrations.close()
    await Promise.allSettled([this.#pool.close(), this.#heat.close()])
  }

  #vm(vmId: string): PlacedVm {
    this.#assertOpen()
    const vm = this.#pool.view.placed.find(({ id }) => id === vmId)
    if (vm === undefined) throw notKnown('The VM')
    return vm
  }

  /** A VM that libvirt manages and tells of. */
  #observed(vmId: string): PlacedDomain | undefined {
    this.#assertOpen()
    const { observed, inventory } = this.#pool.view
    return observed.find(vm => observedVmId(inventory.pool.id, vm) === vmId)
  }

  #clientOf(vm: PlacedVm) {
    return this.#pool.clientAt(vm.seen.socket.address)
  }

  #assertOpen(): void {
    if (this.#closing !== undefined) throw closedHere(this.#name)
  }
}

/** Opens the hosts that the file at `settings.url` names; resolves when every QEMU there has been asked once. */
export const connectQemu = async (connecting: Connecting, signal: AbortSignal): Promise<Hypervisor> => {
  const hypervisor = new QemuHypervisor(connecting)
  try {
    await hypervisor.start(signal)
    return hypervisor
  } catch (error) {
    await hypervisor.close()
    throw error
  }
}
