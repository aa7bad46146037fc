import { fairShares } from '../../core/simulation/fair-shares.ts'
import type { PageMigration } from '../../core/simulation/page-migration.ts'
import type { VirtualHost } from './virtual-pool.ts'

/** A migration as far as the network carries it. */
interface Sender {
  readonly source: VirtualHost
  readonly destination: VirtualHost
  readonly simulation: PageMigration
  readonly linkBytesPerSecond: number
}

/** What carries the migrations of a pool from host to host: shared fairly, and cut where a test cuts it. */
export class MigrationNetwork {
  readonly #cut = new Set<string>()

  leads({ source, destination }: Pick<Sender, 'source' | 'destination'>): boolean {
    return !this.#cut.has(source.uuid) && !this.#cut.has(destination.uuid)
  }

  cutOff(host: VirtualHost): void {
    this.#cut.add(host.uuid)
  }

  rejoin(host: VirtualHost): void {
    this.#cut.delete(host.uuid)
  }

  /** Gives each migration its part of the network that it goes by; the networks of a lab differ in what they carry. */
  share(senders: readonly Sender[]): void {
    for (const [bytesPerSecond, sharers] of Map.groupBy(senders, each => each.linkBytesPerSecond)) {
      const flows = sharers.map(({ source, destination, simulation }) => ({
        from: source.uuid,
        to: destination.uuid,
        demand: simulation.demandBytesPerSecond,
      }))
      const shares = fairShares(flows, bytesPerSecond)
      for (const [index, { simulation }] of sharers.entries()) simulation.share(shares[index] ?? 0)
    }
  }
}
