import { Failure } from '../../shared/failure.ts'
import type { DestinationCheck } from '../../shared/model/destination-check.ts'
import { numberOf } from '../../shared/model/measure.ts'
import type { PolicyName } from '../../shared/model/migration.ts'
import type { Advisor } from './advisor.ts'
import type { Connections } from './connections.ts'
import type { ControlLoop } from './control-loop.ts'
import type { Decisions } from './decisions.ts'
import type { Migrator } from './migrator.ts'

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
    readonly policy: PolicyName
  }): Promise<string> {
    const { connections, advisor, migrator, decisions, loop } = this.#deps
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
    const wasStopped = connections.overview.value.stopped
    const choice = order.destinationHostId
      ? { hostId: order.destinationHostId, alternatives: [] }
      : await advisor.destinationFor(pool, vm, tick)
    const destination = pool.inventory.hosts.find(host => host.id === choice.hostId)
    if (!destination && order.destinationHostId) {
      throw new Failure({
        code: 'conflict',
        message: `That host is no destination for ${vm.name}: its pool has no such host.`,
        remedy: 'Choose another host of its pool.',
      })
    }
    if (!destination) {
      const why = choice.alternatives.map(({ name, because }) => `${name}: ${because}`).join('; ')
      throw new Failure({
        code: 'conflict',
        message: `No host can take ${vm.name}${why ? ` (${why})` : ''}.`,
        remedy: 'Free memory on a host, or enable one, and try again.',
      })
    }
    if (!wasStopped && connections.overview.value.stopped) {
      throw new Failure({
        code: 'conflict',
        message: `${vm.name} was not moved: STOP was pressed before its migration had begun.`,
        remedy: 'Start it again if it is to move all the same.',
      })
    }
    const sample = tick.vms.find(candidate => candidate.vmId === vm.id)
    const migrationId = await migrator.start({
      vmId: vm.id,
      destinationHostId: destination.id,
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
        'The operator asked for it.',
        order.destinationHostId ? 'The operator chose the host.' : 'The host was chosen by memory and load.',
      ],
      inputs: [],
      alternatives: choice.alternatives,
      migrationId,
    })
    return migrationId
  }
}
