import { encode } from '@msgpack/msgpack'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { decodeMessage, encodeMessage } from '../../src/shared/rpc/codec.ts'
import { isSoundMessage } from '../../src/shared/rpc/message-shape.ts'

const message = (...bytes: number[]) => new Uint8Array(bytes).buffer
const copyOf = (bytes: Uint8Array) => bytes.slice().buffer as ArrayBuffer

test('plain data comes back as it was', () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 6 }), value => {
      // MessagePack has no negative zero, and JSON's copy has none either.
      const expected = JSON.parse(JSON.stringify(value))
      expect(decodeMessage(copyOf(encodeMessage(expected)))).toEqual(expected)
    }),
    { seed: 20261120, numRuns: 300 },
  )
})

test('every size of string, binary, array and map is a sound message', () => {
  for (const length of [0, 1, 15, 16, 31, 32, 255, 256, 65_535, 65_536]) {
    const values: readonly unknown[] = [
      'x'.repeat(length),
      new Uint8Array(length),
      new Float32Array(length),
      Array.from({ length }, () => 7),
      Object.fromEntries(Array.from({ length }, (_, i) => [`k${i}`, i])),
    ]
    for (const value of values) expect(decodeMessage(copyOf(encodeMessage(value)))).toEqual(value)
  }
})

test('every width of number is a sound message', () => {
  const numbers = [0, 127, 128, 255, 256, 65_535, 65_536, 2 ** 32 - 1, 2 ** 32, 2 ** 53 - 1]
  const values = [...numbers, ...numbers.map(n => -1 - n), 0.1, true, false, null]
  expect(decodeMessage(copyOf(encodeMessage(values)))).toEqual(values)
})

test.each([
  ['an array that claims four thousand million values', message(0xdd, 0xff, 0xff, 0xff, 0xff)],
  ['a map that claims more than follows', message(0x82, 0xa1, 0x61, 0x01)],
  ['a string that claims more than follows', message(0xdb, 0x7f, 0xff, 0xff, 0xff, 0x61)],
  ['a float cut short', message(0xcb, 0x00)],
  ['a length cut short', message(0xdd, 0x00)],
  ['two values', message(0x01, 0x02)],
  ['no value', message()],
  ['the head that is never used', message(0xc1)],
  ['a key named __proto__', message(0x81, 0xa9, ...Buffer.from('__proto__'), 0x80)],
  ['a key that is an array', message(0x81, 0x90, 0x01)],
  ['a typed array whose bytes are no whole elements', message(0xc7, 3, 1, 0, 0, 0)],
  ['an extension of nobody', message(0xd4, 99, 0)],
])('%s is no message', (_, bytes) => {
  expect(decodeMessage(bytes)).toBeUndefined()
})

test('nesting is limited, in both directions', () => {
  const nested = (depth: number): unknown => (depth === 0 ? 1 : [nested(depth - 1)])
  expect(decodeMessage(copyOf(encodeMessage(nested(30))))).toEqual(nested(30))
  expect(() => encodeMessage(nested(40))).toThrow()
  expect(decodeMessage(new Uint8Array(1_000_000).fill(0x91).buffer)).toBeUndefined()
})

test('a kind of array without a wire form is refused, not garbled', () => {
  expect(() => encodeMessage({ values: new Int16Array([-1]) })).toThrow('Int16Array')
})

test('random bytes decode or are dropped, and never throw', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 64 }), bytes => {
      decodeMessage(copyOf(bytes))
    }),
    { seed: 20261120, numRuns: 3_000 },
  )
})

test('what MessagePack encodes is sound, and sound no longer with a byte more or less', () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 5 }), value => {
      const bytes = encode(value)
      expect(isSoundMessage(bytes, 64)).toBe(true)
      expect(isSoundMessage(bytes.subarray(0, -1), 64)).toBe(false)
      expect(isSoundMessage(new Uint8Array([...bytes, 0]), 64)).toBe(false)
    }),
    { seed: 20261120, numRuns: 300 },
  )
})
