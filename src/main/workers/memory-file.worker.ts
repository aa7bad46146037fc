import { closeSync, readSync } from 'node:fs'
import { PAGE_BYTES } from '../../shared/units.ts'
import { type RegionFigures, regionFiguresOf } from '../core/heat/observed-writes.ts'
import { type Looks, observeWrites } from './observe-writes.ts'
import { openFileOf } from './open-file.ts'

export interface MemoryFileQuestion extends Looks {
  readonly file: string
  /** Of the file: one of another size is not the guest's memory. */
  readonly bytes: number
  readonly maxRegions: number
  /** Of so many pages one is looked at; 1 for every page. */
  readonly every: number
}

/** Heat by region, and how many pages of each hold anything but zeros; estimated where not every page is looked at. */
export interface MemoryReading extends RegionFigures {
  readonly contentPages: Float64Array
}

const CHUNK_PAGES = 1024
const PAGE_WORDS = PAGE_BYTES / 4

/** FNV-1a over the words of a page. */
const hashPage = (words: Uint32Array, from: number): number => {
  let hash = 0x811c9dc5
  for (let i = from; i < from + PAGE_WORDS; i++) hash = Math.imul(hash ^ (words[i] ?? 0), 0x01000193)
  return hash >>> 0
}

const ZERO_PAGE = hashPage(new Uint32Array(PAGE_WORDS), 0)

const contentOf = (hashes: Uint32Array, { frequency, regionPages }: RegionFigures): Float64Array => {
  const contentPages = new Float64Array(frequency.length)
  for (const [page, hash] of hashes.entries())
    if (hash !== ZERO_PAGE) {
      const region = Math.floor(page / regionPages)
      contentPages[region] = (contentPages[region] ?? 0) + 1
    }
  return contentPages
}

interface Look {
  readonly buffer: Uint8Array
  readonly every: number
  readonly onChange: (nth: number) => void
}

/** No guest lays its pages out by this prime. */
const STRIDE = 7919

/** The page that is looked at of the `nth` group: each time at another place of it. */
const pageOf = (nth: number, every: number): number => nth * every + ((nth * STRIDE) % every)

/** Hashes each page that is looked at into `hashes` and tells which differ from what was there. */
const look = (file: number, hashes: Uint32Array, { buffer, every, onChange }: Look): void => {
  const words = new Uint32Array(buffer.buffer)
  const atOnce = every === 1 ? CHUNK_PAGES : 1
  for (let nth = 0; nth < hashes.length; nth += atOnce) {
    const bytes = readSync(file, buffer, 0, atOnce * PAGE_BYTES, pageOf(nth, every) * PAGE_BYTES)
    for (let at = 0; at * PAGE_BYTES < bytes; at++) {
      const hash = hashPage(words, at * PAGE_WORDS)
      if (hash !== hashes[nth + at]) onChange(nth + at)
      hashes[nth + at] = hash
    }
  }
}

/**
 * Compares a guest's memory with itself, again and again; writes that change nothing are not seen. Null where the file is
 * not that memory any more.
 */
export const observe = async (question: MemoryFileQuestion): Promise<MemoryReading | null> => {
  const { every, maxRegions, bytes } = question
  const file = openFileOf(question.file, bytes)
  if (file === null) return null
  try {
    const totalPages = Math.floor(bytes / PAGE_BYTES)
    const hashes = new Uint32Array(Math.floor(totalPages / every))
    const buffer = new Uint8Array(CHUNK_PAGES * PAGE_BYTES)
    const writes = await observeWrites(hashes.length, question, onChange =>
      look(file, hashes, { buffer, every, onChange }),
    )
    const figures = regionFiguresOf(writes, maxRegions)
    return {
      ...figures,
      regionPages: figures.regionPages * every,
      totalPages,
      contentPages: contentOf(hashes, figures).map(pages => pages * every),
    }
  } finally {
    closeSync(file)
  }
}
