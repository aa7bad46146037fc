import { eventFrom, tokenOf } from './event-feed.ts'
import type { HostPlugin } from './host-plugin.ts'
import type { MigrationDesk } from './migration-desk.ts'
import type { PoolDirectory } from './pool-directory.ts'
import type { Sessions } from './sessions.ts'
import type { VirtualHost, VirtualPool } from './virtual-pool.ts'
import type { VirtualVm } from './virtual-vm.ts'
import type { WireRefs } from './wire-refs.ts'
import { xapiDate } from './wire-value.ts'
import type { XapiDatabase } from './xapi-database.ts'
import { XapiError } from './xapi-error.ts'
import { classNames } from './xapi-records.ts'
import type { XapiTasks } from './xapi-tasks.ts'

export interface XapiParts {
  readonly pool: VirtualPool
  readonly database: XapiDatabase
  readonly sessions: Sessions
  readonly tasks: XapiTasks
  readonly desk: MigrationDesk
  /** Null in a plain pool. */
  readonly plugin: HostPlugin | null
  readonly now: () => number
  readonly refs: WireRefs
  readonly urlOf: (host: VirtualHost) => string
  readonly directory: PoolDirectory
}

/** A call as a method sees it: the parameters after the session, and the end of the session or of the connection. */
export interface XapiCall {
  readonly session: string
  readonly signal: AbortSignal
}
export type XapiMethod = (args: readonly unknown[], call: XapiCall) => unknown

const PLUGIN = 'longshore'

/** Every method that takes a session, by its name in the API. */
export const xapiMethods = (parts: XapiParts): ReadonlyMap<string, XapiMethod> =>
  new Map<string, XapiMethod>([
    ...classNames.flatMap(className => [...objectMethods(parts, className)]),
    ...sessionMethods(parts),
    ...taskMethods(parts),
    ...vmMethods(parts),
  ])

const objectMethods = ({ database }: XapiParts, className: string): ReadonlyMap<string, XapiMethod> => {
  const methods = new Map<string, XapiMethod>()
  const byUuid = (uuid: string): string => {
    const ref = database.refOf(className, 'uuid', uuid)
    if (ref === undefined) throw new XapiError('UUID_INVALID', className, uuid)
    return ref
  }
  methods.set(`${className}.get_all`, () => database.refs(className))
  methods.set(`${className}.get_all_records`, () => database.records(className))
  methods.set(`${className}.get_record`, args => database.get(className, text(args, 0)))
  methods.set(`${className}.get_by_uuid`, args => byUuid(text(args, 0)))
  methods.set(`${className}.get_by_name_label`, args =>
    database.refs(className).filter(ref => database.get(className, ref).name_label === text(args, 0)),
  )
  methods.set(`${className}.add_to_other_config`, args => {
    const [ref, key, value] = [text(args, 0), text(args, 1), text(args, 2)]
    const config = configOf(database, className, ref)
    if (Object.hasOwn(config, key))
      throw new XapiError('MAP_DUPLICATE_KEY', className, 'other_config', ref, key)
    return done(() => database.change(className, ref, { other_config: { ...config, [key]: value } }))
  })
  methods.set(`${className}.remove_from_other_config`, args => {
    const [ref, key] = [text(args, 0), text(args, 1)]
    const kept = Object.entries(configOf(database, className, ref)).filter(([known]) => known !== key)
    return done(() => database.change(className, ref, { other_config: Object.fromEntries(kept) }))
  })
  const fields = new Set(Object.values(database.records(className)).flatMap(record => Object.keys(record)))
  for (const field of className === 'task' ? taskFields : fields)
    methods.set(`${className}.get_${field}`, args => database.get(className, text(args, 0))[field])
  return methods
}

const configOf = (
  database: XapiDatabase,
  className: string,
  ref: string,
): Readonly<Record<string, unknown>> => {
  const config = database.get(className, ref).other_config
  return typeof config === 'object' && config !== null ? { ...config } : {}
}

const taskFields = [
  'uuid',
  'name_label',
  'name_description',
  'allowed_operations',
  'current_operations',
  'created',
  'finished',
  'status',
  'resident_on',
  'progress',
  'type',
  'result',
  'error_info',
  'other_config',
  'subtask_of',
  'subtasks',
  'backtrace',
]

