import { closeSync, fstatSync, openSync, readSync } from 'node:fs'
import { type ObservedWrites, type RegionFigures, regionFiguresOf } from '../core/heat/observed-writes.ts'

export interface StoreCountsQuestion {
  readonly file: string
  readonly pages: number
  readonly maxRegions: number
  readonly looks: number
  readonly msBetweenLooks: number
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
    fstatSync(file).size === HEADER_BYTES + pages * Uint32Array.BYTES_PER_ELEMENT &&
    header.toString('latin1', 0, MAGIC.length) === MAGIC &&
    header.readBigUInt64LE(MAGIC.length) === BigInt(pages)
  )
}

const wait = (ms: number): Promise<void> => new Promise(resolve => setTimeout(resolve, ms))

/** Which pages a guest stores to, by counts that are looked at again and again; null where they are not of so many pages. */
export const observe = async (question: StoreCountsQuestion): Promise<RegionFigures | null> => {
  const { pages, looks } = question
  const file = openSync(question.file, 'r')
  try {
    if (!isOf(file, pages)) return null
    let [before, now] = [new Uint32Array(pages), new Uint32Array(pages)]
    const [changes, lastChange] = [new Uint8Array(pages), new Uint8Array(pages)]
    if (!look(file, before)) return null
    const startedMs = performance.now()
    for (let nth = 1; nth <= looks; nth++) {
      await wait(Math.max(0, startedMs + nth * question.msBetweenLooks - performance.now()))
      if (!look(file, now)) return null
      for (let page = 0; page < pages; page++)
        if (now[page] !== before[page]) {
          changes[page] = (changes[page] ?? 0) + 1
          lastChange[page] = nth
        }
      ;[before, now] = [now, before]
    }
    const writes: ObservedWrites = {
      looks,
      msBetweenLooks: (performance.now() - startedMs) / looks,
      changes,
      lastChange,
    }
    return regionFiguresOf(writes, question.maxRegions)
  } finally {
    closeSync(file)
  }
}
