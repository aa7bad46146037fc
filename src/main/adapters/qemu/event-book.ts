import { Failure } from '../../../shared/failure.ts'
import type { HostMigrationEvent } from '../../../shared/model/migration-event.ts'
import { Bell } from '../system/bell.ts'
import type { Unnumbered } from './migration-story.ts'

export type Ending = Extract<HostMigrationEvent, { kind: 'completed' | 'failed' | 'cancelled' }>

const notFollowed = (): Failure =>
  new Failure({
    code: 'closed',
    message: 'The migration is no longer followed: the connection to its hosts was closed here.',
    remedy: 'It goes on by itself; open the connection again to see it.',
  })

/** All that one migration has told, in order, for whoever comes whenever. */
export class EventBook {
  readonly #events: HostMigrationEvent[]
  readonly #onEvent: ((event: HostMigrationEvent) => void) | undefined
  readonly #added = new Bell()
  #isClosed = false

  /** `past` is what was told before; `onEvent` is called with each later event before anybody else hears of it. */
  constructor(
    past: readonly HostMigrationEvent[] = [],
    onEvent: ((event: HostMigrationEvent) => void) | undefined = undefined,
  ) {
    this.#events = [...past]
    this.#onEvent = onEvent
  }

  /** How it ended; null while it has not. */
  get ending(): Ending | null {
    const last = this.#events.at(-1)
    return last?.kind === 'completed' || last?.kind === 'failed' || last?.kind === 'cancelled' ? last : null
  }

  add(events: readonly Unnumbered[]): void {
    for (const event of events) {
      const numbered = { ...event, sequence: this.#events.length + 1 }
      this.#onEvent?.(numbered)
      this.#events.push(numbered)
    }
    if (events.length > 0) this.#added.ring()
  }

  /** Nobody adds anything any more. */
  close(): void {
    this.#isClosed = true
    this.#added.ring()
  }

  /** Who knows of more than was kept is told what comes, or how it ended, numbered after what is known there. */
  async *watch(afterSequence: number, signal: AbortSignal): AsyncGenerator<HostMigrationEvent> {
    const kept = this.#events.length
    const from = afterSequence <= kept ? afterSequence : this.ending === null ? kept : kept - 1
    const lost = afterSequence - from
    for (let index = from; ; ) {
      const event = this.#events[index]
      if (event !== undefined) {
        index++
        yield lost === 0 ? event : { ...event, sequence: event.sequence + lost }
      } else if (this.ending !== null) return
      else if (this.#isClosed) throw notFollowed()
      else await this.#added.wait(signal)
    }
  }
}
