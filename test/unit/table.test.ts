import fc from 'fast-check'
import { expect, test } from 'vitest'
import { decodeMessage, encodeMessage } from '../../src/shared/rpc/codec.ts'
import { readerOf, rowAt, rowsOf, tableOf } from '../../src/shared/rpc/table.ts'
import { fakeFleet } from '../fakes/fake-fleet.ts'

const travelled = <T>(value: T): T => decodeMessage(encodeMessage(value).slice().buffer) as T

const leaf = fc.oneof(
  fc.double({ noNaN: false }),
  fc.string({ maxLength: 4 }),
  fc.boolean(),
  fc.constant(null),
  fc.constant(undefined),
)
const aRow = fc.record(
  {
    a: leaf,
    b: fc.double(),
    c: fc.oneof(fc.record({ x: leaf, y: fc.double() }, { requiredKeys: ['y'] }), fc.constant(null)),
    d: fc.array(fc.record({ z: leaf }), { maxLength: 3 }),
  },
  { requiredKeys: ['b'] },
)

/** A field that is undefined does not travel. */
const withoutUndefined = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(withoutUndefined)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).flatMap(([k, v]) => (v === undefined ? [] : [[k, withoutUndefined(v)]])),
  )
}

test('rows of any plain data come out of a table as they went in', () => {
  fc.assert(
    fc.property(fc.array(aRow, { maxLength: 8 }), rows => {
      expect(rowsOf(tableOf(rows))).toEqual(rows.map(withoutUndefined))
    }),
    { seed: 11 },
  )
})

test('a tick of a fleet travels as a table and comes out the same, whatever its measures are', () => {
  const { vmSamples, forecasts, risks } = fakeFleet({ seed: 3, pools: 2, hostsPerPool: 2, vms: 40 }).item(
    1e12,
    { isFirst: true },
  )
  expect(rowsOf(travelled(tableOf(vmSamples)))).toEqual(vmSamples)
  expect(rowsOf(travelled(tableOf(forecasts)))).toEqual(forecasts)
  expect(rowsOf(travelled(tableOf(risks)))).toEqual(risks)
})

test('a field left out is not in the table, and one field is read without building rows', () => {
  const table = tableOf(
    [
      { id: 'a', m: { value: 1 } },
      { id: 'b', m: { value: 2 } },
    ],
    'id',
  )
  expect(rowAt(table, 1)).toEqual({ m: { value: 2 } })
  expect(readerOf(table, 'm', 'value')(1)).toBe(2)
  expect(readerOf(table, 'm', 'gone')(1)).toBeUndefined()
  expect(readerOf(table, 'gone', 'value')(1)).toBeUndefined()
})

test('what fits no column travels as it is and can still be read field by field', () => {
  const rows = [{ m: 1 }, { m: { value: 7 } }]
  const table = travelled(tableOf(rows))
  expect(rowsOf(table)).toEqual(rows)
  expect(readerOf(table, 'm', 'value')(1)).toBe(7)
})

test('numbers that a smaller number holds exactly travel as such', () => {
  const bytesOf = (numbers: readonly number[]) => encodeMessage(tableOf(numbers.map(m => ({ m })))).length
  const fine = Array.from({ length: 1000 }, (_, row) => row + 0.1)
  const rough = fine.map(number => Math.fround(number))
  expect(bytesOf(fine) - bytesOf(rough)).toBe(4000)
})
