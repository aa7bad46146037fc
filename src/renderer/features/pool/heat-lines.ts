import type { HeatLine } from '../../charts/pool-heat/layout.ts'

/** Rows that belong together, under a heading where it has one. */
export interface HeatGroup {
  readonly heading: string | null
  readonly ids: readonly string[]
}

/** The lines of a heatmap from top to bottom; groups without any row are left out. */
export const heatLines = (
  groups: readonly HeatGroup[],
  nameOf: (id: string) => string,
): readonly HeatLine[] =>
  groups.flatMap(({ heading, ids }): readonly HeatLine[] => {
    const lines = ids.map((id): HeatLine => ({ kind: 'row', id, name: nameOf(id) }))
    return heading === null || lines.length === 0 ? lines : [{ kind: 'heading', text: heading }, ...lines]
  })

/** Lines are read by so many at once: about as many as are in view. */
const BLOCK_LINES = 32
/** The block where the view begins, the one where it ends, and one more on either side. */
const BLOCKS_READ = 4

/** The first of the lines that are read while line `first` is the first in view: it changes once in 32 lines. */
export const firstLineRead = (first: number): number =>
  Math.max(0, (Math.floor(first / BLOCK_LINES) - 1) * BLOCK_LINES)

/** Whose values are read from line `first` on. */
export const idsRead = (lines: readonly HeatLine[], first: number): readonly string[] =>
  lines.slice(first, first + BLOCKS_READ * BLOCK_LINES).flatMap(line => (line.kind === 'row' ? line.id : []))
