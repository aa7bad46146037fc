interface Shape {
  /** Bytes of the big-endian count that follow the head. */
  readonly countBytes: 0 | 1 | 2 | 4
  /** Added to that count: payload bytes, or values when the head opens a container. */
  readonly fixed: number
  /** Values per count: 0 a scalar, 1 an array, 2 a map. */
  readonly values: 0 | 1 | 2
}

const scalar = (fixed: number, countBytes: Shape['countBytes'] = 0): Shape => ({
  countBytes,
  fixed,
  values: 0,
})

/** What each head byte announces (https://github.com/msgpack/msgpack/blob/master/spec.md#formats). */
const shapeOf = (head: number): Shape | undefined => {
  if (head <= 0x7f || head >= 0xe0) return scalar(0)
  if (head <= 0x8f) return { countBytes: 0, fixed: head & 0x0f, values: 2 }
  if (head <= 0x9f) return { countBytes: 0, fixed: head & 0x0f, values: 1 }
  if (head <= 0xbf) return scalar(head & 0x1f)
  if (head === 0xc1) return undefined
  if (head <= 0xc3) return scalar(0)
  if (head <= 0xc6) return scalar(0, ([1, 2, 4] as const)[head - 0xc4])
  if (head <= 0xc9) return scalar(1, ([1, 2, 4] as const)[head - 0xc7])
  if (head <= 0xcb) return scalar(head === 0xca ? 4 : 8)
  if (head <= 0xd3) return scalar(2 ** ((head - 0xcc) % 4))
  if (head <= 0xd8) return scalar(1 + 2 ** (head - 0xd4))
  if (head <= 0xdb) return scalar(0, ([1, 2, 4] as const)[head - 0xd9])
  return { countBytes: head % 2 === 0 ? 2 : 4, fixed: 0, values: head <= 0xdd ? 1 : 2 }
}
const shapes = Array.from({ length: 256 }, (_, head) => shapeOf(head))

const readCount = (view: DataView, at: number, countBytes: Shape['countBytes']): number => {
  if (countBytes === 1) return view.getUint8(at)
  if (countBytes === 2) return view.getUint16(at)
  return countBytes === 4 ? view.getUint32(at) : 0
}

/**
 * Whether `bytes` are exactly one MessagePack value nested at most `maxDepth` deep whose announced lengths fit the
 * bytes that are there. The decoder reserves what a length announces before it reads on, so that a few hostile bytes
 * could claim all memory; this costs one pass and bounds decoding by the message's own size.
 */
export const isSoundMessage = (bytes: Uint8Array, maxDepth: number): boolean => {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const valuesLeft = [1]
  let at = 0
  while (valuesLeft.length > 0) {
    const left = valuesLeft.pop() ?? 0
    if (left === 0) continue
    valuesLeft.push(left - 1)
    const shape = shapes[bytes[at] ?? 0xc1]
    at++
    if (!shape || at + shape.countBytes > bytes.length) return false
    const count = shape.fixed + readCount(view, at, shape.countBytes)
    at += shape.countBytes
    if (count > bytes.length - at) return false
    if (shape.values === 0) at += count
    else if (valuesLeft.push(count * shape.values) > maxDepth) return false
  }
  return at === bytes.length
}
