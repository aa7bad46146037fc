import type { Threshold } from '../../../shared/model/threshold.ts'

/** A threshold that nobody has changed. */
export const threshold = (
  value: number,
  unit: string,
  [min, max]: readonly [number, number],
  source: string,
): Threshold => ({
  value,
  unit,
  min,
  max,
  default: value,
  origin: 'default',
  source,
})
