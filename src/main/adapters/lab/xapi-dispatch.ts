import type { VirtualHost } from './virtual-pool.ts'
import { errorDescription, XapiError } from './xapi-error.ts'
import type { XapiCall, XapiMethod, XapiParts } from './xapi-method.ts'
import { xapiMethods } from './xapi-methods.ts'
import type { XapiTasks } from './xapi-tasks.ts'
import { xmlValue } from './xml-value.ts'

export interface XapiRequest {
  readonly method: string
  readonly params: readonly unknown[]
  /** The host whose address was called; null where all hosts share one address. */
  readonly host: VirtualHost | null
  /** Aborts when the client has gone. */
  readonly signal: AbortSignal
}

/** Answers one call of the XenAPI with its value; throws XapiError. Every wire format goes through this. */
export type XapiDispatch = (request: XapiRequest) => Promise<unknown>

const LOGIN = 'session.login_with_password'
/** What has an asynchronous form: all that acts on the pool's objects, but not what reads or sets one field. */
const ACTS = /^(?:VM|host|pool|network|SR|VDI|message)\.(?!get_|set_|add_|remove_)/

export const createDispatch = (parts: XapiParts): XapiDispatch => {
  const { pool, sessions, tasks } = parts
  const methods = xapiMethods(parts)
  const asynchronous = [...methods.keys()].filter(name => ACTS.test(name)).map(name => `Async.${name}`)
  const known = new Set(asynchronous)
  const listed = [LOGIN, 'system.listMethods', ...methods.keys(), ...asynchronous].sort()
  return async ({ method, params, host, signal }) => {
    const { master } = pool
    if (host !== null && host !== master) throw new XapiError('HOST_IS_SLAVE', master.address)
    if (method === 'system.listMethods') return listed
    if (method === LOGIN) return logIn(parts, params)
    const name = known.has(method) ? method.slice('Async.'.length) : method
    const found = methods.get(name)
    if (found === undefined) throw new XapiError('MESSAGE_METHOD_UNKNOWN', method)
    const [session, ...args] = params
    if (typeof session !== 'string' || args.length < found.least || args.length > found.most)
      throw new XapiError(
        'MESSAGE_PARAMETER_COUNT_MISMATCH',
        method,
        `${found.least + 1}`,
        `${params.length}`,
      )
    const ended = sessions.use(session)
    const call = { session, signal: AbortSignal.any([signal, ended]) }
    if (name !== method) return startTask(tasks, { method, found, args, call, residentOn: master.ref })
    const value = await answerNow(tasks, { method, found, args, call, residentOn: master.ref })
    if (ended.aborted && method !== 'session.logout') throw new XapiError('SESSION_INVALID', session)
    return value
  }
}

interface Order {
  readonly method: string
  readonly found: XapiMethod
  readonly args: readonly unknown[]
  readonly call: XapiCall
  readonly residentOn: string
}

const logIn = ({ sessions }: XapiParts, params: readonly unknown[]): string => {
  const [user, password] = params
  if (typeof user !== 'string' || typeof password !== 'string' || params.length > 4)
    throw new XapiError('MESSAGE_PARAMETER_COUNT_MISMATCH', LOGIN, '2', String(params.length))
  return sessions.login(user, password)
}

/** A long method has a task even when its caller waits for it. */
const answerNow = async (tasks: XapiTasks, { method, found, args, call, residentOn }: Order) => {
  if (found.kind === 'quick') return found.answer(args, call)
  const ref = tasks.create(method, residentOn)
  try {
    return await found.work(args, ref)
  } finally {
    tasks.destroy(ref)
  }
}

const startTask = (tasks: XapiTasks, { method, found, args, call, residentOn }: Order): string => {
  const ref = tasks.create(method, residentOn)
  const work = async () => (found.kind === 'quick' ? found.answer(args, call) : found.work(args, ref))
  work().then(
    value => tasks.finish(ref, 'success', value === '' || value === undefined ? '' : xmlValue(value)),
    (error: unknown) => {
      const told = errorDescription(error)
      tasks.finish(ref, told[0] === 'TASK_CANCELLED' ? 'cancelled' : 'failure', told)
    },
  )
  return ref
}
