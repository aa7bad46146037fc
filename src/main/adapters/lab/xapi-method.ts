import type { HostPlugin } from './host-plugin.ts'
import type { MigrationDesk } from './migration-desk.ts'
import type { PoolDirectory } from './pool-directory.ts'
import type { Sessions } from './sessions.ts'
import type { VirtualHost, VirtualPool } from './virtual-pool.ts'
import type { VirtualVm } from './virtual-vm.ts'
import type { WireRefs } from './wire-refs.ts'
import type { XapiDatabase } from './xapi-database.ts'
import { XapiError } from './xapi-error.ts'
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

/** A method that answers at once, or as a call that blocks. */
interface QuickMethod {
  readonly kind: 'quick'
  /** How many parameters it takes after the session. */
  readonly least: number
  readonly most: number
  readonly answer: (args: readonly unknown[], call: XapiCall) => unknown
}

/** A method that works on a task until its promise resolves. */
interface LongMethod {
  readonly kind: 'long'
  readonly least: number
  readonly most: number
  readonly work: (args: readonly unknown[], taskRef: string) => Promise<unknown>
}

export type XapiMethod = QuickMethod | LongMethod
export type NamedMethods = readonly (readonly [string, XapiMethod])[]

export const quick = (count: number, answer: QuickMethod['answer'], most = count): XapiMethod => ({
  kind: 'quick',
  least: count,
  most,
  answer,
})

export const long = (count: number, most: number, work: LongMethod['work']): XapiMethod => ({
  kind: 'long',
  least: count,
  most,
  work,
})

/** The void that a method without a value answers. */
export const done = (action: () => void): '' => {
  action()
  return ''
}

/** A parameter that is a string; throws FIELD_TYPE_ERROR. */
export const text = (args: readonly unknown[], index: number): string => {
  const value = args[index]
  if (typeof value === 'string') return value
  throw new XapiError('FIELD_TYPE_ERROR', `parameter ${index + 1}`)
}

/** A parameter that is a map; throws FIELD_TYPE_ERROR. */
export const map = (args: readonly unknown[], index: number): Readonly<Record<string, unknown>> => {
  const value = args[index]
  if (isMap(value)) return value
  throw new XapiError('FIELD_TYPE_ERROR', `parameter ${index + 1}`)
}

export const isMap = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

export const hostOf = ({ pool }: XapiParts, args: readonly unknown[], index: number): VirtualHost => {
  const ref = text(args, index)
  const host = pool.hostByRef(ref)
  if (host === undefined) throw new XapiError('HANDLE_INVALID', 'host', ref)
  return host
}

/** A VM that can move; a control domain or template exists, but is not running as one. */
export const vmOf = ({ pool, database }: XapiParts, args: readonly unknown[], index: number): VirtualVm => {
  const ref = text(args, index)
  const vm = pool.vmByRef(ref)
  if (vm !== undefined) return vm
  const record = database.get('VM', ref)
  if (record.is_control_domain === true)
    throw new XapiError('OPERATION_NOT_ALLOWED', 'This is a control domain')
  throw new XapiError('VM_BAD_POWER_STATE', ref, 'Running', String(record.power_state))
}
