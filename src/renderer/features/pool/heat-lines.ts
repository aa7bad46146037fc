import type { HeatLine } from '../../charts/pool-heat/layout.ts'

/** Rows that belong together, under a heading where it has one. */
export interface HeatGroup {
  readonly heading: string | null
  readonly ids: readonly string[]
}

/** The lines of a heatmap from top to bottom; ids without a row are left out, and groups without any. */
export const heatLines = (
  groups: readonly HeatGroup[],
  rowIds: readonly string[],
  nameOf: (id: string) => string,
): readonly HeatLine[] => {
  const rows = new Map(rowIds.map((id, row) => [id, row]))
  return groups.flatMap(({ heading, ids }): readonly HeatLine[] => {
    const lines = ids.flatMap((id): readonly HeatLine[] => {
      const row = rows.get(id)
      return row === undefined ? [] : [{ kind: 'row', id, name: nameOf(id), row }]
    })
    if (lines.length === 0) return []
    return heading === null ? lines : [{ kind: 'heading', text: heading }, ...lines]
  })
}
