import type { Trust } from '../../src/main/ports/trust.ts'
import type { CertificatePin } from '../../src/shared/model/certificate.ts'

/** Pins that a test sets, and those that a pool vouched for. */
export class FakeTrust implements Trust {
  readonly pins = new Map<string, CertificatePin>()
  readonly asked: string[] = []

  pinOf(address: string): CertificatePin | undefined {
    this.asked.push(address)
    return this.pins.get(address)
  }

  vouch(address: string, fingerprint: string): void {
    if (this.pins.get(address)?.by !== 'operator')
      this.pins.set(address, { address, fingerprint, sinceMs: 0, by: 'pool' })
  }

  pin(address: string, fingerprint: string): void {
    this.pins.set(address, { address, fingerprint, sinceMs: Date.UTC(2026, 0, 2), by: 'operator' })
  }
}
