import type { CertificatePin } from '../../shared/model/certificate.ts'
import { addressOf, atAddress } from '../../shared/model/member-address.ts'
import type { Clock } from '../ports/clock.ts'
import type { Store } from '../ports/store.ts'
import type { Trust } from '../ports/trust.ts'

/** Which certificates were vouched for, by the operator or by a pool, one an address; kept in the store. */
export class TrustBook {
  readonly #store: Store
  readonly #clock: Clock
  readonly #pins = new Map<string, CertificatePin>()
  /** The addresses that a connection asked about: its members. */
  readonly #addresses = new Map<string, Set<string>>()
  readonly #listeners = new Set<() => void>()

  constructor({ store, clock }: { store: Store; clock: Clock }) {
    this.#store = store
    this.#clock = clock
  }

  /** Takes over what earlier runs trusted. */
  restore(pins: readonly CertificatePin[]): void {
    for (const pin of pins) this.#pins.set(pin.address, pin)
  }

  /** Takes the pins of a pool's members, as earlier runs met them, for this connection's. */
  noteMembers(connectionId: string, url: string, members: readonly string[]): void {
    for (const member of members) this.#note(connectionId, addressOf(atAddress(new URL(url), member)))
  }

  /** Calls `listener` whenever what is trusted has changed. */
  onChange(listener: () => void): void {
    this.#listeners.add(listener)
  }

  /** What a connection may ask and say. */
  of(connectionId: string): Trust {
    return {
      pinOf: address => {
        this.#note(connectionId, address)
        return this.#pins.get(address)
      },
      vouch: (address, fingerprint) => {
        this.#note(connectionId, address)
        const known = this.#pins.get(address)
        if (known?.by === 'operator' || known?.fingerprint === fingerprint) return
        this.#put({ address, fingerprint, sinceMs: this.#clock.now(), by: 'pool' })
      },
    }
  }

  /** What a test of a connection may ask: it leaves nothing behind. */
  forTest(): Trust {
    return { pinOf: address => this.#pins.get(address), vouch: () => {} }
  }

  /** The operator vouches for this certificate at this address, in place of any before. */
  trust(address: string, fingerprint: string): void {
    this.#put({ address, fingerprint, sinceMs: this.#clock.now(), by: 'operator' })
  }

  /** The pins of a connection: of the address it was given and of every member it met. */
  pinsOf(connectionId: string, url: string): readonly CertificatePin[] {
    const addresses = new Set([addressOf(new URL(url)), ...(this.#addresses.get(connectionId) ?? [])])
    return [...addresses].flatMap(address => this.#pins.get(address) ?? [])
  }

  /** Forgets the pins of a connection but those that another one of `kept` needs. */
  forget(
    connectionId: string,
    url: string,
    kept: readonly { readonly id: string; readonly url: string }[],
  ): void {
    const needed = new Set(kept.flatMap(({ id, url: at }) => this.pinsOf(id, at).map(pin => pin.address)))
    for (const { address } of this.pinsOf(connectionId, url)) {
      if (needed.has(address)) continue
      this.#pins.delete(address)
      this.#store.removePin(address)
    }
    this.#addresses.delete(connectionId)
    this.#tell()
  }

  #note(connectionId: string, address: string): void {
    const addresses = this.#addresses.get(connectionId) ?? new Set()
    this.#addresses.set(connectionId, addresses.add(address))
  }

  #put(pin: CertificatePin): void {
    this.#pins.set(pin.address, pin)
    this.#store.putPin(pin)
    this.#tell()
  }

  #tell(): void {
    for (const listener of this.#listeners) listener()
  }
}
