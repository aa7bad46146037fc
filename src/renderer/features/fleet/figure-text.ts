import type { Risk } from '../../../shared/contract/fleet.ts'
import type { Forecast } from '../../../shared/model/forecast.ts'
import { HELD_MS, type Measure } from '../../../shared/model/measure.ts'
import { GIB, pageRateInMib, threeFigures } from '../../../shared/units.ts'

/** A figure as it is shown: its text, and a sentence on where it comes from. */
export interface FigureText {
  readonly text: string
  readonly title: string
  /** The text's two halves: the figure, and the age behind it where it is held, else ''. */
  readonly figure: string
  readonly age: string
}

const nothing = (title: string): FigureText => ({ text: '-', title, figure: '-', age: '' })

/** A measure as text: `~` before what is estimated, the age after what is held, `-` for what cannot be had. */
export const measureText = (measure: Measure | undefined, show: (value: number) => string): FigureText => {
  if (!measure) return nothing('No reading has arrived yet.')
  if (measure.origin === 'unavailable')
    return nothing('Unavailable: the host does not report it, so nothing is computed from it.')
  const mark = measure.origin === 'estimated' ? '~' : ''
  const seconds = Math.round(measure.ageMs / 1000)
  const isHeld = measure.ageMs >= HELD_MS
  const origin = measure.origin === 'estimated' ? 'Estimated from other figures' : 'Measured'
  const error = measure.origin === 'estimated' ? errorSentence(measure.errorRatio) : ''
  const figure = `${mark}${show(measure.value)}`
  const age = isHeld ? ` (${seconds} s)` : ''
  return {
    figure,
    age,
    text: `${figure}${age}`,
    title: `${isHeld ? `${origin} ${seconds} s ago and held since.` : `${origin}.`}${error}`,
  }
}

const errorSentence = (ratio: number | undefined): string =>
  ratio === undefined
    ? ' How far off it may be is not known.'
    : ` Half of such estimates were within ${Math.round(ratio * 100)}% of what was then measured.`

/** A rate in pages/s as MiB/s without its unit. */
export const mibText = (pagesPerSecond: number): string => threeFigures(pageRateInMib(pagesPerSecond))

/** Memory in GiB without its unit; below one, hundredths are enough. */
export const gibText = (bytes: number): string =>
  bytes < GIB ? (bytes / GIB).toFixed(2) : threeFigures(bytes / GIB)

/** A ratio in percent, without its sign. */
export const percentText = (ratio: number): string => Math.round(ratio * 100).toString()

/** What the dirty rate is expected to be a minute from now (the forecast's point nearest to that), pages/s. */
export const inOneMinute = (
  forecast: Forecast | undefined,
): { readonly rate: number; readonly aheadMs: number } | undefined => {
  let best: { rate: number; aheadMs: number } | undefined
  for (const point of forecast?.points ?? []) {
    if (best && Math.abs(point.aheadMs - 60_000) >= Math.abs(best.aheadMs - 60_000)) continue
    best = { rate: point.dirtyPagesPerSecond, aheadMs: point.aheadMs }
  }
  return best
}

/** Which way a rate goes: a change below a fifth, or below 1 MiB/s, is no direction. */
export const directionOf = (now: number | undefined, then: number | undefined): 'up' | 'down' | 'level' => {
  if (now === undefined || then === undefined) return 'level'
  if (Math.abs(then - now) < Math.max(256, now * 0.2)) return 'level'
  return then > now ? 'up' : 'down'
}

export const riskWord: Readonly<Record<Risk['level'], string>> = {
  unknown: 'not known',
  none: 'low',
  watch: 'watch',
  high: 'HIGH',
}
