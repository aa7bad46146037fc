import { fairShares } from '../../core/simulation/fair-shares.ts'
import type { SharedPath } from './shared-path.ts'
import type { VirtualHost, VirtualPool } from './virtual-pool.ts'

/** A migration as far as the network carries it. */
export interface Sender {
  readonly source: VirtualHost
  readonly destination: VirtualHost
  /** What it would send at most, bytes/s. */
  readonly demandBytesPerSecond: number
  readonly path: SharedPath
  readonly linkBytesPerSecond: number
  /** The pool of the destination. */
  readonly landing: VirtualPool
}

/** What VMs take of a link at most: they get what they want. */
const MOST_COMPETING = 0.9

/** What carries the migrations of a pool from host to host: shared fairly, and cut where a test cuts it. */
export class MigrationNetwork {
  readonly #pool: VirtualPool
  readonly #cut = new Set<string>()

  constructor(pool: VirtualPool) {
    this.#pool = pool
  }

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
  share(senders: readonly Sender[], nowMs: number): void {
    for (const [capacity, sharers] of Map.groupBy(senders, each => each.linkBytesPerSecond)) {
      const flows = sharers.map(({ source, destination, demandBytesPerSecond, path }) => ({
        from: source.uuid,
        to: destination.uuid,
        demand: path.isCut ? 0 : demandBytesPerSecond,
      }))
      const shares = fairShares(flows, capacity)
      for (const [index, sender] of sharers.entries())
        sender.path.deal({
          bytesPerSecond: shares[index] ?? 0,
          competingRatio: this.#competingRatio(sender, nowMs),
        })
    }
  }

  /** The VMs' own traffic goes by the management network. */
  #competingRatio({ source, destination, linkBytesPerSecond, landing }: Sender, nowMs: number): number {
    if (linkBytesPerSecond !== this.#pool.config.linkBytesPerSecond) return 0
    const out = this.#pool.vmTraffic(source, nowMs).sentBytesPerSecond
    const into = landing.vmTraffic(destination, nowMs).receivedBytesPerSecond
    return Math.min(MOST_COMPETING, Math.max(out, into) / linkBytesPerSecond)
  }
}
