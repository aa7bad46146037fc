import { Failure, type FailureReport } from '../../shared/failure.ts'
import type { Operation, OperationKind } from '../../shared/model/operation.ts'
import type { Clock } from '../ports/clock.ts'
import { LiveMap } from './live-map.ts'

const KEPT = 200

/** The long work that main owns, as every window sees it. */
export class Operations {
  readonly states = new LiveMap<Operation>(KEPT, ({ state }) => state !== 'running')
  readonly #cancels = new Map<string, () => void>()
  readonly #clock: Clock

  constructor(clock: Clock) {
    this.#clock = clock
  }

  start(operation: { id: string; kind: OperationKind; title: string; cancel: () => void }): void {
    this.#cancels.set(operation.id, operation.cancel)
    this.states.set(operation.id, {
      id: operation.id,
      kind: operation.kind,
      title: operation.title,
      startedAtMs: this.#clock.now(),
      endedAtMs: null,
      state: 'running',
      progress: 0,
      remainingMs: null,
      cancellable: true,
      failure: null,
    })
  }

  /** Progress never goes back. */
  progress(id: string, now: { progress: number; remainingMs: number | null; cancellable: boolean }): void {
    const operation = this.states.get(id)
    if (operation?.state !== 'running') return
    this.states.set(id, { ...operation, ...now, progress: Math.max(operation.progress, now.progress) })
  }

  end(id: string, state: Exclude<Operation['state'], 'running'>, failure: FailureReport | null = null): void {
    const operation = this.states.get(id)
    if (operation?.state !== 'running') return
    this.#cancels.delete(id)
    this.states.set(id, {
      ...operation,
      state,
      failure,
      endedAtMs: this.#clock.now(),
      progress: state === 'succeeded' ? 1 : operation.progress,
      remainingMs: null,
      cancellable: false,
    })
  }

  cancel(id: string): void {
    const operation = this.states.get(id)
    if (!operation) {
      throw new Failure({
        code: 'not-found',
        message: 'There is no such operation.',
        remedy: 'It may have ended long ago.',
      })
    }
    if (!operation.cancellable) {
      throw new Failure({
        code: 'conflict',
        message: `${operation.title} can no longer be cancelled.`,
        remedy: 'Wait for it to end.',
      })
    }
    this.#cancels.get(id)?.()
  }
}
