import { setImmediate as nextTurn } from 'node:timers/promises'
import { Failure } from '../../../shared/failure.ts'
import type { Clock } from '../../ports/clock.ts'
import type { Log } from '../../ports/log.ts'
import { RecordCache } from './record-cache.ts'
import { type EventBatch, eventBatch, type RecordClass, type XenEvent } from './records.ts'
import type { Lane, XenSession } from './session.ts'
import { isSilence, isXenError } from './xen-error.ts'

// XML-RPC reads 30 as an integer and refuses it; both wires get the same call.
const BLOCK_SECONDS = 30.1
/** Whoever asks for everything is told that there is nothing, where there is nothing. */
const WHOLE_SECONDS = 0.1
/** A server that is there answers at the latest when nothing happened; what is silent for longer is a dead connection. */
const CALL_TIMEOUT_MS = 45_000
/** The server batches for 50 ms; a server that does not block must not be asked faster than that. */
const PACE_MS = 50
/** About 10 ms of parsing (measured: 20 us a VM record). */
const SLICE_RECORDS = 500
/** What breaks again within that time is given up, for the connection's own back-off to deal with; a guess. */
const LEAST_MS_BETWEEN_BREAKS = 10_000
/** A server that lets us sign in and then knows nothing of the session is given up. */
const MOST_FAILURES = 5

interface Feed {
  readonly session: XenSession
  readonly clock: Clock
  readonly log: Log
  readonly classes: readonly RecordClass[]
  /** Called with the whole cache after every batch that held something, and with the generation its references are of. */
  readonly onChange: (cache: RecordCache, generation: number) => void
}

/** One event.from: what there is of `classes` for an empty token, else it blocks until something changed or 30 s have passed. */
export const askForEvents = async (
  lane: Pick<Lane, 'call'>,
  request: { classes: readonly string[]; token: string; signal: AbortSignal },
): Promise<EventBatch> => {
  const { classes, token, signal } = request
  const seconds = token === '' ? WHOLE_SECONDS : BLOCK_SECONDS
  const answer = await lane.call('event.from', [classes, token, seconds], {
    signal,
    timeoutMs: CALL_TIMEOUT_MS,
    // A connection that breaks while we wait is news by itself.
    once: true,
    thisSession: true,
  })
  const parsed = eventBatch.safeParse(answer)
  if (parsed.success) return parsed.data
  throw new Failure({
    code: 'not-xenapi',
    message: 'The server answered event.from, but not with events.',
    remedy: 'Check that the address is that of a XenServer or XCP-ng host.',
  })
}

/** Takes the events in, a slice at a time, so that the first ones of a big pool hold nobody up. */
const applyInSlices = async (cache: RecordCache, events: readonly XenEvent[]): Promise<number> => {
  let unreadable = 0
  for (let from = 0; from < events.length; from += SLICE_RECORDS) {
    if (from > 0) await nextTurn()
    unreadable += cache.apply(events.slice(from, from + SLICE_RECORDS)).unreadable
  }
  return unreadable
}

/** What broke so far, and whether asking for everything may help all the same. */
class Breaks {
  readonly #session: XenSession
  readonly #clock: Clock
  #silentAt = Number.NEGATIVE_INFINITY
  #inARow = 0

  constructor({ session, clock }: Feed) {
    this.#session = session
    this.#clock = clock
  }

  /** Something was answered. */
  over(): void {
    this.#inARow = 0
  }

  /** Signs in again where that is needed, at another host perhaps; throws `error`, or a graver one, where it is no use. */
  async mend(error: unknown, generation: number, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted()
    this.#inARow++
    if (this.#inARow > MOST_FAILURES) throw error
    if (isSilence(error)) {
      const silentAgain = this.#clock.now() - this.#silentAt < LEAST_MS_BETWEEN_BREAKS
      this.#silentAt = this.#clock.now()
      if (silentAgain) throw error
      await this.#session.recover(generation, signal)
    } else if (generation === this.#session.generation) {
      if (!isXenError(error, 'EVENT_FROM_TOKEN_PARSE_FAILURE')) throw error
    }
  }
}

/**
 * Follows the pool's records of some classes over a connection of its own until `signal` aborts or the connection is lost, which it
 * tells by throwing: a server that is silent and whose pool has no other master. An empty token asks for everything: at
 * the start, after a new sign-in, and when counts disagree.
 */
export const followRecords = async (feed: Feed, signal: AbortSignal): Promise<never> => {
  const { session, clock, log, classes, onChange } = feed
  const lane = session.lane()
  try {
    let cache = new RecordCache(classes)
    let token = ''
    let generation = session.generation
    const breaks = new Breaks(feed)
    for (;;) {
      // A token of an earlier sign-in would be waited on in vain.
      if (generation !== session.generation) token = ''
      generation = session.generation
      const askedAt = clock.now()
      const whole = token === ''
      let batch: EventBatch
      try {
        batch = await askForEvents(lane, { classes, token, signal })
      } catch (error) {
        await breaks.mend(error, generation, signal)
        log.info('the pool is read anew', { why: String(error) })
        token = ''
        continue
      }
      if (generation !== session.generation) continue
      breaks.over()
      if (whole) cache = new RecordCache(classes)
      const unreadable = await applyInSlices(cache, batch.events)
      signal.throwIfAborted()
      if (unreadable > 0) log.warn('records could not be read and are not shown', { unreadable })
      token = batch.token
      if (!cache.agreesWith(batch.valid_ref_counts)) {
        log.warn('the record counts of the server and ours differ', { whole })
        if (!whole) {
          token = ''
          continue
        }
      }
      if (whole || batch.events.length > 0) onChange(cache, generation)
      if (clock.now() - askedAt < PACE_MS) await clock.wait(PACE_MS, signal)
    }
  } finally {
    lane.close()
  }
}
