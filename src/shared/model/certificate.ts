import { z } from 'zod'

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

/** SHA-256 as upper-case hex with colons. */
export const fingerprint = z.string().regex(/^([0-9A-F]{2}:){31}[0-9A-F]{2}$/)

/** A certificate that the operator, or a pool the operator trusts, vouched for. */
export const certificatePin = z.object({
  address: z.string().min(1).max(300),
  fingerprint,
  /** Wall-clock ms. */
  sinceMs: z.number(),
  by: z.enum(['operator', 'pool']),
})
export type CertificatePin = Readonly<z.infer<typeof certificatePin>>

/** A certificate that nobody vouched for: `pinned` is what was trusted at this address before, null at first sight. */
export interface CertificateQuestion {
  readonly seen: SeenCertificate
  readonly pinned: CertificatePin | null
}
