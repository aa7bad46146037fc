import { assertNever } from '../../../shared/failure.ts'
import type {
  CommandKind,
  MigrationCommand,
  OperatorWord,
  PageOrder,
} from '../../../shared/model/migration-command.ts'
import { canBeTold } from './can-be-told.ts'
import { type EngineState, isRevocable } from './engine-state.ts'
import {
  control,
  type EngineContext,
  type EngineStep,
  enter,
  type OperatorCommand,
  stay,
  withLedger,
} from './engine-step.ts'

/** An operator's command goes to the host as long as the VM runs at the source; nothing overtakes a cancel. */
export const onOperator = (
  state: EngineState,
  command: OperatorCommand,
  { capabilities }: EngineContext,
): EngineStep => {
  const { stage } = state
  if (!isRevocable(stage) || stage.requested === 'cancel') return stay(state)
  if (!canBeTold(command.kind, capabilities)) return stay(state)
  if (command.kind === 'bandwidth') return stay(state, [control(command)])
  if (command.kind === 'switch' && stage.phase === 'switching') return stay(state)
  return stay(enter(state, { ...stage, requested: command.kind }), [control(command)])
}

/** What the host has taken is done, or will be at the end of its round. */
const onAccepted = (state: EngineState, command: MigrationCommand): EngineState => {
  const { stage } = state
  switch (command.kind) {
    case 'switch':
      return stage.phase === 'pre-copy' ? enter(state, { ...stage, phase: 'switching' }) : state
    case 'bandwidth':
      return {
        ...withLedger(state, { bandwidthLimitBytesPerSecond: command.bytesPerSecond }),
        boundedAtMs: state.heardAtMs,
      }
    case 'page-order':
      return withLedger(state, { orderedRegions: command.classes.length })
    case 'continue':
    case 'stop-and-copy':
    case 'cancel':
      return state
    case 'throttle':
      return withLedger(state, { guestSpeed: command.speed })
    case 'priority':
      return withLedger(state, { priorityShare: command.share })
    default:
      return assertNever(command)
  }
}

type Setting = Exclude<CommandKind, OperatorWord | 'continue'>

/** What only sets something for the rounds to come. */
const isSetting = (kind: CommandKind): kind is Setting =>
  kind === 'bandwidth' || kind === 'page-order' || kind === 'throttle' || kind === 'priority'

/** A refused command changes nothing at the host: what it announced is taken back. */
const onRefused = (state: EngineState, { kind }: MigrationCommand): EngineState => {
  const { stage } = state
  if (!isRevocable(stage) || kind === 'continue' || isSetting(kind)) return state
  if (stage.requested === kind) return enter(state, { ...stage, requested: null })
  const ending = kind === 'switch' ? 'post-copy' : kind
  return stage.phase === 'pre-copy' && stage.announced?.kind === ending
    ? enter(state, { ...stage, announced: null })
    : state
}

export const onAnswered = (state: EngineState, command: MigrationCommand, accepted: boolean): EngineState =>
  accepted ? onAccepted(state, command) : onRefused(state, command)

/** The host is given the order in which the policy wants pages of this heat, while it still sends rounds. */
export const orderPages = (
  state: EngineState,
  heat: PageOrder | null,
  { policy, capabilities }: EngineContext,
): EngineStep => {
  if (!heat || !policy.orderPages || !isRevocable(state.stage)) return stay(state)
  if (!canBeTold('page-order', capabilities)) return stay(state)
  return stay(state, [control({ kind: 'page-order', ...policy.orderPages(heat) })])
}
