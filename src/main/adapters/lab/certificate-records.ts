import { X509Certificate } from 'node:crypto'
import { partUuid } from './device-records.ts'
import type { HostServers } from './host-servers.ts'
import type { VirtualPool } from './virtual-pool.ts'
import { xapiDate } from './wire-value.ts'
import type { XapiDatabase, XapiRecord } from './xapi-database.ts'

const PART = 4

/** Writes into the database which certificates the hosts show now; those of a lab without TLS show none. */
export const tellCertificates = (database: XapiDatabase, pool: VirtualPool, servers: HostServers): void => {
  for (const [index, host] of pool.hosts.entries()) {
    const pem = servers.certificatePem(index)
    if (pem === undefined) continue
    const uuid = partUuid(host.uuid, PART)
    const ref = `OpaqueRef:${uuid}`
    const record = certificateRecord(host.ref, uuid, new X509Certificate(pem))
    if (database.find('Certificate', ref) === undefined) database.insert('Certificate', ref, record)
    else database.change('Certificate', ref, record)
    database.change('host', host.ref, { certificates: [ref] })
  }
}

type Shown = Pick<X509Certificate, 'validFrom' | 'validTo' | 'fingerprint' | 'fingerprint256'>

/** In the place of one where the class is to be known without any. */
export const NO_CERTIFICATE: Shown = {
  validFrom: '1970-01-01',
  validTo: '1970-01-01',
  fingerprint: '',
  fingerprint256: '',
}

/** Certificates of hosts have no name; `fingerprint` is the older name of `fingerprint_sha256`. */
export const certificateRecord = (hostRef: string, uuid: string, shown: Shown): XapiRecord => ({
  uuid,
  name: '',
  type: 'host',
  host: hostRef,
  not_before: xapiDate(Date.parse(shown.validFrom)),
  not_after: xapiDate(Date.parse(shown.validTo)),
  fingerprint: shown.fingerprint256,
  fingerprint_sha256: shown.fingerprint256,
  fingerprint_sha1: shown.fingerprint,
})
