import type { Migration } from '../../../shared/model/migration.ts'
import { formatBytes, formatDuration } from '../../../shared/units.ts'
import { tellsBytes } from './bytes-under-way.ts'

export interface PredictedActual {
  readonly name: string
  readonly first: string
  readonly last: string
  readonly actual: string
  /** Of the last prediction against the actual, such as `+4 %`; a dash where there is none. */
  readonly error: string
}

const relative = (predicted: number | undefined, actual: number | null): string => {
  if (predicted === undefined || actual === null || actual <= 0) return '-'
  const percent = Math.round(((predicted - actual) / actual) * 100)
  return `${percent > 0 ? '+' : ''}${percent} %`
}

/** Predicted against actual, one row a figure, for a migration that completed. */
export const predictedAgainstActual = (migration: Migration): readonly PredictedActual[] => {
  const [first, last] = [migration.predictions[0], migration.predictions.at(-1)]
  const totalMs = migration.endedAtMs === null ? null : migration.endedAtMs - migration.startedAtMs
  const sentBytes = tellsBytes(migration) ? migration.bytesSent : null
  const row = (
    name: string,
    pick: (prediction: Migration['predictions'][number]) => number,
    actual: number | null,
    format: (value: number) => string,
  ): PredictedActual => ({
    name,
    first: first ? format(pick(first)) : '-',
    last: last ? format(pick(last)) : '-',
    actual: actual === null ? '-' : format(actual),
    error: relative(last && pick(last), actual),
  })
  return [
    row('Total time', prediction => prediction.totalMs, totalMs, formatDuration),
    row('Pause', prediction => prediction.downtimeMs, migration.downtimeMs, formatDuration),
    row('Bytes sent', prediction => prediction.bytesSent, sentBytes, formatBytes),
  ]
}
