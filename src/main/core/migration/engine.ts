import { assertNever } from '../../../shared/failure.ts'
import type { HostMigrationEvent } from '../../../shared/model/migration-event.ts'
import { type EngineState, isOver, isRevocable } from './engine-state.ts'
import {
  type EngineContext,
  type EngineEvent,
  type EngineStep,
  end,
  enter,
  stay,
  withLedger,
} from './engine-step.ts'
import { onHostEvent } from './host-events.ts'
import { onAnswered, onOperator, orderPages } from './orders.ts'
import { remainderOf } from './remaining.ts'

const heard = (state: EngineState, { sequence, atMs }: HostMigrationEvent): EngineState => ({
  ...state,
  lastSequence: sequence,
  heardAtMs: Math.max(atMs, state.heardAtMs),
})

const onEvent = (state: EngineState, event: EngineEvent, context: EngineContext): EngineStep => {
  const { stage } = state
  switch (event.kind) {
    case 'host':
      return event.event.sequence <= state.lastSequence
        ? stay(state)
        : onHostEvent(heard(state, event.event), event.event, context)
    case 'operator':
      return onOperator(state, event.command, context)
    case 'answered':
      return stay(onAnswered(state, event.command, event.accepted))
    case 'heat':
      return orderPages(withLedger(state, { heat: event.heat }), event.order, context)
    case 'waiting':
      return stay(stage.phase === 'checks' ? enter(state, { ...stage, waitingFor: event.because }) : state)
    case 'ordered':
      return stay(isRevocable(stage) ? enter(state, { phase: 'reserve', requested: stage.requested }) : state)
    case 'withdrawn':
      return stay(end(state, { phase: 'cancelled', atMs: event.atMs }))
    case 'refused': {
      const failure = { reason: event.reason, vmRunsAt: 'source' } as const
      return stay(end(state, { phase: 'failed', atMs: event.atMs, failure }))
    }
    case 'lost': {
      const failure = { reason: event.reason, vmRunsAt: 'unknown' } as const
      return stay(end(state, { phase: 'failed', atMs: event.atMs, failure }))
    }
    case 'perished': {
      const failure = { reason: event.reason, vmRunsAt: 'nowhere' } as const
      return stay(end(state, { phase: 'failed', atMs: event.atMs, failure }))
    }
    case 'arrived':
      return stay(end(state, { phase: 'completed', atMs: event.atMs }))
    case 'silent':
      return stay({ ...state, recovering: state.recovering ?? { sinceMs: event.sinceMs } })
    case 'heard':
      return stay({ ...state, recovering: null })
    default:
      return assertNever(event)
  }
}

/**
 * One step of a migration: what an event makes of it, and what is to be done about it (S1 3.4). The host does the page
 * work; this only decides. Events out of order, doubled or after the end change nothing (docs/engine.md).
 */
export const stepMigration = (state: EngineState, event: EngineEvent, context: EngineContext): EngineStep => {
  if (isOver(state.stage)) return stay(state)
  const step = onEvent(state, event, context)
  if (step.state === state || isOver(step.state.stage)) return step
  const remaining = remainderOf(step.state, context)
  return { ...step, state: withLedger(step.state, { remaining }) }
}
