import { Failure } from '../../shared/failure.ts'
import type { AutomationLevel } from '../../shared/model/connection.ts'
import type { DecisionInput } from '../../shared/model/decision.ts'
import { type Measure, numberOf } from '../../shared/model/measure.ts'
import { estimateWords } from '../core/decision/estimate-words.ts'

export const DESTINATIONS_TIMEOUT_MS = 10_000

/** Why a level lets nothing be done by itself; null where it does. */
export const restraintOf = (level: AutomationLevel): string | null => {
  switch (level) {
    case 'observe':
      return 'This connection is only observed.'
    case 'advise':
      return 'This connection is at level advise: migrate it by hand, or raise the level.'
    case 'approve':
      return 'This connection is at level approve: open the VM and press Migrate.'
    case 'automatic':
      return null
  }
}

/** A guess moves nothing: where no dirty rate was measured only a host's CPU lets us act by ourselves. */
export const restraintByBasis = (inputs: readonly DecisionInput[], dirty: Measure): string | null => {
  const isMeasured = dirty.origin === 'measured'
  const byCpu = inputs.some(input => input.fired && input.unit === 'ratio')
  return isMeasured || byCpu
    ? null
    : 'It rests on an estimate, and an estimate alone moves nothing by itself.'
}

/** Why an order came to nothing. */
export const reasonOf = (error: unknown): string => {
  if (error instanceof Failure) return error.message
  const isLate = error instanceof Error && error.name === 'TimeoutError'
  return isLate
    ? `The pool did not say within ${DESTINATIONS_TIMEOUT_MS / 1000} s which hosts could take it.`
    : 'Longshore met an error of its own, which is in the log.'
}

/** The figures that fired, a sentence each. */
export const triggerReasons = (inputs: readonly DecisionInput[], seconds: number): readonly string[] =>
  inputs
    .filter(input => input.fired && input.value.origin !== 'unavailable' && input.limit !== null)
    .map(input => {
      const share = Math.round(((numberOf(input.value) ?? 0) / (input.limit || 1)) * 100)
      return `${capitalised(input.name)} is at ${share}% of its threshold; the trigger has held for ${seconds} s.`
    })

/** What the dirty rates that fired rest on, where that is no reading. */
export const basisReasons = (inputs: readonly DecisionInput[], dirty: Measure): readonly string[] =>
  dirty.origin === 'estimated' && inputs.some(input => input.fired && input.unit === 'pages/s')
    ? [`No reading says so: the VM's dirty rate is ${estimateWords(dirty)}.`]
    : []

/** How a migration that was triggered by these is expected to go. */
export const modeReason = (inputs: readonly DecisionInput[]): string =>
  inputs.some(input => input.fired && input.unit === 'pages/s')
    ? 'Hybrid: pre-copy alone would not converge at this dirty rate, a switch to post-copy is expected.'
    : 'Pre-copy is expected to converge by itself.'

const capitalised = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)
