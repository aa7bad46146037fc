import { z } from 'zod'
import type { XapiDispatch, XapiRequest } from './xapi-dispatch.ts'
import { errorDescription } from './xapi-error.ts'

const request = z.object({
  jsonrpc: z.string().optional(),
  id: z.union([z.number(), z.string()]),
  method: z.string().max(200),
  params: z.array(z.unknown()).default([]),
})

/** Answers the text of one JSON-RPC 1.0 or 2.0 request; null when it is none. */
export const answerJsonRpc = async (
  text: string,
  dispatch: XapiDispatch,
  from: Pick<XapiRequest, 'host' | 'signal'>,
): Promise<string | null> => {
  const parsed = request.safeParse(parseJson(text))
  if (!parsed.success) return null
  const { jsonrpc, id, method, params } = parsed.data
  const isSecond = jsonrpc === '2.0'
  try {
    const result = (await dispatch({ method, params, ...from })) ?? ''
    return JSON.stringify(isSecond ? { jsonrpc, result, id } : { result, error: null, id })
  } catch (error) {
    const description = errorDescription(error)
    const [message, ...data] = description
    return JSON.stringify(
      isSecond
        ? { jsonrpc, error: { code: 1, message, data }, id }
        : { result: null, error: description, id },
    )
  }
}

const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
