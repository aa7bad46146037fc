/** Resolves at the first of: `ms` over, the signal aborted (never rejects), or `subscribe`'s callback called. */
export const waitFor = (
  ms: number,
  signal: AbortSignal,
  subscribe?: (wake: () => void) => () => void,
): Promise<void> =>
  new Promise(resolve => {
    if (signal.aborted) {
      resolve()
      return
    }
    const done = () => {
      clearTimeout(timer)
      signal.removeEventListener('abort', done)
      unsubscribe?.()
      resolve()
    }
    const timer = setTimeout(done, ms)
    signal.addEventListener('abort', done)
    const unsubscribe = subscribe?.(done)
  })
