import { z } from 'zod'
import { Failure } from '../../../shared/failure.ts'
import { type HttpAnswer, HttpLine } from './http-line.ts'
import type { OpenXenLine } from './transport.ts'
import { XenApiError } from './xen-error.ts'

const xenErrorParams = z.array(z.unknown()).catch([])
const rpcAnswer = z.object({
  result: z.unknown().optional(),
  error: z
    .union([
      z.object({ message: z.string(), data: xenErrorParams }),
      // JSON-RPC 1.0: the code and its parameters in one array.
      z.tuple([z.string()], z.unknown()).transform(([message, ...data]) => ({ message, data })),
    ])
    .nullish(),
})

const notXenApi = (origin: URL, why: string, remedy?: string): Failure =>
  new Failure({
    code: 'not-xenapi',
    message: `${origin.origin} answered, but not as a XenServer: ${why}.`,
    remedy: remedy ?? 'Check that the address and the port are those of a XenServer or XCP-ng host.',
  })

const failureOfStatus = ({ status }: HttpAnswer, origin: URL): Failure | null => {
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

const decode = (answer: HttpAnswer, origin: URL): unknown => {
  const failure = failureOfStatus(answer, origin)
  if (failure) throw failure
  const type = answer.contentType.split(';')[0]?.trim().toLowerCase()
  if (type !== 'application/json')
    throw notXenApi(origin, `it sent ${type === undefined || type === '' ? 'an untyped answer' : type}`)
  let json: unknown
  try {
    json = JSON.parse(answer.text)
  } catch {
    throw notXenApi(origin, 'what it sent is not JSON')
  }
  const parsed = rpcAnswer.safeParse(json)
  if (!parsed.success) throw notXenApi(origin, 'what it sent is not JSON-RPC')
  const { result, error } = parsed.data
  if (error) throw new XenApiError(error.message, error.data.map(String))
  if (result === undefined) throw notXenApi(origin, 'its answer has neither result nor error')
  return result
}

/** XenAPI by JSON-RPC 2.0 at `/jsonrpc` (XenServer 7.3 and later). */
export const openJsonRpc: OpenXenLine = origin => {
  const line = new HttpLine(origin)
  let id = 0
  return {
    call: async (method, params, options) => {
      id++
      const body = JSON.stringify({ jsonrpc: '2.0', id, method, params })
      return decode(await line.send({ path: '/jsonrpc', accept: 'application/json', body }, options), origin)
    },
    close: () => line.close(),
  }
}
