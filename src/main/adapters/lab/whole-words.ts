import type { PageOrder } from '../../../shared/model/migration-command.ts'

/** Pages whose marks share a word of the dirty log. */
const WORD_PAGES = 32

/**
 * The same order in regions of whole words of the dirty log, as a host goes through it: where regions are cut otherwise,
 * a word goes with the hottest of the regions that it holds pages of.
 */
export const inWholeWords = (order: PageOrder, memoryPages: number): PageOrder => {
  const { regionPages, classes } = order
  if (regionPages % WORD_PAGES === 0) return order
  const words = new Uint8Array(Math.ceil(memoryPages / WORD_PAGES))
  for (let word = 0; word < words.length; word++) {
    const first = Math.floor((word * WORD_PAGES) / regionPages)
    const last = Math.floor((Math.min(memoryPages, (word + 1) * WORD_PAGES) - 1) / regionPages)
    words[word] = Math.max(...classes.subarray(first, last + 1))
  }
  return { ...order, regionPages: WORD_PAGES, classes: words }
}
