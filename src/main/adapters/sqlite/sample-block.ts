import { deflateRawSync, inflateRawSync } from 'node:zlib'
import { CODES_PER_SAMPLE } from './sample-codes.ts'
import type { SampleRows } from './sample-rows.ts'

/** Time that one stored block of one VM covers, ms. Longer blocks are smaller and slower to complete: five minutes. */
export const BLOCK_MS = 300_000

/** Number of the block that a pool time falls into. */
export const blockOf = (atMs: number): number => Math.floor(atMs / BLOCK_MS)

const TIME_PLANES = 4
/** Begins a block whose codes are differences. A deflate stream never begins so: its block type would be the reserved one. */
const DIFFERENCES = 0x07

/** Rows of `columns` codes each, the first time at or after `startMs`. */
export interface Table {
  readonly startMs: number
  readonly columns: number
  readonly atMs: Float64Array
  readonly codes: Uint16Array
}

/** A difference of two codes as a small number whatever its sign: 0, -1, 1, -2 become 0, 1, 2, 3. */
const folded = (difference: number): number => {
  const signed = (difference << 16) >> 16
  return ((signed << 1) ^ (signed >> 31)) & 0xffff
}

const unfolded = (code: number): number => (code >>> 1) ^ -(code & 1)

/**
 * A table as bytes: byte planes (all lowest bytes, then all next ones) of the distances of times and the differences
 * of codes from the row before, deflated. Neighbouring seconds are alike, which is where most of the saving comes from.
 */
export const packTable = ({ startMs, columns, atMs, codes }: Table): Buffer => {
  const count = atMs.length
  const planes = new Uint8Array(count * (TIME_PLANES + 2 * columns))
  let before = startMs
  for (let row = 0; row < count; row++) {
    const time = atMs[row] ?? 0
    const distance = time - before
    before = time
    for (let byte = 0; byte < TIME_PLANES; byte++) planes[byte * count + row] = distance >>> (8 * byte)
    for (let column = 0; column < columns; column++) {
      const at = row * columns + column
      const code = folded((codes[at] ?? 0) - (row === 0 ? 0 : (codes[at - columns] ?? 0)))
      planes[(TIME_PLANES + 2 * column) * count + row] = code
      planes[(TIME_PLANES + 2 * column + 1) * count + row] = code >> 8
    }
  }
  return Buffer.concat([Buffer.of(DIFFERENCES), deflateRawSync(planes, { level: 6 })])
}

/** The rows that `packTable` made `bytes` of, those of a first version without differences too; throws when damaged. */
export const unpackTable = (startMs: number, columns: number, bytes: Uint8Array): SampleRows => {
  const isDifferences = bytes[0] === DIFFERENCES
  const planes = inflateRawSync(isDifferences ? bytes.subarray(1) : bytes)
  const count = planes.length / (TIME_PLANES + 2 * columns)
  if (!Number.isInteger(count)) throw new Error(`${planes.length} bytes of samples are not whole rows`)
  const codes = new Uint16Array(count * columns)
  for (let column = 0; column < columns; column++) {
    const low = (TIME_PLANES + 2 * column) * count
    let before = 0
    for (let row = 0; row < count; row++) {
      const code = (planes[low + row] ?? 0) | ((planes[low + count + row] ?? 0) << 8)
      before = isDifferences ? before + unfolded(code) : code
      codes[row * columns + column] = before
    }
  }
  return { atMs: timesOf(startMs, planes, count), codes }
}

const timesOf = (startMs: number, planes: Uint8Array, count: number): Float64Array => {
  const atMs = new Float64Array(count)
  let time = startMs
  for (let row = 0; row < count; row++) {
    let distance = 0
    for (let byte = TIME_PLANES - 1; byte >= 0; byte--)
      distance = distance * 256 + (planes[byte * count + row] ?? 0)
    time += distance
    atMs[row] = time
  }
  return atMs
}

/** Rows of one block as bytes. */
export const encodeBlock = (block: number, rows: SampleRows): Buffer =>
  packTable({ ...rows, startMs: block * BLOCK_MS, columns: CODES_PER_SAMPLE })

/** The rows that `encodeBlock` made `bytes` of; throws when they are damaged. */
export const decodeBlock = (block: number, bytes: Uint8Array): SampleRows =>
  unpackTable(block * BLOCK_MS, CODES_PER_SAMPLE, bytes)
