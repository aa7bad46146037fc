import type { FleetColumn } from '../../state/index.ts'

export interface Column {
  readonly id: FleetColumn
  readonly word: string
  /** Shown small beside the word; also what the numbers below are in. */
  readonly unit: string
  readonly title: string
  /** Its share of the width until the operator sets one. */
  readonly track: string
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
    track: 'minmax(168px, 2.2fr)',
    isNumeric: false,
    isSortable: true,
  },
  {
    id: 'state',
    word: 'state',
    unit: '',
    title: 'Power state, or the migration under way',
    track: 'minmax(80px, .9fr)',
    isNumeric: false,
    isSortable: true,
  },
  {
    id: 'host',
    word: 'host',
    unit: '',
    title: 'Host it runs on',
    track: 'minmax(72px, .9fr)',
    isNumeric: false,
    isSortable: true,
  },
  {
    id: 'cpu',
    word: 'cpu',
    unit: '%',
    title: 'CPU use over all its CPUs',
    track: 'minmax(52px, .4fr)',
    isNumeric: true,
    isSortable: true,
  },
  {
    id: 'memory',
    word: 'mem',
    unit: 'GiB',
    title: 'Memory in use',
    track: 'minmax(68px, .5fr)',
    isNumeric: true,
    isSortable: true,
  },
  {
    id: 'dirty',
    word: 'dirty now → +60 s',
    unit: 'MiB/s',
    title:
      'Dirty rate now and as forecast in 60 s; ~ is estimated, (s) is the age of a held reading, - is unavailable',
    track: 'minmax(176px, 1.3fr)',
    isNumeric: true,
    isSortable: true,
  },
  {
    id: 'theta',
    word: 'theta',
    unit: 'MiB/s',
    title: 'Dirty rate that starts a migration',
    track: 'minmax(84px, .5fr)',
    isNumeric: true,
    isSortable: true,
  },
  {
    id: 'risk',
    word: 'risk',
    unit: '',
    title: 'Whether a migration would soon no longer go well, and when',
    track: 'minmax(120px, 1fr)',
    isNumeric: false,
    isSortable: true,
  },
  {
    id: 'trend',
    word: 'trend',
    unit: '10 min',
    title: 'Dirty rate over the last 10 min of pool time; the dotted line is theta',
    track: 'minmax(96px, 2fr)',
    isNumeric: false,
    isSortable: false,
  },
]

/** The grid template of the columns that are shown; a width the operator set replaces the column's share. */
export const gridTemplate = (shown: readonly Column[], widths: Readonly<Record<string, number>>): string =>
  shown.map(({ id, track }) => (widths[id] === undefined ? track : `${widths[id]}px`)).join(' ')
