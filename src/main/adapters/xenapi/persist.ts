import type { Clock } from '../../ports/clock.ts'
import { isSilence } from './xen-error.ts'

/** Half a minute in all: a master that restarts its toolstack is back by then. */
const DELAYS_MS = [500, 1000, 2000, 4000, 8000, 16_000] as const

/** Does `attempt`, again after a while when it failed for what may pass, at most for half a minute; then throws what it threw. */
export const persist = async <T>(
  attempt: () => Promise<T>,
  {
    clock,
    signal,
    mayPass = isSilence,
  }: { clock: Clock; signal: AbortSignal; mayPass?: (error: unknown) => boolean },
): Promise<T> => {
  for (const delayMs of DELAYS_MS) {
    try {
      return await attempt()
    } catch (error) {
      if (!mayPass(error)) throw error
      await clock.wait(delayMs, signal)
    }
  }
  return attempt()
}