const sessionMethods = (parts: XapiParts): readonly (readonly [string, XapiMethod])[] => {
  const { database, sessions, pool, plugin } = parts
  return [
    ['session.logout', (_, { session }) => done(() => sessions.logout(session))],
    ['session.get_this_host', () => pool.master.ref],
    ['event.from', (args, { signal }) => eventFrom(database, args, signal)],
    ['event.inject', args => tokenOf(database.touch(text(args, 0), text(args, 1)))],
    [
      'host.get_servertime',
      args => {
        hostOf(parts, args, 0)
        return xapiDate(parts.now())
      },
    ],
    [
      'host.call_plugin',
      (args, { signal }) => {
        const [host, name, fn] = [hostOf(parts, args, 0), text(args, 1), text(args, 2)]
        if (plugin === null || name !== PLUGIN) throw new XapiError('XENAPI_MISSING_PLUGIN', name)
        return plugin.call(host, fn, args[3] ?? {}, signal)
      },
    ],
  ]
}

const taskMethods = ({ tasks, pool }: XapiParts): readonly (readonly [string, XapiMethod])[] => [
  ['task.create', args => tasks.create(text(args, 0), pool.master.ref)],
  ['task.cancel', args => done(() => tasks.cancel(text(args, 0)))],
  ['task.destroy', args => done(() => tasks.destroy(text(args, 0)))],
]

const vmMethods = (parts: XapiParts): readonly (readonly [string, XapiMethod])[] => {
  const { pool, desk } = parts
  const mayRunOn = (vm: VirtualVm, host: VirtualHost) =>
    vm.hostUuid === host.uuid || pool.freeBytes(host) >= vm.config.memoryBytes
  const assertCanBoot: XapiMethod = args => {
    const [vm, host] = [vmOf(parts, args, 0), hostOf(parts, args, 1)]
    if (mayRunOn(vm, host)) return ''
    const [needed, free] = [vm.config.memoryBytes, pool.freeBytes(host)]
    throw new XapiError('HOST_NOT_ENOUGH_FREE_MEMORY', String(needed), String(free))
  }
  const poolMigrate: XapiMethod = args => {
    const [vm, destination] = [vmOf(parts, args, 0), hostOf(parts, args, 1)]
    const id = `stock-${pool.newUuid()}`
    return desk.start({ id, vm, destination, stopRule: 'xen', taskName: 'Async.VM.pool_migrate' }).taskRef
  }
  return [
    [
      'VM.get_possible_hosts',
      args => {
        const vm = vmOf(parts, args, 0)
        return pool.hosts.filter(host => mayRunOn(vm, host)).map(host => host.ref)
      },
    ],
    ['VM.assert_can_boot_here', assertCanBoot],
    ['Async.VM.pool_migrate', poolMigrate],
  ]
}

const done = (action: () => void): '' => {
  action()
  return ''
}

const text = (args: readonly unknown[], index: number): string => {
  const value = args[index]
  if (typeof value === 'string') return value
  throw value === undefined
    ? new XapiError('MESSAGE_PARAMETER_COUNT_MISMATCH', 'this method', String(index + 1), String(args.length))
    : new XapiError('INTERNAL_ERROR', `Parameter ${index + 1} is not a string`)
}

const hostOf = ({ pool }: XapiParts, args: readonly unknown[], index: number): VirtualHost => {
  const ref = text(args, index)
  const host = pool.hostByRef(ref)
  if (host === undefined) throw new XapiError('HANDLE_INVALID', 'host', ref)
  return host
}

/** A VM that can move; a control domain or template exists, but is not running as one. */
const vmOf = ({ pool, database }: XapiParts, args: readonly unknown[], index: number): VirtualVm => {
  const ref = text(args, index)
  const vm = pool.vmByRef(ref)
  if (vm !== undefined) return vm
  const record = database.get('VM', ref)
  if (record.is_control_domain === true)
    throw new XapiError('OPERATION_NOT_ALLOWED', 'This is a control domain')
  throw new XapiError('VM_BAD_POWER_STATE', ref, 'Running', String(record.power_state))
}
