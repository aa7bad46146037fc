import type { HeatItem } from '../../shared/contract/vm.ts'
import { Failure, isAbort } from '../../shared/failure.ts'
import type { Clock } from '../ports/clock.ts'
import type { HeatClusterer } from '../ports/heat-clusterer.ts'
import type { Connections } from './connections.ts'

/** Regions asked for while somebody looks: 256 KiB each of a guest of 8 GiB. */
const REGIONS = 32_768
const CADENCE_MS = 2000

interface Deps {
  readonly connections: Pick<Connections, 'poolOfVm'>
  readonly clusterer: HeatClusterer
  readonly clock: Clock
}

/** Reads and clusters a VM's page heat every few seconds for as long as somebody watches it. */
export class HeatWatch {
  readonly #deps: Deps

  constructor(deps: Deps) {
    this.#deps = deps
  }

  /** Heat, or why there is none, until `signal` aborts. */
  async *watch(vmId: string, signal: AbortSignal): AsyncGenerator<HeatItem> {
    while (!signal.aborted) {
      try {
        yield await this.#read(vmId, signal)
      } catch (error) {
        if (signal.aborted || isAbort(error)) return
        if (!(error instanceof Failure)) throw error
        yield { kind: 'unavailable', because: error.message }
      }
      await this.#deps.clock.wait(CADENCE_MS, signal).catch(() => {})
    }
  }

  async #read(vmId: string, signal: AbortSignal): Promise<HeatItem> {
    const { connections, clusterer } = this.#deps
    const { hypervisor, inventory } = connections.poolOfVm(vmId)
    const vm = inventory.vms.find(candidate => candidate.id === vmId)
    const host = inventory.hosts.find(candidate => candidate.id === vm?.hostId)
    if (!host) return { kind: 'unavailable', because: 'The VM is not running.' }
    if (!host.capabilities.pageHeat) {
      return {
        kind: 'unavailable',
        because: `${host.name} cannot say which pages are written: it has no host plugin.`,
      }
    }
    const reading = await hypervisor.readPageHeat(vmId, REGIONS, signal)
    return { kind: 'heat', heat: await clusterer.cluster(vmId, reading) }
  }
}
