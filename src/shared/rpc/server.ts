import { z } from 'zod'
import { Failure, type FailureReport, isAbort } from '../failure.ts'
import type { Contract, Handlers } from './contract.ts'
import type { Pipe } from './pipe.ts'

type AnyHandler = (input: unknown, signal: AbortSignal) => unknown

interface Running {
  readonly abort: AbortController
  readonly credit: Credit
}

/** How many items the client is ready for; `take` waits until there is at least one. */
class Credit {
  #items = 0
  #waiting: (() => void) | undefined

  grant(): void {
    this.#items++
    this.#waiting?.()
  }

  async take(signal: AbortSignal): Promise<void> {
    while (this.#items === 0) {
      signal.throwIfAborted()
      await new Promise<void>(resolve => {
        this.#waiting = resolve
        signal.addEventListener('abort', () => resolve(), { once: true })
      })
      this.#waiting = undefined
    }
    this.#items--
  }
}

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
    const incident = crypto.randomUUID().slice(0, 8)
    logBug(incident, error)
    return {
      code: 'internal',
      message: `Longshore met an error of its own in ${method} (incident ${incident}).`,
      remedy: 'Try again; if it comes back, report it with the incident number and the log.',
    }
  }

  const answer = async (id: number, method: string, input: unknown): Promise<void> => {
    const request = Object.hasOwn(contract, method) ? contract[method] : undefined
    const handler = handlers[method as keyof C] as AnyHandler | undefined
    if (!request || !handler) {
      throw new Failure({
        code: 'unsupported',
        message: `There is no request named ${method}.`,
        remedy: 'Reload the window: it may be older than the application.',
      })
    }
    const parsed = request.input.safeParse(input)
    if (!parsed.success) {
      throw new Failure({
        code: 'invalid-input',
        message: `${method}: ${z.prettifyError(parsed.error)}`,
        remedy: 'Correct the value named and try again.',
      })
    }
    const { abort, credit } = running.get(id) ?? { abort: new AbortController(), credit: new Credit() }
    if (request.verb === 'call') {
      const value = await handler(parsed.data, abort.signal)
      if (!abort.signal.aborted) pipe.send({ kind: 'item', id, value })
      return
    }
    const items = handler(parsed.data, abort.signal) as AsyncIterable<unknown>
    const iterator = items[Symbol.asyncIterator]()
    try {
      for (;;) {
        await credit.take(abort.signal)
        const next = await iterator.next()
        if (next.done || abort.signal.aborted) return
        pipe.send({ kind: 'item', id, value: next.value })
      }
    } finally {
      await iterator.return?.()
    }
  }

  const run = async (id: number, method: string, input: unknown): Promise<void> => {
    const abort = new AbortController()
    running.set(id, { abort, credit: new Credit() })
    try {
      await answer(id, method, input)
      pipe.send({ kind: 'end', id })
    } catch (error) {
      if (isAbort(error) || abort.signal.aborted) pipe.send({ kind: 'end', id })
      else pipe.send({ kind: 'failure', id, failure: failureOf(error, method) })
    } finally {
      running.delete(id)
    }
  }

  pipe.onFrame(frame => {
    if (frame.kind === 'request') {
      if (!running.has(frame.id)) void run(frame.id, frame.method, frame.input)
    } else if (frame.kind === 'more') running.get(frame.id)?.credit.grant()
    else if (frame.kind === 'cancel') running.get(frame.id)?.abort.abort()
  })
  pipe.onClose(() => {
    for (const { abort } of running.values()) abort.abort()
  })
}
