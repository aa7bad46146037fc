import type { VirtualHost } from './virtual-pool.ts'
import { XapiError } from './xapi-error.ts'
import { type XapiParts, xapiMethods } from './xapi-methods.ts'

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

export const createDispatch = (parts: XapiParts): XapiDispatch => {
  const methods = xapiMethods(parts)
  const listed = ['session.login_with_password', 'system.listMethods', ...methods.keys()].sort()
  return async ({ method, params, host, signal }) => {
    const { master } = parts.pool
    if (host !== null && host !== master) throw new XapiError('HOST_IS_SLAVE', master.address)
    if (method === 'system.listMethods') return listed
    if (method === 'session.login_with_password') {
      const [user, password] = params
      if (typeof user !== 'string' || typeof password !== 'string')
        throw new XapiError('MESSAGE_PARAMETER_COUNT_MISMATCH', method, '2', String(params.length))
      return parts.sessions.login(user, password)
    }
    const answer = methods.get(method)
    if (answer === undefined) throw new XapiError('MESSAGE_METHOD_UNKNOWN', method)
    const [session, ...args] = params
    if (typeof session !== 'string')
      throw new XapiError('MESSAGE_PARAMETER_COUNT_MISMATCH', method, '1', String(params.length))
    const ended = parts.sessions.use(session)
    const value = await answer(args, { session, signal: AbortSignal.any([signal, ended]) })
    if (ended.aborted && method !== 'session.logout') throw new XapiError('SESSION_INVALID', session)
    return value
  }
}
