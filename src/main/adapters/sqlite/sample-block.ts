import { deflateRawSync, inflateRawSync } from 'node:zlib'
import { CODES_PER_SAMPLE } from './sample-codes.ts'
import type { SampleRows } from './sample-rows.ts'

/** Time that one stored block of one VM covers, ms. Longer blocks are smaller and slower to complete: five minutes. */
export const BLOCK_MS = 300_000

/** Number of the block that a pool time falls into. */
export const blockOf = (atMs: number): number => Math.floor(atMs / BLOCK_MS)

const TIME_PLANES = 4
const PLANES = TIME_PLANES + 2 * CODES_PER_SAMPLE

/**
 * Rows of one block as bytes: byte planes (all lowest bytes, then all next ones), times as distances from the row
 * before, deflated. Neighbouring seconds have equal high bytes, which is where most of the saving comes from.
 */
export const encodeBlock = (block: number, rows: SampleRows): Buffer => {
  const count = rows.atMs.length
  const planes = new Uint8Array(count * PLANES)
  let before = block * BLOCK_MS
  for (let row = 0; row < count; row++) {
    const time = rows.atMs[row] ?? 0
    const distance = time - before
    before = time
    for (let byte = 0; byte < TIME_PLANES; byte++) planes[byte * count + row] = distance >>> (8 * byte)
    for (let column = 0; column < CODES_PER_SAMPLE; column++) {
      const code = rows.codes[row * CODES_PER_SAMPLE + column] ?? 0
      planes[(TIME_PLANES + 2 * column) * count + row] = code
      planes[(TIME_PLANES + 2 * column + 1) * count + row] = code >> 8
    }
  }
  return deflateRawSync(planes, { level: 6 })
}

/** The rows that `encodeBlock` made `bytes` of; throws when they are damaged. */
export const decodeBlock = (block: number, bytes: Uint8Array): SampleRows => {
  const planes = inflateRawSync(bytes)
  const count = planes.length / PLANES
  if (!Number.isInteger(count)) throw new Error(`block ${block} of ${planes.length} bytes is not whole rows`)
  const atMs = new Float64Array(count)
  const codes = new Uint16Array(count * CODES_PER_SAMPLE)
  let time = block * BLOCK_MS
  for (let row = 0; row < count; row++) {
    let distance = 0
    for (let byte = TIME_PLANES - 1; byte >= 0; byte--)
      distance = distance * 256 + (planes[byte * count + row] ?? 0)
    time += distance
    atMs[row] = time
  }
  for (let column = 0; column < CODES_PER_SAMPLE; column++) {
    const low = (TIME_PLANES + 2 * column) * count
    for (let row = 0; row < count; row++)
      codes[row * CODES_PER_SAMPLE + column] =
        (planes[low + row] ?? 0) | ((planes[low + count + row] ?? 0) << 8)
  }
  return { atMs, codes }
}
