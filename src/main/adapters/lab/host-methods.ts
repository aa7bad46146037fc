import { assertCanEvacuate, evacuate, preventing } from './evacuation.ts'
import { addressIn } from './lab-networks.ts'
import { newestFigures } from './newest-figures.ts'
import { float, xapiDate } from './wire-value.ts'
import { XapiError } from './xapi-error.ts'
import {
  done,
  hostOf,
  long,
  map,
  type NamedMethods,
  quick,
  text,
  vmOf,
  type XapiParts,
} from './xapi-method.ts'

const PLUGIN = 'longshore'

/** What hosts do, and what they and their VMs measure. */
export const hostMethods = (parts: XapiParts): NamedMethods => {
  const { database, plugin, sessions, now } = parts
  const enable = (enabled: boolean) =>
    quick(1, args => {
      const host = hostOf(parts, args, 0)
      return done(() => database.change('host', host.ref, { enabled }))
    })
  return [
    ['host.disable', enable(false)],
    ['host.enable', enable(true)],
    ['host.evacuate', long(1, 3, (args, taskRef) => evacuateHost(parts, args, taskRef))],
    [
      'host.assert_can_evacuate',
      quick(1, args => done(() => assertCanEvacuate(parts, hostOf(parts, args, 0)))),
    ],
    [
      'host.get_vms_which_prevent_evacuation',
      quick(1, args => {
        const found = preventing(parts, hostOf(parts, args, 0))
        return Object.fromEntries([...found].map(([vm, why]) => [vm.ref, why]))
      }),
    ],
    ['host.get_servertime', quick(1, args => hostOf(parts, args, 0) && xapiDate(now()))],
    [
      'host.call_plugin',
      quick(4, (args, { signal }) => {
        const [host, name, fn] = [hostOf(parts, args, 0), text(args, 1), text(args, 2)]
        if (plugin === null || name !== PLUGIN) throw new XapiError('XENAPI_MISSING_PLUGIN', name)
        return plugin.call(host, fn, args[3] ?? {}, signal)
      }),
    ],
    [
      'host.migrate_receive',
      quick(3, args => {
        const host = hostOf(parts, args, 0)
        const address = addressIn(database, host.ref, text(args, 1))
        map(args, 2)
        const session = sessions.open()
        const url = new URL(parts.urlOf(host))
        url.hostname = address
        const service = (name: string) => `${url.origin}/services/${name}?session_id=${session}`
        return {
          host: host.ref,
          SM: service('SM'),
          xenops: service('xenops'),
          session_id: session,
          master: `${parts.urlOf(parts.pool.master)}/`,
        }
      }),
    ],
    [
      'host.query_data_source',
      quick(2, args => float(figure(parts, ['host', hostOf(parts, args, 0).uuid], text(args, 1)))),
    ],
    [
      'VM.query_data_source',
      quick(2, args => float(figure(parts, ['vm', vmOf(parts, args, 0).uuid], text(args, 1)))),
    ],
    ['host.get_data_sources', quick(1, args => sources(parts, ['host', hostOf(parts, args, 0).uuid]))],
    ['VM.get_data_sources', quick(1, args => sources(parts, ['vm', vmOf(parts, args, 0).uuid]))],
  ]
}

const evacuateHost = async (parts: XapiParts, args: readonly unknown[], taskRef: string): Promise<''> => {
  const host = hostOf(parts, args, 0)
  const batch = Number(args[2] ?? 0)
  if (!(Number.isInteger(batch) && batch >= 0)) throw new XapiError('FIELD_TYPE_ERROR', 'evacuate_batch_size')
  await evacuate(parts, host, { taskRef, batch })
  return ''
}

type Owner = readonly ['host' | 'vm', string]

const figure = (parts: XapiParts, owner: Owner, name: string): number => {
  const value = newestFigures(parts, owner).get(name)
  if (value === undefined) throw new XapiError('INTERNAL_ERROR', `Rrd_server.No_such_data_source(${name})`)
  return value
}

const sources = (parts: XapiParts, owner: Owner): readonly unknown[] =>
  [...newestFigures(parts, owner)].map(([name, value]) => ({
    name_label: name,
    name_description: '',
    enabled: true,
    standard: true,
    units: '',
    min: float(0),
    max: float(Number.MAX_VALUE),
    value: float(value),
  }))
