import type { Trust } from '../../ports/trust.ts'
import { HttpLine } from './http-line.ts'
import { decodeJson, jsonRequest, speaksJson } from './json-rpc.ts'
import { failureOfStatus } from './rpc-failure.ts'
import type { CallOptions, OpenXenLine } from './transport.ts'
import { decodeXml, speaksXml, xmlRequest } from './xml-rpc.ts'

type Wire = 'json' | 'xml'

/**
 * Lines that speak JSON-RPC where the server does and XML-RPC where it does not; found out by the first call to each
 * server and remembered for all lines opened here.
 */
export const xenLines = (trust: Trust): OpenXenLine => {
  const wires = new Map<string, Wire>()
  return origin => {
    const line = new HttpLine(origin, trust)

    const byJson = async (method: string, params: readonly unknown[], options: CallOptions) =>
      decodeJson(await line.send(jsonRequest(method, params), options), origin)

    const byXml = async (method: string, params: readonly unknown[], options: CallOptions) =>
      decodeXml(await line.send(xmlRequest(method, params), options), origin)

    const byEither = async (method: string, params: readonly unknown[], options: CallOptions) => {
      const json = await line.send(jsonRequest(method, params), options)
      if (speaksJson(json)) {
        if (failureOfStatus(json, origin) === null) wires.set(origin.origin, 'json')
        return decodeJson(json, origin)
      }
      // A server that knows no JSON-RPC did nothing yet.
      const xml = await line.send(xmlRequest(method, params), options)
      if (!speaksXml(xml)) return decodeJson(json, origin)
      wires.set(origin.origin, 'xml')
      return decodeXml(xml, origin)
    }

    const calls = { json: byJson, xml: byXml, unknown: byEither }
    return {
      call: (method, params, options) =>
        calls[wires.get(origin.origin) ?? 'unknown'](method, params, options),
      close: reason => line.close(reason),
    }
  }
}
