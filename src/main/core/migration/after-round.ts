import { assertNever } from '../../../shared/failure.ts'
import type { MigrationPrediction } from '../../../shared/model/migration.ts'
import type { ControlWord } from '../../../shared/model/migration-command.ts'
import { canBeTold } from './can-be-told.ts'
import type { Ending, EngineState, Stage } from './engine-state.ts'
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

interface Verdict {
  readonly decision: PolicyDecision
  readonly round: number
  readonly atMs: number
  readonly context: EngineContext
}

const follow = (
  state: EngineState,
  stage: Extract<Stage, { readonly phase: 'pre-copy' }>,
  { decision, round, atMs, context }: Verdict,
): EngineStep => {
  const announced = endingOf(decision.action, { atMs, afterRound: round, reasons: decision.reasons })
  const requested = decision.action === 'abort' ? 'cancel' : stage.requested
  return stay(enter(state, { ...stage, announced, requested }), commandsOf(decision, round, context))
}

/** The state with one prediction more; it takes the place of what was expected after the same round. */
const withPrediction = (state: EngineState, prediction: MigrationPrediction): EngineState =>
  withLedger(state, {
    predictions: [
      ...state.ledger.predictions.filter(({ afterRound }) => afterRound !== prediction.afterRound),
      prediction,
    ],
  })

/** Predicts, and asks the policy how to go on, unless that is settled or the host does not listen. */
export const afterLiveRound = (state: EngineState, context: EngineContext): EngineStep => {
  const round = state.ledger.rounds.at(-1)
  if (!round) return stay(state)
  const { stage, ledger } = state
  if (stage.phase !== 'pre-copy' || stage.requested || !canBeTold('continue', context.capabilities)) {
    // What was expected when the round was cut short is known by the policy alone.
    const isPredicted = ledger.predictions.some(({ afterRound }) => afterRound === round.index)
    return stay(isPredicted ? state : withPrediction(state, predictAfterRound(state, round, context)))
  }
  const atMs = round.startedAtMs + round.ms
  const decision = context.policy.afterRound({
    ...context,
    migration: migrationOf(state),
    nowMs: atMs,
    round,
  })
  const prediction = decision.prediction
    ? { afterRound: round.index, ...decision.prediction }
    : predictAfterRound(state, round, context)
  return follow(withPrediction(state, prediction), stage, { decision, round: round.index, atMs, context })
}

/** Asks a policy that looks at rounds under way; what it has to say is kept only when it is more than to go on. */
export const duringRound = (state: EngineState, atMs: number, context: EngineContext): EngineStep => {
  const { stage, ledger } = state
  const { policy, capabilities } = context
  if (stage.phase !== 'pre-copy' || stage.requested || stage.announced || policy.duringRound === undefined)
    return stay(state)
  if (!canBeTold('stop-and-copy', capabilities)) return stay(state)
  const decision = policy.duringRound({ ...context, migration: migrationOf(state), nowMs: atMs })
  if (decision === null) return stay(state)
  if (decision.action === 'continue' && (decision.adjustments ?? []).length === 0) return stay(state)
  const round = stage.current?.round ?? ledger.rounds.length + 1
  const predicted =
    decision.action === 'continue' || decision.prediction === undefined
      ? state
      : withPrediction(state, {
          afterRound: stage.current?.round ?? ledger.rounds.length,
          ...decision.prediction,
        })
  return follow(predicted, stage, { decision, round, atMs, context })
}
