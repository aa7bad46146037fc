import type { CertificatePin, CertificateQuestion } from '../../src/shared/model/certificate.ts'

/** A fingerprint of one byte over and over. */
export const aFingerprint = (byte: string): string => Array.from({ length: 32 }, () => byte).join(':')

/** A server's certificate that nobody vouched for, made by itself. */
export const aCertificateQuestion = (
  address: string,
  {
    fingerprint = aFingerprint('A1'),
    pinned = null,
  }: { fingerprint?: string; pinned?: CertificatePin | null } = {},
): CertificateQuestion => ({
  seen: {
    address,
    fingerprint,
    subject: `CN=${address}`,
    issuer: `CN=${address}`,
    validFromMs: Date.UTC(2025, 5, 1),
    validToMs: Date.UTC(2035, 5, 1),
  },
  pinned,
})
