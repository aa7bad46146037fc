/** Wakes everybody who waits; nobody waiting, nothing happens. */
export class Bell {
  readonly #waiting = new Set<() => void>()

  ring(): void {
    for (const wake of [...this.#waiting]) wake()
  }

  /** Resolves at the next ring; throws when `signal` aborts first. */
  async wait(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted()
    let wake = (): void => undefined
    await new Promise<void>(resolve => {
      wake = resolve
      this.#waiting.add(wake)
      signal.addEventListener('abort', wake, { once: true })
    })
    this.#waiting.delete(wake)
    signal.removeEventListener('abort', wake)
    signal.throwIfAborted()
  }
}
