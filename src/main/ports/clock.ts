/** Time as the services see it. */
export interface Clock {
  /** Wall-clock ms since the epoch. */
  now(): number
  /** Runs `task` every `ms` until the returned stop is called. */
  every(ms: number, task: () => void): () => void
  /** Resolves after `ms`; rejects with the signal's reason when it aborts first. */
  wait(ms: number, signal: AbortSignal): Promise<void>
}
