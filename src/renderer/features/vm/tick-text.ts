import { clockText, dateText } from '../../ui/clock-text.ts'
import type { Stretch } from './time-view.ts'

const HOUR_MS = 3_600_000

/** A moment on the time axis: as exact as the stretch in view asks for. */
export const tickText = (atMs: number, { fromMs, toMs }: Stretch): string => {
  const span = toMs - fromMs
  if (span <= 2 * HOUR_MS) return clockText(atMs)
  const minute = clockText(atMs).slice(0, 5)
  return span <= 20 * HOUR_MS ? minute : `${dateText(atMs).slice(5)} ${minute}`
}
