import { type Crowd, crowdBefore, type Move, type MoveLimits } from '../core/migration/room-for-move.ts'

interface Waiting {
  readonly move: Move
  readonly onCrowd: (crowd: Crowd) => void
  readonly go: () => void
}

/** Lets only so many moves run at once on a host and on a link; the others wait, and go in the order they came. */
export class MoveQueue {
  readonly #limits: () => MoveLimits
  readonly #underWay = new Map<string, Move>()
  #waiting: readonly Waiting[] = []

  /** `limits` is asked each time: they may change. */
  constructor(limits: () => MoveLimits) {
    this.#limits = limits
  }

  /** Takes a place for a move that runs already, room or not. */
  occupy(move: Move): void {
    this.#underWay.set(move.id, move)
  }

  /** Resolves when the move has its place, or when `signal` aborts and it has none; `onCrowd` hears what it waits for. */
  async enter(move: Move, onCrowd: (crowd: Crowd) => void, signal: AbortSignal): Promise<void> {
    if (signal.aborted) return
    const { promise, resolve: go } = Promise.withResolvers<void>()
    const waiting = { move, onCrowd, go }
    const giveUp = () => {
      this.#waiting = this.#waiting.filter(other => other !== waiting)
      go()
    }
    signal.addEventListener('abort', giveUp, { once: true })
    this.#waiting = [...this.#waiting, waiting]
    this.#admit()
    await promise
    signal.removeEventListener('abort', giveUp)
  }

  /** Gives a place back; of a move that has none nothing happens. */
  leave(id: string): void {
    if (this.#underWay.delete(id)) this.#admit()
  }

  #admit(): void {
    for (const waiting of this.#waiting) {
      const crowd = crowdBefore(waiting.move, [...this.#underWay.values()], this.#limits())
      if (crowd) {
        waiting.onCrowd(crowd)
        continue
      }
      this.#waiting = this.#waiting.filter(other => other !== waiting)
      this.occupy(waiting.move)
      waiting.go()
    }
  }
}
