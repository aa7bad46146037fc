import { assertNever } from '../../../shared/failure.ts'
import type { ControlWord } from '../../../shared/model/migration-command.ts'
import { canBeTold } from './can-be-told.ts'
import type { Ending, EngineState } from './engine-state.ts'
import { control, type EngineContext, type EngineStep, enter, stay, withLedger } from './engine-step.ts'
import type { PolicyAction, PolicyDecision } from './policy.ts'
import { predictAfterRound } from './remaining.ts'
import { migrationOf } from './told-migration.ts'

const wordOf = (action: PolicyAction): ControlWord => (action === 'abort' ? 'cancel' : action)

const endingOf = (
  action: PolicyAction,
  { atMs, afterRound, reasons }: Omit<Ending, 'kind'>,
): Ending | null => {
  switch (action) {
    case 'switch':
      return { kind: 'post-copy', atMs, afterRound, reasons }
    case 'stop-and-copy':
      return { kind: 'stop-and-copy', atMs, afterRound, reasons }
    case 'continue':
    case 'abort':
      return null
    default:
      return assertNever(action)
  }
}

const commandsOf = (decision: PolicyDecision, round: number, { capabilities }: EngineContext) => {
  const wanted = [...(decision.adjustments ?? []), { kind: wordOf(decision.action) }]
  const told = wanted.filter(({ kind }) => canBeTold(kind, capabilities))
  return [{ kind: 'decided' as const, round, decision }, ...told.map(control)]
}

/** Predicts, and asks the policy how to go on, unless that is settled or the host does not listen. */
export const afterLiveRound = (state: EngineState, context: EngineContext): EngineStep => {
  const round = state.ledger.rounds.at(-1)
  if (!round) return stay(state)
  const predicted = withLedger(state, { predictions: predictAfterRound(state, context) })
  const { stage } = predicted
  if (stage.phase !== 'pre-copy' || stage.requested || !canBeTold('continue', context.capabilities))
    return stay(predicted)
  const decision = context.policy.afterRound({ ...context, migration: migrationOf(predicted), round })
  const atMs = round.startedAtMs + round.ms
  const announced = endingOf(decision.action, { atMs, afterRound: round.index, reasons: decision.reasons })
  const requested = decision.action === 'abort' ? 'cancel' : stage.requested
  return stay(
    enter(predicted, { ...stage, announced, requested }),
    commandsOf(decision, round.index, context),
  )
}
