/** State that streams follow: each reader gets the present state first, then the latest after every change. */
export class Topic {
  #waiting: (() => void)[] = []
  #version = 0

  changed(): void {
    this.#version++
    for (const wake of this.#waiting.splice(0)) wake()
  }

  async *follow<T>(snapshot: (isFirst: boolean) => T, signal: AbortSignal): AsyncGenerator<T> {
    let seen = this.#version
    yield snapshot(true)
    while (!signal.aborted) {
      if (seen === this.#version) {
        await new Promise<void>(resolve => {
          this.#waiting.push(resolve)
          signal.addEventListener('abort', () => resolve(), { once: true })
        })
        continue
      }
      seen = this.#version
      yield snapshot(false)
    }
  }
}
