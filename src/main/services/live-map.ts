/**
 * State that is watched: values by key, in insertion order. A watcher first gets every value, then those that changed
 * since it last looked, so that a slow one skips and never queues.
 */
export class LiveMap<V> {
  readonly #values = new Map<string, V>()
  readonly #watchers = new Set<(key: string) => void>()
  readonly #capacity: number
  readonly #mayDrop: (value: V) => boolean

  /** Beyond `capacity` the oldest value is dropped that may be. */
  constructor(capacity = Number.POSITIVE_INFINITY, mayDrop: (value: V) => boolean = () => true) {
    this.#capacity = capacity
    this.#mayDrop = mayDrop
  }

  get(key: string): V | undefined {
    return this.#values.get(key)
  }

  values(): readonly V[] {
    return [...this.#values.values()]
  }

  set(key: string, value: V): void {
    this.#values.set(key, value)
    if (this.#values.size > this.#capacity) {
      const oldest = [...this.#values].find(([, kept]) => this.#mayDrop(kept))
      if (oldest) this.#values.delete(oldest[0])
    }
    for (const tell of this.#watchers) tell(key)
  }

  /** The present values, then changed ones, until `signal` aborts. Removal is not told: nothing here is removed. */
  async *watch(signal: AbortSignal): AsyncGenerator<readonly V[]> {
    const changed = new Set<string>()
    let wake: (() => void) | undefined
    const tell = (key: string) => {
      changed.add(key)
      wake?.()
    }
    const stop = () => wake?.()
    this.#watchers.add(tell)
    signal.addEventListener('abort', stop)
    try {
      yield this.values()
      while (!signal.aborted) {
        if (changed.size === 0) {
          await new Promise<void>(resolve => {
            wake = resolve
          })
          continue
        }
        const keys = [...changed]
        changed.clear()
        yield keys.flatMap(key => this.#values.get(key) ?? [])
      }
    } finally {
      this.#watchers.delete(tell)
      signal.removeEventListener('abort', stop)
    }
  }
}
