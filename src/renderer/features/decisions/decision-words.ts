import type { DecisionInput, DecisionKind } from '../../../shared/model/decision.ts'
import { threeFigures } from '../../../shared/units.ts'

/** What kind of decision it was, as the list says it. */
export const kindWords: Readonly<Record<DecisionKind, string>> = {
  trigger: 'trigger',
  destination: 'destination',
  round: 'round',
  operator: 'operator',
  outcome: 'outcome',
}

/** A figure that was looked at: its number and where it came from. */
export const inputText = ({ value }: DecisionInput): { readonly number: string; readonly origin: string } => {
  if (value.origin === 'unavailable') return { number: '-', origin: 'unavailable' }
  const seconds = Math.round(value.ageMs / 1000)
  return {
    number: threeFigures(value.value),
    origin: seconds > 0 ? `${value.origin} ${seconds} s before` : value.origin,
  }
}

/** Whether an input spoke for acting, in a word. */
export const firedWord = ({ value, limit, fired }: DecisionInput): string => {
  if (value.origin === 'unavailable') return 'cannot fire'
  if (limit === null) return fired ? 'fired' : '-'
  return fired ? 'fired' : 'did not fire'
}
