import { numberOf } from '../../shared/model/measure.ts'
import type { Migration } from '../../shared/model/migration.ts'
import type { Vm } from '../../shared/model/vm.ts'
import {
  type Acceptance,
  type Candidate,
  chooseDestination,
  type DestinationChoice,
} from '../core/placement/choose-destination.ts'
import type { LivePool } from './connections.ts'
import type { Tick } from './sampler.ts'
import { DESTINATIONS_TIMEOUT_MS } from './trigger-words.ts'

interface Move {
  readonly pool: LivePool
  readonly vm: Vm
  readonly tick: Pick<Tick, 'hosts'>
}

interface Traffic {
  readonly running: readonly Migration[]
  readonly maxConcurrentPerHost: number
}

const ACCEPTED: Acceptance = { kind: 'accepted' }
const REFUSED: Acceptance = { kind: 'refused', because: null }

/** What the server says of each host that it did not find fit by itself; nothing where it does not answer. */
const reasonsAgainst = async ({ pool, vm }: Move): Promise<ReadonlyMap<string, Acceptance>> => {
  const signal = AbortSignal.timeout(DESTINATIONS_TIMEOUT_MS)
  const checks = await pool.hypervisor.checkDestinations(vm.id, signal).catch(() => [])
  return new Map(
    checks.map(({ hostId, refusal, copiesDisk }): [string, Acceptance] => {
      const withDisk = refusal === null && copiesDisk
      return [
        hostId,
        withDisk ? { kind: 'with-disk' } : { kind: 'refused', because: refusal?.replace(/\.$/, '') ?? null },
      ]
    }),
  )
}

/**
 * The host to which a VM should move, and why the others were not taken. Each host is asked about only where none will
 * do: that costs the server a call for each.
 */
export const findDestination = async (move: Move, traffic: Traffic): Promise<DestinationChoice> => {
  const { pool, vm, tick } = move
  const loads = new Map(tick.hosts.map(sample => [sample.hostId, sample]))
  const choose = (acceptances: ReadonlyMap<string, Acceptance>): DestinationChoice => {
    const candidates = pool.inventory.hosts
      .filter(host => host.id !== vm.hostId)
      .map((host): Candidate => {
        const load = loads.get(host.id)
        return {
          ...host,
          acceptance: acceptances.get(host.id) ?? REFUSED,
          memoryFreeBytes: (load && numberOf(load.memoryFreeBytes)) ?? null,
          cpuRatio: (load && numberOf(load.cpuRatio)) ?? null,
          incomingMigrations: traffic.running.filter(m => m.destinationHostId === host.id).length,
        }
      })
    return chooseDestination(candidates, vm.memoryBytes, traffic.maxConcurrentPerHost)
  }
  const possible = await pool.hypervisor.listDestinations(vm.id, AbortSignal.timeout(DESTINATIONS_TIMEOUT_MS))
  const accepted = possible.map((hostId): [string, Acceptance] => [hostId, ACCEPTED])
  const choice = choose(new Map(accepted))
  return choice.hostId === null ? choose(new Map([...(await reasonsAgainst(move)), ...accepted])) : choice
}
