import type { HeatCell, HeatLine } from '../../charts/pool-heat/layout.ts'

/** Columns that a page key moves by. */
const PAGE_COLUMNS = 20

const nextRow = (lines: readonly HeatLine[], from: number, step: 1 | -1): number => {
  for (let line = from + step; line >= 0 && line < lines.length; line += step)
    if (lines[line]?.kind === 'row') return line
  return from
}

/** The cell a key leads to from another (at first: the newest of the first row); undefined for other keys. */
export const movedCell = (
  key: string,
  from: HeatCell | null,
  { lines, columns, pastColumns }: { lines: readonly HeatLine[]; columns: number; pastColumns: number },
): HeatCell | undefined => {
  const isMove = /^(Arrow(Left|Right|Up|Down)|Home|End|Page(Up|Down))$/.test(key)
  const firstRow = nextRow(lines, -1, 1)
  if (!isMove || lines[firstRow]?.kind !== 'row') return undefined
  if (!from || lines[from.line]?.kind !== 'row') return { line: firstRow, column: pastColumns - 1 }
  const { line, column } = from
  const within = (to: number) => Math.max(0, Math.min(columns - 1, to))
  switch (key) {
    case 'ArrowLeft':
      return { line, column: within(column - 1) }
    case 'ArrowRight':
      return { line, column: within(column + 1) }
    case 'PageUp':
      return { line, column: within(column - PAGE_COLUMNS) }
    case 'PageDown':
      return { line, column: within(column + PAGE_COLUMNS) }
    case 'Home':
      return { line, column: 0 }
    case 'End':
      return { line, column: columns - 1 }
    case 'ArrowUp':
      return { line: nextRow(lines, line, -1), column }
    default:
      return { line: nextRow(lines, line, 1), column }
  }
}
