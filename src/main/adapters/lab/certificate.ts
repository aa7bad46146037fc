import { generateKeyPairSync, randomBytes, sign, X509Certificate } from 'node:crypto'

/** A key, which exists in memory only, and the certificate that it signed for itself. */
export interface Certificate {
  readonly keyPem: string
  readonly certificatePem: string
  /** SHA-256 of the certificate, as browsers write it: AB:CD:... */
  readonly fingerprint: string
}

export interface CertificatePlan {
  readonly name: string
  readonly address: string
  readonly fromMs: number
  readonly untilMs: number
}

const ECDSA_WITH_SHA256 = '2a8648ce3d040302'
const COMMON_NAME = '550403'
const SUBJECT_ALTERNATIVE_NAME = '551d11'
const BASIC_CONSTRAINTS = '551d13'

/**
 * A self-signed certificate for a name and an IPv4 address. Node makes keys and signatures but no certificates; the few
 * fields of one (RFC 5280, section 4.1) are less to carry than a package for all of X.509.
 */
export const createCertificate = (plan: CertificatePlan): Certificate => {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const algorithm = sequence(oid(ECDSA_WITH_SHA256))
  const name = sequence(der(0x31, sequence(oid(COMMON_NAME), der(0x0c, Buffer.from(plan.name)))))
  const body = sequence(
    der(0xa0, integer(Buffer.from([2]))),
    integer(randomBytes(8)),
    algorithm,
    name,
    sequence(time(plan.fromMs), time(plan.untilMs)),
    name,
    publicKey.export({ type: 'spki', format: 'der' }),
    der(0xa3, sequence(...extensions(plan))),
  )
  const signature = sign('sha256', body, privateKey)
  const bits = der(0x03, Buffer.from([0]), signature)
  const certificate = new X509Certificate(sequence(body, algorithm, bits))
  return {
    keyPem: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    certificatePem: certificate.toString(),
    fingerprint: certificate.fingerprint256,
  }
}

const extensions = ({ name, address }: CertificatePlan): readonly Buffer[] => {
  const ip = Buffer.from(address.split('.').map(Number))
  const names = sequence(der(0x82, Buffer.from(name)), der(0x87, ip))
  const isAuthority = sequence(der(0x01, Buffer.from([0xff])))
  const critical = der(0x01, Buffer.from([0xff]))
  return [
    sequence(oid(BASIC_CONSTRAINTS), critical, der(0x04, isAuthority)),
    sequence(oid(SUBJECT_ALTERNATIVE_NAME), der(0x04, names)),
  ]
}

const der = (tag: number, ...parts: readonly Buffer[]): Buffer => {
  const content = Buffer.concat(parts)
  const { length } = content
  const size = length < 128 ? [length] : length < 256 ? [0x81, length] : [0x82, length >> 8, length & 255]
  return Buffer.concat([Buffer.from([tag, ...size]), content])
}

const sequence = (...parts: readonly Buffer[]): Buffer => der(0x30, ...parts)
const oid = (hex: string): Buffer => der(0x06, Buffer.from(hex, 'hex'))

/** A positive integer, which takes a zero in front when its first bit is set. */
const integer = (bytes: Buffer): Buffer => {
  const first = bytes.findIndex(byte => byte !== 0)
  const digits = bytes.subarray(Math.max(0, first))
  return der(0x02, ((digits[0] ?? 0) & 0x80) === 0 ? digits : Buffer.concat([Buffer.from([0]), digits]))
}

/** GeneralizedTime; RFC 5280 wants UTCTime before 2050. */
const time = (ms: number): Buffer => {
  const text = `${new Date(ms).toISOString().slice(0, 19).replace(/[-:T]/g, '')}Z`
  return text < '2050' ? der(0x17, Buffer.from(text.slice(2))) : der(0x18, Buffer.from(text))
}
