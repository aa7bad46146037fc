import type { CertificatePin } from '../../shared/model/certificate.ts'

/**
 * Whom we believe where no chain of authorities vouches. A server whose chain is accepted by the system needs no pin;
 * any other must show exactly the certificate pinned for its address, else nothing is sent to it, no password either.
 */
export interface Trust {
  /** The pin for `host:port`; undefined when none was ever set. */
  pinOf(address: string): CertificatePin | undefined
  /** Notes that the pool itself vouches for a member's certificate; an operator's pin is never replaced by it. */
  vouch(address: string, fingerprint: string): void
}
