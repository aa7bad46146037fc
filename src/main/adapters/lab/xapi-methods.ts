import { certificateRecord, NO_CERTIFICATE } from './certificate-records.ts'
import { vmDevices } from './device-records.ts'
import { eventFrom, tokenOf } from './event-feed.ts'
import { hostMethods } from './host-methods.ts'
import { messageRecord, postMessage } from './messages.ts'
import { objectMethods } from './object-methods.ts'
import { poolMethods } from './pool-methods.ts'
import { vmMethods } from './vm-methods.ts'
import { vmMetricsRecord } from './vm-records.ts'
import { WireValue } from './wire-value.ts'
import { NULL_REF, XapiError } from './xapi-error.ts'
import { done, type NamedMethods, quick, text, type XapiMethod, type XapiParts } from './xapi-method.ts'
import { classNames, fabricOf } from './xapi-records.ts'
import { taskRecord } from './xapi-tasks.ts'

/** Every method that takes a session, by its name in the API. */
export const xapiMethods = (parts: XapiParts): ReadonlyMap<string, XapiMethod> =>
  new Map<string, XapiMethod>([
    ...classNames.flatMap(className => objectMethods(parts.database, className, fieldsOf(parts, className))),
    ...sessionMethods(parts),
    ...taskMethods(parts),
    ...messageMethods(parts),
    ...hostMethods(parts),
    ...poolMethods(parts),
    ...vmMethods(parts),
  ])

/** The fields of a class: those of its objects, which all have the same, or of one that there could be. */
const fieldsOf = ({ database, pool }: XapiParts, className: string): readonly string[] => {
  const [ref] = database.refs(className)
  if (ref !== undefined) return Object.keys(database.get(className, ref))
  const message = { name: '', priority: 5, cls: 'VM', objUuid: '', body: '' }
  const uuid = '00000000-0000-0000-0000-000000000000'
  const config = { name: '', memoryBytes: 0, vcpuCount: 1 }
  const vm = { uuid, ref: NULL_REF, metricsRef: NULL_REF, hostUuid: uuid, config }
  const possible = [
    { className: 'task', record: taskRecord('', '', 0) },
    { className: 'message', record: messageRecord('', message, 0) },
    { className: 'VM_metrics', record: vmMetricsRecord(pool, vm) },
    ...vmDevices(pool, vm, fabricOf(database)),
    { className: 'Certificate', record: certificateRecord(NULL_REF, uuid, NO_CERTIFICATE) },
  ]
  return Object.keys(possible.find(one => one.className === className)?.record ?? {})
}

const sessionMethods = (parts: XapiParts): NamedMethods => {
  const { database, sessions, pool } = parts
  return [
    ['session.logout', quick(0, (_, { session }) => done(() => sessions.logout(session)))],
    ['session.get_this_host', quick(0, () => pool.master.ref, 1)],
    ['session.get_all_subject_identifiers', quick(0, () => [])],
    ['event.from', quick(3, (args, { signal }) => eventFrom(database, args, signal))],
    ['event.inject', quick(2, args => tokenOf(database.touch(text(args, 0), text(args, 1))))],
    ['event.get_current_id', quick(0, () => database.generation)],
  ]
}

const taskMethods = ({ tasks, pool }: XapiParts): NamedMethods => [
  ['task.create', quick(2, args => tasks.create(text(args, 0), pool.master.ref))],
  ['task.cancel', quick(1, args => done(() => tasks.cancel(text(args, 0))))],
  ['task.destroy', quick(1, args => done(() => tasks.destroy(text(args, 0))))],
]

const messageMethods = ({ database, now }: XapiParts): NamedMethods => [
  [
    'message.create',
    quick(5, args => {
      const [name, cls, objUuid, body] = [text(args, 0), text(args, 2), text(args, 3), text(args, 4)]
      const priority = Number(args[1])
      if (!Number.isInteger(priority)) throw new XapiError('FIELD_TYPE_ERROR', 'priority')
      return postMessage(database, { name, priority, cls, objUuid, body }, now())
    }),
  ],
  [
    'message.destroy',
    quick(1, args => {
      const ref = text(args, 0)
      database.get('message', ref)
      return done(() => database.remove('message', ref))
    }),
  ],
  [
    'message.get_since',
    quick(1, args => {
      const since = text(args, 0)
      const told = ({ timestamp }: Readonly<Record<string, unknown>>) =>
        timestamp instanceof WireValue && String(timestamp.value) >= since
      return Object.fromEntries(Object.entries(database.records('message')).filter(([, one]) => told(one)))
    }),
  ],
]
