import { closeSync, fstatSync, openSync, readSync } from 'node:fs'
import { PAGE_BYTES } from '../../shared/units.ts'
import { type RegionFigures, regionFiguresOf } from '../core/heat/observed-writes.ts'
import { type Looks, observeWrites } from './observe-writes.ts'

export interface MemoryFileQuestion extends Looks {
  readonly file: string
  readonly maxRegions: number
}

/** Heat by region, and how many pages of each hold anything but zeros. */
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

/** Hashes each page into `hashes` and tells which differ from what was there. */
const look = (
  file: number,
  hashes: Uint32Array,
  { buffer, onChange }: { readonly buffer: Uint8Array; readonly onChange: (page: number) => void },
): void => {
  const words = new Uint32Array(buffer.buffer)
  for (let page = 0; page < hashes.length; page += CHUNK_PAGES) {
    const bytes = readSync(file, buffer, 0, buffer.length, page * PAGE_BYTES)
    for (let at = 0; at * PAGE_BYTES < bytes; at++) {
      const hash = hashPage(words, at * PAGE_WORDS)
      if (hash !== hashes[page + at]) onChange(page + at)
      hashes[page + at] = hash
    }
  }
}

/** Compares a guest's memory with itself, again and again; writes that change nothing are not seen. */
export const observe = async (question: MemoryFileQuestion): Promise<MemoryReading> => {
  const file = openSync(question.file, 'r')
  try {
    const pages = Math.floor(fstatSync(file).size / PAGE_BYTES)
    const hashes = new Uint32Array(pages)
    const buffer = new Uint8Array(CHUNK_PAGES * PAGE_BYTES)
    const writes = await observeWrites(pages, question, onChange => look(file, hashes, { buffer, onChange }))
    const figures = regionFiguresOf(writes, question.maxRegions)
    return { ...figures, contentPages: contentOf(hashes, figures) }
  } finally {
    closeSync(file)
  }
}
