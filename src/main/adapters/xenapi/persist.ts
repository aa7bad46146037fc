import { Failure } from '../../../shared/failure.ts'
import type { Clock } from '../../ports/clock.ts'

/** Half a minute in all: a master that restarts its toolstack is back by then. */
const DELAYS_MS = [500, 1000, 2000, 4000, 8000, 16_000] as const

const isTransient = (error: unknown): boolean =>
  error instanceof Failure && (error.code === 'unreachable' || error.code === 'timeout')

/** Does `attempt`, again after a while when the network failed, at most for half a minute; then throws what it threw. */
export const persist = async <T>(
  attempt: () => Promise<T>,
  { clock, signal }: { clock: Clock; signal: AbortSignal },
): Promise<T> => {
  for (const delayMs of DELAYS_MS) {
    try {
      return await attempt()
    } catch (error) {
      if (!isTransient(error)) throw error
      await clock.wait(delayMs, signal)
    }
  }
  return attempt()
}
