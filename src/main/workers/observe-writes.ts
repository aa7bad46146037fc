import type { ObservedWrites } from '../core/heat/observed-writes.ts'

export interface Looks {
  readonly looks: number
  readonly msBetweenLooks: number
}

const wait = (ms: number): Promise<void> => new Promise(resolve => setTimeout(resolve, ms))

/** Looks at all pages once, and then `looks` times; `look` tells each page that is not as it was at the look before. */
export const observeWrites = async (
  pages: number,
  { looks, msBetweenLooks }: Looks,
  look: (onChange: (page: number) => void) => void,
): Promise<ObservedWrites> => {
  const [changes, lastChange] = [new Uint8Array(pages), new Uint8Array(pages)]
  look(() => undefined)
  const startedMs = performance.now()
  for (let nth = 1; nth <= looks; nth++) {
    await wait(Math.max(0, startedMs + nth * msBetweenLooks - performance.now()))
    look(page => {
      changes[page] = (changes[page] ?? 0) + 1
      lastChange[page] = nth
    })
  }
  // Under load a look comes late: what counts is how far apart they were.
  return { looks, msBetweenLooks: (performance.now() - startedMs) / looks, changes, lastChange }
}
