/** A certificate as a server showed it. `fingerprint` is SHA-256 of the certificate, upper-case hex with colons. */
export interface SeenCertificate {
  /** `host:port` as we reach it. */
  readonly address: string
  readonly fingerprint: string
  readonly subject: string
  readonly issuer: string
  readonly validFromMs: number
  readonly validToMs: number
}

/** A certificate that the operator, or a pool the operator trusts, vouched for. */
export interface CertificatePin {
  readonly address: string
  readonly fingerprint: string
  readonly sinceMs: number
  readonly by: 'operator' | 'pool'
}

/** A certificate that nobody vouched for: `pinned` is what was trusted at this address before, null at first sight. */
export interface CertificateQuestion {
  readonly seen: SeenCertificate
  readonly pinned: CertificatePin | null
}
