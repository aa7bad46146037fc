import type { HeatFigure } from '../../../shared/contract/pool.ts'
import { formatLoad, formatRatio, pageRateInMib, threeFigures } from '../../../shared/units.ts'

/** What a figure's colours stand for, the same at all times so that one day can be held against another. */
export interface HeatScale {
  readonly figure: HeatFigure
  readonly word: string
  /** Where a value stands between the first and the last colour, 0..1; NaN stays NaN. */
  readonly shareOf: (value: number) => number
  readonly textOf: (value: number) => string
  /** Values to write under the colours, and what the last of them means. */
  readonly stops: readonly number[]
  readonly lastMeans: string
}

/** Doublings of a load index from idle to the limit of 16. */
const LOAD_DOUBLINGS = 4

const mibText = (pagesPerSecond: number): string => `${threeFigures(pageRateInMib(pagesPerSecond))} MiB/s`

/** `theta` is the dirty rate that starts a migration, half of what the link carries; pages/s. */
export const heatScale = (figure: HeatFigure, by: 'hosts' | 'vms', theta: number): HeatScale => {
  switch (figure) {
    case 'load':
      return {
        figure,
        word: 'load index',
        shareOf: value => Math.log2(value) / LOAD_DOUBLINGS,
        textOf: formatLoad,
        stops: [1, 2, 4, 8, 16],
        lastMeans: 'and more',
      }
    case 'cpu':
      return {
        figure,
        word: 'CPU',
        shareOf: value => value,
        textOf: formatRatio,
        stops: [0, 0.25, 0.5, 0.75, 1],
        lastMeans: '',
      }
    case 'dirty': {
      const most = by === 'hosts' ? 2 * theta : theta
      return {
        figure,
        word: by === 'hosts' ? 'dirty rate of its VMs' : 'dirty rate',
        // By its root, so that the many quiet guests differ too.
        shareOf: value => Math.sqrt(value / most),
        textOf: mibText,
        stops: [0, most / 16, most / 4, (most * 9) / 16, most],
        lastMeans: by === 'hosts' ? '(two theta) and more' : '(theta) and more',
      }
    }
    case 'risk':
      return {
        figure,
        word: by === 'hosts' ? 'CPU over its trigger' : 'dirty rate over theta',
        shareOf: value => value,
        textOf: threeFigures,
        stops: [0, 0.25, 0.5, 0.75, 1],
        lastMeans: '(trouble) and more',
      }
  }
}
