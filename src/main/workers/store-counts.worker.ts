import { closeSync, readSync } from 'node:fs'
import { type RegionFigures, regionFiguresOf } from '../core/heat/observed-writes.ts'
import { type Looks, observeWrites } from './observe-writes.ts'
import { openFileOf } from './open-file.ts'

export interface StoreCountsQuestion extends Looks {
  readonly file: string
  readonly pages: number
  readonly maxRegions: number
}

/** "PAGEHEAT", and the number of pages as 64 bits; a count of 32 bits for each page follows (resources/qemu-plugin). */
const HEADER_BYTES = 16
const MAGIC = 'PAGEHEAT'

/** Whether all of them could be read. */
const look = (file: number, counts: Uint32Array): boolean =>
  readSync(file, new Uint8Array(counts.buffer), 0, counts.byteLength, HEADER_BYTES) === counts.byteLength

const isOf = (file: number, pages: number): boolean => {
  const header = Buffer.alloc(HEADER_BYTES)
  const bytes = readSync(file, header, 0, HEADER_BYTES, 0)
  return (
    bytes === HEADER_BYTES &&
    header.toString('latin1', 0, MAGIC.length) === MAGIC &&
    header.readBigUInt64LE(MAGIC.length) === BigInt(pages)
  )
}

/** Which pages a guest stores to, by counts that are looked at again and again; null where they are not of so many pages. */
export const observe = async (question: StoreCountsQuestion): Promise<RegionFigures | null> => {
  const { pages } = question
  const file = openFileOf(question.file, HEADER_BYTES + pages * Uint32Array.BYTES_PER_ELEMENT)
  if (file === null) return null
  try {
    if (!isOf(file, pages)) return null
    let [before, now] = [new Uint32Array(pages), new Uint32Array(pages)]
    let isWhole = true
    const writes = await observeWrites(pages, question, onChange => {
      isWhole &&= look(file, now)
      for (let page = 0; page < pages; page++) if (now[page] !== before[page]) onChange(page)
      ;[before, now] = [now, before]
    })
    return isWhole ? regionFiguresOf(writes, question.maxRegions) : null
  } finally {
    closeSync(file)
  }
}
