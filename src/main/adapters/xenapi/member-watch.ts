import { z } from 'zod'
import { Failure } from '../../../shared/failure.ts'
import { addressOf, atAddress } from '../../../shared/model/member-address.ts'
import type { Log } from '../../ports/log.ts'
import type { Trust } from '../../ports/trust.ts'
import { fingerprintOf } from './certificate-check.ts'
import type { PoolView } from './inventory.ts'
import type { XenSession } from './session.ts'

const CALL_TIMEOUT_MS = 10_000

const certificate = z.object({
  type: z.string(),
  host: z.string(),
  fingerprint: z.string().catch(''),
  // Servers of 2024 and later tell this one apart from SHA-1.
  fingerprint_sha256: z.string().catch(''),
})

interface Parts {
  readonly session: XenSession
  readonly trust: Trust
  readonly log: Log
  /** Told the addresses of the pool's hosts whenever they change. */
  readonly onMembers: (addresses: readonly string[]) => void
}

/** Throws when the pool has less than half of the members known from before: who led us there left ours for another. */
export const assertSamePool = (known: readonly string[], { inventory }: PoolView): void => {
  const addresses = new Set(inventory.hosts.map(host => host.address))
  if (known.filter(address => addresses.has(address)).length * 2 >= known.length) return
  throw otherPool(inventory.pool.name)
}

export const otherPool = (name: string): Failure =>
  new Failure({
    code: 'unreachable',
    message: `No server of the pool answers: a host that was in it is in the pool ${name} now.`,
    remedy: 'Bring the pool master back, or connect to another server of the pool.',
  })

/** Keeps in mind where the pool's hosts are and which certificates they show, so that any of them can stand in for the master. */
export class MemberWatch {
  readonly #parts: Parts
  readonly #closing = new AbortController()
  #members: readonly string[] = []
  #generation = -1
  #vouching: Promise<void> = Promise.resolve()

  constructor(parts: Parts) {
    this.#parts = parts
  }

  /** Takes the hosts' addresses from the view; resolves when the pool has vouched for those that are new. */
  look({ inventory, hostRefs }: PoolView): Promise<void> {
    const { session, onMembers } = this.#parts
    const members = inventory.hosts.map(host => host.address).filter(address => address !== '')
    const same = members.length === this.#members.length && members.every(one => this.#members.includes(one))
    if (same && this.#generation === session.generation) return this.#vouching
    this.#generation = session.generation
    if (!same) {
      this.#members = members
      session.setMembers(members)
      onMembers(members)
    }
    const addressByRef = new Map(inventory.hosts.map(host => [hostRefs.get(host.id) ?? '', host.address]))
    this.#vouching = this.#vouch(addressByRef)
    return this.#vouching
  }

  /** Lets the next look ask the pool again. */
  doubt(): void {
    this.#generation = -1
  }

  async close(): Promise<void> {
    this.#closing.abort()
    await this.#vouching
  }

  async #vouch(addressByRef: ReadonlyMap<string, string>): Promise<void> {
    const { session, trust, log } = this.#parts
    // Who listens in to an open line could vouch for himself.
    if (session.origin.protocol !== 'https:') return
    try {
      const options = { signal: this.#closing.signal, timeoutMs: CALL_TIMEOUT_MS }
      const answer = await session.call('Certificate.get_all_records', [], options)
      for (const record of Object.values(z.record(z.string(), z.unknown()).catch({}).parse(answer))) {
        const { data } = certificate.safeParse(record)
        const address = addressByRef.get(data?.host ?? '') ?? ''
        const fingerprint = fingerprintOf(data?.fingerprint_sha256 || data?.fingerprint || '')
        if (data?.type === 'host' && address !== '' && fingerprint !== undefined)
          trust.vouch(addressOf(atAddress(session.origin, address)), fingerprint)
      }
    } catch (error) {
      // Servers before 8.2 keep no such list: their members are asked about one by one.
      if (!this.#closing.signal.aborted)
        log.info('the pool does not vouch for its members', { why: String(error) })
    }
  }
}
