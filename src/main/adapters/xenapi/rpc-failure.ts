import { Failure } from '../../../shared/failure.ts'
import type { HttpAnswer } from './http-line.ts'

export const notXenApi = (origin: URL, why: string, remedy?: string): Failure =>
  new Failure({
    code: 'not-xenapi',
    message: `${origin.origin} answered, but not as a XenServer: ${why}.`,
    remedy: remedy ?? 'Check that the address and the port are those of a XenServer or XCP-ng host.',
  })

/** What an answer that is no 200 means; null for one that is. */
export const failureOfStatus = ({ status }: HttpAnswer, origin: URL): Failure | null => {
  if (status === 200) return null
  if (status >= 300 && status < 400)
    return notXenApi(
      origin,
      `it sends callers elsewhere (HTTP ${status})`,
      'Try the address with https instead of http.',
    )
  if (status === 503 || status === 502 || status === 504)
    return new Failure({
      code: 'unreachable',
      message: `${origin.origin} is not ready to answer (HTTP ${status}).`,
      remedy: 'Wait until the host has started, or restart its toolstack.',
    })
  return notXenApi(origin, `it sent HTTP ${status}`)
}

/** What an answer of another media type than the one asked for means. */
export const wrongType = ({ contentType }: HttpAnswer, origin: URL): Failure =>
  notXenApi(origin, `it sent ${contentType === '' ? 'an untyped answer' : contentType}`)
