import type { MeasuredRun, Spread, WhatIf, WhatIfFigure, WhatIfRow } from '../../../shared/model/what-if.ts'
import { formatBytes, formatCount, formatDuration } from '../../../shared/units.ts'
import type { Sort } from '../../state/index.ts'

export interface WhatIfColumn {
  readonly id: WhatIfFigure
  readonly word: string
  readonly title: string
  readonly format: (value: number) => string
}

export const whatIfColumns: readonly WhatIfColumn[] = [
  { id: 'totalMs', word: 'Total', title: 'From the first page to the last', format: formatDuration },
  { id: 'downtimeMs', word: 'Pause', title: 'VM paused to VM resumed', format: formatDuration },
  {
    id: 'unavailabilityMs',
    word: 'Unavailable',
    title: "The pause, and gaps of over 20 ms in the guest's heartbeat after a switch",
    format: formatDuration,
  },
  { id: 'bytesSent', word: 'Sent', title: 'Bytes sent in all', format: formatBytes },
  { id: 'retransmittedBytes', word: 'Again', title: 'Pages sent more than once', format: formatBytes },
  {
    id: 'demandFaults',
    word: 'Faults',
    title: 'Pages that the guest asked for after a switch',
    format: formatCount,
  },
  {
    id: 'lostGuestMs',
    word: 'Lost',
    title: 'Guest time lost to waits for pages and to being slowed down, the mean over its CPUs',
    format: formatDuration,
  },
]

export type SimulatedRow = Extract<WhatIfRow, { kind: 'simulated' }>

export const simulatedRows = ({ rows }: WhatIf): readonly SimulatedRow[] =>
  rows.flatMap(row => (row.kind === 'simulated' ? [row] : []))

/** Those that could not be simulated, each with the reason. */
export const missingRows = ({ rows }: WhatIf): readonly Exclude<WhatIfRow, SimulatedRow>[] =>
  rows.flatMap(row => (row.kind === 'simulated' ? [] : [row]))

/** The simulated rows by the median of a figure, or by their names' order where the policy is sorted by. */
export const sortedRows = (whatIf: WhatIf, sort: Sort): readonly SimulatedRow[] => {
  const rows = simulatedRows(whatIf)
  const column = whatIfColumns.find(({ id }) => id === sort.column)
  const direction = sort.descending ? -1 : 1
  if (!column) return sort.descending ? rows.toReversed() : rows
  const key = ({ figures }: SimulatedRow): number => figures[column.id].median
  return [...rows].sort((a, b) => direction * (key(a) - key(b)))
}

const unitOf = (words: string): string => / \D+$/.exec(words)?.[0] ?? ''

/** The range over the runs, a unit that both ends have told once; null where all runs read alike. */
export const rangeWords = ({ low, high }: Spread, format: (value: number) => string): string | null => {
  const [from, to] = [format(low), format(high)]
  if (from === to) return null
  const unit = unitOf(from)
  return `${unit === unitOf(to) ? from.slice(0, from.length - unit.length) : from} to ${to}`
}

/** Whether the threshold for unavailability was kept, in a word or two. */
export const slaWords = (row: SimulatedRow): string => {
  const { runs, slaViolations, aborted } = row
  if (aborted === runs) return 'given up'
  if (slaViolations === 0) return 'kept'
  return slaViolations === runs ? 'broken' : `broken in ${slaViolations} of ${runs}`
}

export const measuredSlaWords = ({ slaViolated }: MeasuredRun): string =>
  slaViolated === null ? 'not told' : slaViolated ? 'broken' : 'kept'
