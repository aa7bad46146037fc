import { X509Certificate } from 'node:crypto'
import { partUuid } from './device-records.ts'
import type { HostServers } from './host-servers.ts'
import type { VirtualHost, VirtualPool } from './virtual-pool.ts'
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
    const record = certificateRecord(host, uuid, new X509Certificate(pem))
    if (database.find('Certificate', ref) === undefined) database.insert('Certificate', ref, record)
    else database.change('Certificate', ref, record)
    database.change('host', host.ref, { certificates: [ref] })
  }
}

/** Certificates of hosts have no name; `fingerprint` is the older name of `fingerprint_sha256`. */
const certificateRecord = (host: VirtualHost, uuid: string, shown: X509Certificate): XapiRecord => ({
  uuid,
  name: '',
  type: 'host',
  host: host.ref,
  not_before: xapiDate(Date.parse(shown.validFrom)),
  not_after: xapiDate(Date.parse(shown.validTo)),
  fingerprint: shown.fingerprint256,
  fingerprint_sha256: shown.fingerprint256,
  fingerprint_sha1: shown.fingerprint,
})
