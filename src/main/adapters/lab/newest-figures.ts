import { rrdUpdates } from './rrd-updates.ts'
import type { XapiParts } from './xapi-method.ts'

/** The newest value of every data source of a host or a VM. */
export const newestFigures = (
  { pool, now }: XapiParts,
  [kind, uuid]: readonly ['host' | 'vm', string],
): ReadonlyMap<string, number> => {
  const vm = kind === 'vm' ? pool.vm(uuid) : undefined
  const host = pool.host(vm?.hostUuid ?? uuid)
  const nowMs = now()
  const { meta, data } = rrdUpdates(pool, host === undefined ? [] : [host], {
    startSeconds: nowMs / 1000 - 10,
    intervalSeconds: 5,
    withHosts: kind === 'host',
    vmUuids: new Set(kind === 'vm' ? [uuid] : []),
    nowMs,
  })
  const values = data[0]?.values ?? []
  return new Map(
    meta.legend.map((entry, index) => [entry.split(':').slice(3).join(':'), Number(values[index])]),
  )
}
