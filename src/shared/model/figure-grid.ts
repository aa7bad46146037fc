/** A figure of hosts or VMs over time. `load` is S3's load index, `dirty` the dirty rate in pages/s. */
export const gridFigures = ['load', 'cpu', 'dirty'] as const
export type GridFigure = (typeof gridFigures)[number]

/** One series of samples and what its I/O is measured against in a load index; null leaves the I/O out. */
export interface GridSubject {
  readonly seriesId: string
  readonly ioCapacityBytesPerSecond: number | null
}

/** Means of one figure of many subjects over `columns` equal stretches of fromMs..toMs (pool time). */
export interface GridOrder {
  readonly subjects: readonly GridSubject[]
  readonly figure: GridFigure
  readonly fromMs: number
  readonly toMs: number
  readonly columns: number
}

/** What a host's samples are stored under, beside those of VMs under their ids. */
export const hostSeriesId = (hostId: string): string => `host ${hostId}`

export const isHostSeries = (seriesId: string): boolean => seriesId.startsWith('host ')
