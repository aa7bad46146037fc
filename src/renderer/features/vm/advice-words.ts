import type { Advice, PredictedFigure } from '../../../shared/model/advice.ts'
import { formatBytes, formatDuration } from '../../../shared/units.ts'
import { clockText } from '../../ui/clock-text.ts'

const modes: Readonly<Record<Advice['mode'], string>> = {
  'pre-copy': 'pre-copy',
  hybrid: 'hybrid: pre-copy, then a switch to post-copy',
  xen: "Xen's own pre-copy",
}

/** The recommendation in one line. */
export const adviceTitle = ({ action, destination, startAtMs, obstacle }: Advice): string => {
  const to = destination ? ` to ${destination.name}` : ''
  switch (action) {
    case 'migrate':
      return `Migrate${to} ${startAtMs === null ? 'now' : `at ${clockText(startAtMs)}`}`
    case 'stay':
      return 'Leave it where it is'
    case 'unknown':
      return 'No advice: its dirty rate is not known'
    case 'blocked':
      return `Not now: ${obstacle ?? 'the reason is not known'}`
  }
}

/** How a migration would go. */
export const modeWords = ({ action, mode, destination }: Advice): string =>
  action === 'stay' && destination ? `If it moved now, to ${destination.name}: ${modes[mode]}` : modes[mode]

/** A figure with its range, such as `9.80 s (8.10 s to 13.0 s)`. */
export const rangeText = ({ value, low, high }: PredictedFigure, text: (value: number) => string): string =>
  low === null || high === null || text(low) === text(high)
    ? text(value)
    : `${text(value)} (${text(low)} to ${text(high)})`

/** What is expected of the migration: names and figures. */
export const outcomeRows = ({ outcome }: Advice): readonly (readonly [name: string, figure: string])[] =>
  outcome
    ? [
        ['total', rangeText(outcome.totalMs, formatDuration)],
        ['pause', rangeText(outcome.downtimeMs, formatDuration)],
        ['to send', rangeText(outcome.bytesSent, formatBytes)],
      ]
    : []

export const hasSpread = ({ outcome }: Advice): boolean => outcome !== null && outcome.totalMs.low !== null

/** Whether Longshore would do it without being asked. */
export const byItselfWords = ({ action, restraint }: Advice): string => {
  if (action === 'blocked') return 'Longshore does not move it by itself now.'
  return restraint
    ? `Not by itself: ${restraint}`
    : 'By itself: Longshore moves it when its trigger has held for its time.'
}
