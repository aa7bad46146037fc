import { deflateRawSync } from 'node:zlib'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { BLOCK_MS, decodeBlock, encodeBlock } from '../../src/main/adapters/sqlite/sample-block.ts'
import {
  CODES_PER_SAMPLE,
  coarseRate,
  codeOfColumn,
  DIRTY_COLUMN,
  decodeSeries,
  valueOfColumn,
} from '../../src/main/adapters/sqlite/sample-codes.ts'
import { packSamples } from '../../src/main/adapters/sqlite/sample-rows.ts'
import type { Measure } from '../../src/shared/model/measure.ts'
import { aStoredSample } from '../support/store-records.ts'

const measured = (value: number): Measure => ({ origin: 'measured', value, ageMs: 0 })
const throughCodes = (value: number) =>
  decodeSeries('vm-1', packSamples([aStoredSample({ dirtyPagesPerSecond: measured(value) })]))
    .dirtyPagesPerSecond[0] ?? Number.NaN

test('a block comes back as it went in', () => {
  const offsets = fc.uniqueArray(fc.nat(BLOCK_MS - 1), { maxLength: 300 })
  fc.assert(
    fc.property(offsets, fc.infiniteStream(fc.nat(0xffff)), fc.nat(1e7), (times, codes, block) => {
      const atMs = Float64Array.from(times, offset => block * BLOCK_MS + offset).sort()
      const rows = { atMs, codes: Uint16Array.from([...codes.take(atMs.length * CODES_PER_SAMPLE)]) }
      expect(decodeBlock(block, encodeBlock(block, rows))).toEqual(rows)
    }),
    { seed: 7, numRuns: 50 },
  )
})

test('rates are kept within a four-thousandth up to 5e11, whole ones below 4,096 exactly', () => {
  fc.assert(
    fc.property(fc.double({ min: 1, max: 5e11, noNaN: true }), rate => {
      const ratio = throughCodes(rate) / rate
      expect(Math.abs(ratio - 1)).toBeLessThanOrEqual(rate < 256 ? 0.0625 / rate + 1e-6 : 1 / 4000)
    }),
    { seed: 7 },
  )
  for (let rate = 0; rate < 4096; rate += 1) expect(throughCodes(rate)).toBe(rate)
})

test.each([
  [-5, 0],
  [Number.NaN, Number.NaN],
  [1e15, (4094 * 2 ** 30) / 8],
  [Number.POSITIVE_INFINITY, (4094 * 2 ** 30) / 8],
])('a rate of %d is kept as %d', (rate, kept) => {
  expect(throughCodes(rate)).toBe(kept)
})

test('samples without a usable time are left out', () => {
  const times = [Number.NaN, -1, Number.POSITIVE_INFINITY, 1000]
  expect([...packSamples(times.map(atMs => aStoredSample({ atMs }))).atMs]).toEqual([1000])
})

test('bytes that are no block are refused', () => {
  expect(() => decodeBlock(1, Buffer.from('broken'))).toThrow()
})

test('a block of the first version, codes instead of differences, is read on', () => {
  const planes = Uint8Array.of(...[16, 1, 0, 0], ...[210, 4], ...new Array(12).fill(0))
  const { atMs, codes } = decodeBlock(2, deflateRawSync(planes))
  expect([...atMs]).toEqual([2 * BLOCK_MS + 272])
  expect([...codes]).toEqual([1234, 0, 0, 0, 0, 0, 0])
})

test("an average's rate is within a three-hundredth, whole ones below 64 exact, no number none", () => {
  const coarse = (rate: number) => valueOfColumn(DIRTY_COLUMN, coarseRate(codeOfColumn(DIRTY_COLUMN, rate)))
  fc.assert(
    fc.property(fc.double({ min: 64, max: 5e11, noNaN: true }), rate => {
      expect(Math.abs(coarse(rate) / rate - 1)).toBeLessThanOrEqual(1 / 300)
    }),
    { seed: 7 },
  )
  for (let rate = 0; rate < 64; rate++) expect(coarse(rate)).toBe(rate)
  expect(coarse(Number.NaN)).toBeNaN()
  expect(coarse(1e15)).toBeGreaterThan(5e11)
})
