import { Failure } from '../../shared/failure.ts'
import type { Alternative } from '../../shared/model/decision.ts'
import type { DestinationCheck, MigrationNetwork } from '../../shared/model/destination-check.ts'
import type { Host } from '../../shared/model/host.ts'
import { numberOf } from '../../shared/model/measure.ts'
import type { PolicyName } from '../../shared/model/migration.ts'
import type { Vm } from '../../shared/model/vm.ts'
import type { Advisor } from './advisor.ts'
import type { Connections, LivePool } from './connections.ts'
import type { ControlLoop } from './control-loop.ts'
import type { Decisions } from './decisions.ts'
import type { Migrator } from './migrator.ts'
import type { Tick } from './sampler.ts'

interface Deps {
  readonly connections: Connections
  readonly advisor: Advisor
  readonly migrator: Migrator
  readonly decisions: Decisions
  readonly loop: ControlLoop
}

/** What an operator orders by hand: no trigger, cool-down or level stands in the way, the server's word does. */
export class ManualMigration {
  readonly #deps: Deps

  constructor(deps: Deps) {
    this.#deps = deps
  }

  /** What the server says of each other host of the VM's pool. */
  check(vmId: string, signal: AbortSignal): Promise<readonly DestinationCheck[]> {
    return this.#deps.connections.poolOfVm(vmId).hypervisor.checkDestinations(vmId, signal)
  }

  /** Starts a migration, to the given host or to the one the advisor would choose. Returns its id. */
  async start(order: {
    readonly vmId: string
    readonly destinationHostId?: string | undefined
    readonly networkId?: string | undefined
    readonly policy: PolicyName
    /** Why now, where the operator has not just asked for it. */
    readonly because?: string
  }): Promise<string> {
    const { connections, migrator, decisions, loop } = this.#deps
    const pool = connections.poolOfVm(order.vmId)
    const vm = pool.inventory.vms.find(candidate => candidate.id === order.vmId)
    const tick = loop.latestOf(pool.connectionId)
    if (!vm || !tick) {
      throw new Failure({
        code: 'conflict',
        message: 'Nothing has been read from this pool yet.',
        remedy: 'Wait for the first reading, a few seconds, and try again.',
      })
    }
    const wasStopped = connections.overview.value.stoppedSinceMs !== null
    const { destination, alternatives } = order.destinationHostId
      ? { destination: namedHost(pool, vm, order.destinationHostId), alternatives: [] }
      : await this.#chosenHost(pool, vm, tick)
    if (!wasStopped && connections.overview.value.stoppedSinceMs !== null) {
      throw new Failure({
        code: 'conflict',
        message: `${vm.name} was not moved: STOP was pressed before its migration had begun.`,
        remedy: 'Start it again if it is to move all the same.',
      })
    }
    const network = order.networkId ? await networkTo(pool, { vm, destination, id: order.networkId }) : null
    const sample = tick.vms.find(candidate => candidate.vmId === vm.id)
    const migrationId = await migrator.start({
      vmId: vm.id,
      destinationHostId: destination.id,
      network,
      policy: order.policy,
      startedBy: 'operator',
      atMs: tick.atMs,
      dirtyPagesPerSecond: (sample && numberOf(sample.dirtyPagesPerSecond)) ?? null,
    })
    decisions.record({
      atMs: tick.atMs,
      connectionId: pool.connectionId,
      vmId: vm.id,
      vmName: vm.name,
      kind: 'operator',
      outcome: `migrate to ${destination.name}`,
      reasons: [
        order.because ?? 'The operator asked for it.',
        order.destinationHostId ? 'The operator chose the host.' : 'The host was chosen by memory and load.',
        ...(network ? [`The operator chose the network ${network.name}.`] : []),
      ],
      inputs: [],
      alternatives,
      migrationId,
    })
    return migrationId
  }

  async #chosenHost(
    pool: LivePool,
    vm: Vm,
    tick: Tick,
  ): Promise<{ readonly destination: Host; readonly alternatives: readonly Alternative[] }> {
    const { hostId, alternatives, remedy } = await this.#deps.advisor.destinationFor(pool, vm, tick)
    const destination = pool.inventory.hosts.find(host => host.id === hostId)
    if (destination) return { destination, alternatives }
    const why = alternatives.map(({ name, because }) => `${name}: ${because}`).join('; ')
    throw new Failure({
      code: 'conflict',
      message: `No host can take ${vm.name}${why ? ` (${why})` : ''}.`,
      remedy: remedy ?? 'Free memory on a host, or enable one, and try again.',
    })
  }
}

const namedHost = ({ inventory }: LivePool, vm: Vm, hostId: string): Host => {
  const host = inventory.hosts.find(({ id }) => id === hostId)
  if (host) return host
  throw new Failure({
    code: 'conflict',
    message: `That host is no destination for ${vm.name}: its pool has no such host.`,
    remedy: 'Choose another host of its pool.',
  })
}

const CHECK_TIMEOUT_MS = 15_000

/** A network by which a VM can go to a host; throws `conflict` where it does not lead there. */
const networkTo = async (
  { hypervisor }: LivePool,
  { vm, destination, id }: { readonly vm: Vm; readonly destination: Host; readonly id: string },
): Promise<MigrationNetwork> => {
  const checks = await hypervisor.checkDestinations(vm.id, AbortSignal.timeout(CHECK_TIMEOUT_MS))
  const usable = checks.find(check => check.hostId === destination.id)?.networks ?? []
  const network = usable.find(candidate => candidate.id === id)
  if (network) return network
  throw new Failure({
    code: 'conflict',
    message: `${vm.name} cannot go to ${destination.name} by that network: both hosts need an address in it.`,
    remedy:
      usable.length === 0
        ? 'Leave the network to the pool.'
        : `Choose ${usable.map(({ name }) => name).join(' or ')}, or leave it to the pool.`,
  })
}
