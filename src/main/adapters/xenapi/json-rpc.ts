import { z } from 'zod'
import { textOf } from '../system/printable.ts'
import type { HttpAnswer } from './http-line.ts'
import { failureOfStatus, notXenApi, wrongType } from './rpc-failure.ts'
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

const JSON_TYPE = 'application/json'

/** A call by JSON-RPC 2.0 at `/jsonrpc` (XenServer 7.3 and later). */
export const jsonRequest = (method: string, params: readonly unknown[]) => ({
  path: '/jsonrpc',
  accept: JSON_TYPE,
  body: { type: JSON_TYPE, text: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }) },
})

/** Whether the answer comes from somebody who speaks JSON-RPC, or may do so when it is ready. */
export const speaksJson = ({ status, contentType }: HttpAnswer): boolean =>
  contentType === JSON_TYPE || [502, 503, 504].includes(status) || (status >= 300 && status < 400)

/** The result in an answer; throws XenApiError for a refusal, Failure for what is no JSON-RPC. */
export const decodeJson = (answer: HttpAnswer, origin: URL): unknown => {
  const failure = failureOfStatus(answer, origin)
  if (failure) throw failure
  if (answer.contentType !== JSON_TYPE) throw wrongType(answer, origin)
  let json: unknown
  try {
    json = JSON.parse(answer.body.toString('utf8'))
  } catch {
    throw notXenApi(origin, 'what it sent is not JSON')
  }
  const parsed = rpcAnswer.safeParse(json)
  if (!parsed.success) throw notXenApi(origin, 'what it sent is not JSON-RPC')
  const { result, error } = parsed.data
  if (error) throw new XenApiError(error.message, error.data.map(textOf))
  if (result === undefined) throw notXenApi(origin, 'its answer has neither result nor error')
  return result
}
