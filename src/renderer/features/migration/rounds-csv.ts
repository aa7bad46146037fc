import type { Migration } from '../../../shared/model/migration.ts'
import { PAGE_BYTES } from '../../../shared/units.ts'

const columns = [
  'round',
  'live',
  'start_ms',
  'duration_ms',
  'sent_pages',
  'dirtied_pages',
  'bandwidth_bytes_per_second',
  'dirty_bytes_per_second',
  'dirty_ratio',
] as const

/** The whole rounds of a migration as CSV (RFC 4180); `start_ms` counts from the migration's start. */
export const roundsCsv = ({ rounds, startedAtMs }: Migration): string => {
  const lines = rounds.map(round => {
    const dirtyRate = round.ms > 0 ? (round.dirtiedPages * PAGE_BYTES * 1000) / round.ms : 0
    const bandwidth = round.bandwidthBytesPerSecond
    return [
      round.index,
      round.live ? 1 : 0,
      round.startedAtMs - startedAtMs,
      round.ms,
      round.sentPages,
      round.dirtiedPages,
      Math.round(bandwidth),
      Math.round(dirtyRate),
      bandwidth > 0 ? (dirtyRate / bandwidth).toFixed(4) : '',
    ].join(',')
  })
  return [columns.join(','), ...lines, ''].join('\r\n')
}
