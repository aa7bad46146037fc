/** Aborts at the first signal to end. */
export const interruption = (): AbortSignal => {
  const interrupted = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.once(signal, () => interrupted.abort())
  return interrupted.signal
}

const AN_HOUR_MS = 3_600_000

/** Resolves when `signal` aborts, and keeps the process running until then: neither signals nor promises do. */
export const untilAborted = (signal: AbortSignal): Promise<void> =>
  new Promise(resolve => {
    if (signal.aborted) return resolve()
    const running = setInterval(() => {}, AN_HOUR_MS)
    signal.addEventListener('abort', () => {
      clearInterval(running)
      resolve()
    })
  })
