import type { z } from 'zod'
import { Failure, type FailureReport, isAbort } from '../failure.ts'
import type { AnyRequest, Contract, Handlers } from './contract.ts'
import type { Pipe } from './pipe.ts'

type AnyHandler = (input: unknown, signal: AbortSignal) => unknown

/** Settles as `work` does, or rejects with the signal's reason as soon as it aborts. */
const unlessAborted = <T>(signal: AbortSignal, work: Promise<T>): Promise<T> =>
  new Promise<T>((resolve, reject) => {
    const onAbort = () => reject(signal.reason)
    if (signal.aborted) onAbort()
    signal.addEventListener('abort', onAbort, { once: true })
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort))
  })

/** How many items the client is ready for; `take` waits until there is at least one. */
class Credit {
  #items = 0
  #waiting: (() => void) | undefined

  grant(): void {
    this.#items++
    this.#waiting?.()
  }

  async take(signal: AbortSignal): Promise<void> {
    if (this.#items === 0) {
      await unlessAborted(signal, new Promise<void>(resolve => (this.#waiting = resolve)))
      this.#waiting = undefined
    }
    this.#items--
  }
}

interface Running {
  readonly abort: AbortController
  readonly credit: Credit
}

const unknownMethod = (method: string) =>
  new Failure({
    code: 'unsupported',
    message: `There is no request named ${method}.`,
    remedy: 'Reload the window: it may be older than the application.',
  })

const invalidInput = (method: string, { issues }: z.ZodError) =>
  new Failure({
    code: 'invalid-input',
    message: `${method} was asked with bad input: ${issues
      .slice(0, 3)
      .map(({ path, message }) => `${path.join('.') || 'the whole'}: ${message}`)
      .join('; ')}.`,
    remedy: 'Correct the value named and try again.',
  })

const stoppedByUs = (method: string): FailureReport => ({
  code: 'closed',
  message: `Longshore stopped ${method} before it had finished.`,
  remedy: 'Try again; if Longshore is closing, start it first.',
})

/** A window has some dozens of requests under way; each costs memory here until it ends. */
export const MOST_RUNNING = 1000

const tooMany = (method: string): FailureReport => ({
  code: 'refused',
  message: `Longshore did not begin ${method}: this window has ${MOST_RUNNING} requests under way.`,
  remedy: 'Reload the window.',
})

/**
 * Serves `handlers` over `pipe` until it closes; a request dies with its pipe. Input is parsed before a
 * handler sees it. Unforeseen errors reach the client as `internal` with an incident id and `logBug` whole.
 */
export const serve = <C extends Contract>(
  pipe: Pipe,
  contract: C,
  { handlers, logBug }: { handlers: Handlers<C>; logBug: (incident: string, error: unknown) => void },
): void => {
  const running = new Map<number, Running>()

  const failureOf = (error: unknown, method: string): FailureReport => {
    if (error instanceof Failure) return error.report()
    if (isAbort(error)) return stoppedByUs(method)
    const incident = crypto.randomUUID().slice(0, 8)
    logBug(incident, error)
    return {
      code: 'internal',
      message: `Longshore met an error of its own in ${method} (incident ${incident}).`,
      remedy: 'Try again; if it comes back, report it with the incident number and the log.',
    }
  }

  const sendItems = async (id: number, items: AsyncIterable<unknown>, { abort, credit }: Running) => {
    const iterator = items[Symbol.asyncIterator]()
    try {
      for (;;) {
        await credit.take(abort.signal)
        const next = await unlessAborted(abort.signal, iterator.next())
        if (next.done) return
        pipe.send({ kind: 'item', id, value: next.value })
      }
    } finally {
      // Not awaited: a generator ends only when its own wait does, and the client need not wait for that.
      iterator.return?.().catch(error => isAbort(error) || failureOf(error, 'ending a stream'))
    }
  }

  const answer = async (id: number, method: string, input: unknown, request: Running): Promise<void> => {
    const known: AnyRequest | undefined = Object.hasOwn(contract, method) ? contract[method] : undefined
    if (!known) throw unknownMethod(method)
    const parsed = known.input.safeParse(input)
    if (!parsed.success) throw invalidInput(method, parsed.error)
    const handler = handlers[method] as AnyHandler
    const { signal } = request.abort
    const answered = handler(parsed.data, signal)
    if (known.verb === 'stream') return sendItems(id, answered as AsyncIterable<unknown>, request)
    pipe.send({ kind: 'item', id, value: await unlessAborted(signal, Promise.resolve(answered)) })
  }

  const run = async (id: number, method: string, input: unknown): Promise<void> => {
    const request: Running = { abort: new AbortController(), credit: new Credit() }
    running.set(id, request)
    try {
      await answer(id, method, input, request)
      pipe.send({ kind: 'end', id })
    } catch (error) {
      if (request.abort.signal.aborted) pipe.send({ kind: 'end', id })
      else pipe.send({ kind: 'failure', id, failure: failureOf(error, method) })
    } finally {
      running.delete(id)
    }
  }

  pipe.onFrame(frame => {
    if (frame.kind === 'request') {
      const { id, method, input } = frame
      if (running.has(id)) return
      if (running.size < MOST_RUNNING) void run(id, method, input)
      else pipe.send({ kind: 'failure', id, failure: tooMany(method) })
    } else if (frame.kind === 'more') running.get(frame.id)?.credit.grant()
    else if (frame.kind === 'cancel') running.get(frame.id)?.abort.abort()
  })
  pipe.onClose(() => {
    for (const { abort } of running.values()) abort.abort()
  })
}
