import type { TLSSocket } from 'node:tls'
import type { SeenCertificate } from '../../../shared/model/certificate.ts'
import { addressOf } from '../../../shared/model/member-address.ts'
import { CertificateFailure } from '../../ports/certificate-failure.ts'
import type { Trust } from '../../ports/trust.ts'

const LONGEST_NAME = 300

/** SHA-256 as upper-case hex with colons, however it was written; undefined when it is none. */
export const fingerprintOf = (text: string): string | undefined => {
  const hex = text.replaceAll(/[:\s]/g, '').toUpperCase()
  return /^[0-9A-F]{64}$/.test(hex) ? (hex.match(/../g) ?? []).join(':') : undefined
}

/** A certificate's name lists one part a line; whoever made it chose the text. */
const nameOf = (text: string | undefined): string =>
  (text ?? '')
    .trim()
    .replace(/[\p{Cc}\p{Cf}]+/gu, ', ')
    .slice(0, LONGEST_NAME)

const timeOf = (text: string): number => {
  const ms = Date.parse(text)
  return Number.isFinite(ms) ? ms : 0
}

const seenBy = (socket: TLSSocket, address: string): SeenCertificate => {
  const certificate = socket.getPeerX509Certificate()
  return {
    address,
    fingerprint: certificate?.fingerprint256.toUpperCase() ?? '',
    subject: nameOf(certificate?.subject),
    issuer: nameOf(certificate?.issuer),
    validFromMs: timeOf(certificate?.validFrom ?? ''),
    validToMs: timeOf(certificate?.validTo ?? ''),
  }
}

/**
 * What speaks against the certificate of a finished handshake: nothing when the system accepts its chain and its name, or
 * when it is the very one pinned for this address.
 */
export const objectionTo = (socket: TLSSocket, origin: URL, trust: Trust): CertificateFailure | null => {
  if (socket.authorized) return null
  const seen = seenBy(socket, addressOf(origin))
  const pinned = trust.pinOf(seen.address) ?? null
  if (pinned !== null && fingerprintOf(pinned.fingerprint) === seen.fingerprint) return null
  return new CertificateFailure({ seen, pinned })
}
