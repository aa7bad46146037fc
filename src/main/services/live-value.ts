/** One watched value. A watcher gets the present value first, then the latest whenever it changed. */
export class LiveValue<V> {
  #value: V
  readonly #watchers = new Set<() => void>()

  constructor(value: V) {
    this.#value = value
  }

  get value(): V {
    return this.#value
  }

  set(value: V): void {
    this.#value = value
    for (const tell of this.#watchers) tell()
  }

  /** The present value, then the latest after each change, until `signal` aborts. */
  async *watch(signal: AbortSignal): AsyncGenerator<V> {
    let isNew = true
    let wake: (() => void) | undefined
    const tell = () => {
      isNew = true
      wake?.()
    }
    const stop = () => wake?.()
    this.#watchers.add(tell)
    signal.addEventListener('abort', stop)
    try {
      while (!signal.aborted) {
        if (!isNew) {
          await new Promise<void>(resolve => {
            wake = resolve
          })
          continue
        }
        isNew = false
        yield this.#value
      }
    } finally {
      this.#watchers.delete(tell)
      signal.removeEventListener('abort', stop)
    }
  }
}
