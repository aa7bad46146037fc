import type { FleetColumn } from '../../state/index.ts'

export interface Column {
  readonly id: FleetColumn
  readonly word: string
  /** Shown small beside the word; also what the numbers below are in. */
  readonly unit: string
  readonly title: string
  readonly minPx: number
  /** Its share of what is left of the width, until the operator sets one. */
  readonly share: number
  readonly isNumeric: boolean
  readonly isSortable: boolean
}

/** The columns from left to right. */
export const columns: readonly Column[] = [
  {
    id: 'name',
    word: 'name',
    unit: '',
    title: 'Pool, host or VM',
    minPx: 148,
    share: 2.2,
    isNumeric: false,
    isSortable: true,
  },
  {
    id: 'state',
    word: 'state',
    unit: '',
    title: 'Power state, or the migration under way',
    minPx: 88,
    share: 0.9,
    isNumeric: false,
    isSortable: true,
  },
  {
    id: 'host',
    word: 'host',
    unit: '',
    title: 'Host it runs on',
    minPx: 68,
    share: 0.9,
    isNumeric: false,
    isSortable: true,
  },
  {
    id: 'load',
    word: 'load',
    unit: '',
    title:
      'Load index of hosts: 1 idle, 16 with CPU, memory, disk and network at 50 % each; a pool shows its highest',
    minPx: 48,
    share: 0.6,
    isNumeric: true,
    isSortable: false,
  },
  {
    id: 'cpu',
    word: 'cpu',
    unit: '%',
    title: 'CPU use over all its CPUs',
    minPx: 52,
    share: 0.9,
    isNumeric: true,
    isSortable: true,
  },
  {
    id: 'memory',
    word: 'mem',
    unit: 'GiB',
    title: 'Memory in use',
    minPx: 64,
    share: 0.95,
    isNumeric: true,
    isSortable: true,
  },
  {
    id: 'dirty',
    word: 'dirty → +60 s',
    unit: 'MiB/s',
    title:
      'Dirty rate now and as forecast in 60 s; ~ is estimated, (s) is the age of a held reading, - is unavailable',
    minPx: 178,
    share: 1.3,
    isNumeric: true,
    isSortable: true,
  },
  {
    id: 'theta',
    word: 'theta',
    unit: 'MiB/s',
    title: 'Dirty rate that starts a migration',
    minPx: 84,
    share: 0.5,
    isNumeric: true,
    isSortable: true,
  },
  {
    id: 'risk',
    word: 'risk',
    unit: '',
    title: 'Whether a migration would soon no longer go well, and when',
    minPx: 180,
    share: 1,
    isNumeric: false,
    isSortable: true,
  },
  {
    id: 'trend',
    word: 'trend',
    unit: '10 min',
    title: 'Dirty rate over the last 10 min of pool time; the dotted line is theta',
    minPx: 82,
    share: 2,
    isNumeric: false,
    isSortable: false,
  },
]

/** The grid of the columns that are shown; a width the operator set replaces the column's share. */
export const columnGrid = (
  shown: readonly Column[],
  widths: Readonly<Record<string, number>>,
): { readonly template: string; readonly minPx: number } => ({
  template: shown
    .map(({ id, minPx, share }) =>
      widths[id] === undefined ? `minmax(${minPx}px, ${share}fr)` : `${widths[id]}px`,
    )
    .join(' '),
  minPx: shown.reduce((sum, { id, minPx }) => sum + (widths[id] ?? minPx), 0),
})
