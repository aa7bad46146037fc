import { decode, type EncoderOptions, ExtData, encode } from '@msgpack/msgpack'
import { isSoundMessage } from './message-shape.ts'

/** Our deepest answer nests eight levels. */
const maxDepth = 32

/** Extension type by kind of array; bytes are little-endian, as on every machine that runs a browser or Node. */
const arrayKinds = [
  [1, Float32Array],
  [2, Float64Array],
  [3, Int32Array],
  [4, Uint32Array],
  [5, Uint16Array],
] as const

const extensionCodec: EncoderOptions['extensionCodec'] = {
  tryToEncode: value => {
    if (!ArrayBuffer.isView(value) || value instanceof Uint8Array) return null
    const kind = arrayKinds.find(([, Kind]) => value instanceof Kind)
    if (!kind) throw new TypeError(`a ${value.constructor.name} cannot travel`)
    return new ExtData(kind[0], new Uint8Array(value.buffer, value.byteOffset, value.byteLength))
  },
  decode: (data, type) => {
    const kind = arrayKinds.find(([number]) => number === type)
    if (!kind) throw new TypeError(`unknown extension type ${type}`)
    // Copied, because a message seldom puts the elements where their size would align them.
    return new kind[1](data.slice().buffer)
  },
}

/** A structured value (plain data and typed arrays) as MessagePack; throws on what cannot travel. */
export const encodeMessage = (value: unknown): Uint8Array<ArrayBuffer> =>
  encode(value, { extensionCodec, ignoreUndefined: true, maxDepth })

/** The value in a message from the other end, which is hostile data; undefined when it is not one of ours. */
export const decodeMessage = (message: ArrayBuffer): unknown => {
  const bytes = new Uint8Array(message)
  if (!isSoundMessage(bytes, maxDepth)) return undefined
  try {
    return decode(bytes, { extensionCodec })
  } catch {
    return undefined
  }
}
