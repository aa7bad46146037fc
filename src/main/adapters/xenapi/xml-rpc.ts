import { Readable } from 'node:stream'
import { setImmediate as nextTurn } from 'node:timers/promises'
import CustomType from 'xmlrpc/lib/customtype.js'
import Deserializer from 'xmlrpc/lib/deserializer.js'
import serializer from 'xmlrpc/lib/serializer.js'
import { z } from 'zod'
import { Failure } from '../../../shared/failure.ts'
import { textOf } from '../system/printable.ts'
import type { HttpAnswer } from './http-line.ts'
import { failureOfStatus, notXenApi, wrongType } from './rpc-failure.ts'
import { XenApiError } from './xen-error.ts'

const XML_TYPES: ReadonlySet<string> = new Set(['text/xml', 'application/xml'])
/** About 6 ms of parsing (measured: 10 MB/s). */
const SLICE_BYTES = 64 * 1024
/** XenAPI nests four deep: records in a struct, maps in them. */
const DEEPEST = 32

/** Text that is escaped: the library's own CDATA fails on text that ends one. */
class XmlText extends CustomType {
  override tagName = 'string'
}

class XmlDouble extends CustomType {
  override tagName = 'double'
}

class XmlDate extends CustomType {
  override tagName = 'dateTime.iso8601'
}

/** XenAPI has no XML-RPC integers: they travel as digits, and a number is a float. */
const onWire = (value: unknown): unknown => {
  if (typeof value === 'string') return new XmlText(value)
  if (typeof value === 'number') return new XmlDouble(Number.isInteger(value) ? value.toFixed(1) : `${value}`)
  if (value instanceof Date)
    return new XmlDate(value.toISOString().replace(/^(\d+)-(\d+)-(\d+)T([\d:]+).*/, '$1$2$3T$4Z'))
  if (Array.isArray(value)) return value.map(onWire)
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, onWire(item)]))
  return value
}

/** A call by XML-RPC, which every XenServer speaks; throws a Failure for text that XML cannot carry. */
export const xmlRequest = (method: string, params: readonly unknown[]) => {
  let text: string
  try {
    text = serializer.serializeMethodCall(method, params.map(onWire))
  } catch {
    throw new Failure({
      code: 'invalid-input',
      message: 'What was to be sent holds a character that the server cannot be sent.',
      remedy: 'Check the user name, the password and other text for control characters.',
    })
  }
  return { path: '/', accept: 'text/xml', body: { type: 'text/xml', text } }
}

/** The library's reader, with the numbers and times of XenAPI and without a way to be led astray. */
class XenDeserializer extends Deserializer {
  override onOpentag(node: { readonly name: string }): void {
    super.onOpentag(node)
    if (this.marks.length > DEEPEST) this.onError(new Error('it is nested too deeply'))
    // Refused already: what still comes is not kept.
    if (this.marks.length > DEEPEST) this.marks.length = DEEPEST
  }

  override endDouble(text: string): void {
    const special = /^\s*([+-]?)(nan|inf(?:inity)?)\s*$/i.exec(text)
    if (special === null) {
      super.endDouble(text)
      return
    }
    const infinite = special[1] === '-' ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY
    this.push(special[2]?.toLowerCase() === 'nan' ? Number.NaN : infinite)
    this.value = false
  }

  /** As text, as JSON-RPC gives it. */
  override endDateTime(text: string): void {
    this.push(text.trim())
    this.value = false
  }

  override endBase64(text: string): void {
    this.push(Buffer.from(text, 'base64'))
    this.value = false
  }

  override endStruct(): void {
    const mark = this.marks.pop() ?? 0
    const items = this.stack.splice(mark)
    const entries: [string, unknown][] = []
    for (let at = 0; at + 1 < items.length; at += 2) entries.push([String(items[at]), items[at + 1]])
    // A member named __proto__ becomes a member.
    this.push(Object.fromEntries(entries))
    this.value = false
  }
}

async function* slicesOf(body: Buffer): AsyncGenerator<Buffer> {
  for (let from = 0; from < body.length; from += SLICE_BYTES) {
    if (from > 0) await nextTurn()
    yield body.subarray(from, from + SLICE_BYTES)
  }
}

/** The value in an XML-RPC answer, read without holding others up; rejects with what is wrong with it. */
export const parseXmlRpc = (body: Buffer): Promise<unknown> =>
  new Promise((resolve, reject) => {
    const stream = Readable.from(slicesOf(body), { objectMode: false })
    new XenDeserializer().deserializeMethodResponse(stream, (error, result) => {
      if (error === undefined || error === null) return resolve(result)
      reject(error)
      stream.destroy()
    })
  })

const envelope = z.union([
  z.object({ Status: z.literal('Success'), Value: z.unknown().optional() }),
  z.object({ Status: z.literal('Failure'), ErrorDescription: z.tuple([z.string()], z.unknown()) }),
])

export const speaksXml = ({ status, contentType }: HttpAnswer): boolean =>
  status === 200 && XML_TYPES.has(contentType)

/** The result in an answer; rejects with XenApiError for a refusal, Failure for what is no XML-RPC. */
export const decodeXml = async (answer: HttpAnswer, origin: URL): Promise<unknown> => {
  const failure = failureOfStatus(answer, origin)
  if (failure) throw failure
  if (!XML_TYPES.has(answer.contentType)) throw wrongType(answer, origin)
  const value = await parseXmlRpc(answer.body).catch(() => {
    throw notXenApi(origin, 'what it sent is not XML-RPC')
  })
  const parsed = envelope.safeParse(value)
  if (!parsed.success) throw notXenApi(origin, 'its answer has neither result nor error')
  if (parsed.data.Status === 'Success') return parsed.data.Value ?? ''
  const [code, ...params] = parsed.data.ErrorDescription
  throw new XenApiError(code, params.map(textOf))
}
