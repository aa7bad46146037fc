import { Failure } from '../failure.ts'
import type { Contract, InputOf, MethodsOf, OutputOf } from './contract.ts'
import type { Frame } from './frame.ts'
import type { Pipe } from './pipe.ts'

export interface Client<C extends Contract> {
  /** One request, one reply. Rejects with a Failure, or an AbortError when `signal` aborts. */
  call<M extends MethodsOf<C, 'call'>>(
    method: M,
    input: InputOf<C[M]>,
    signal?: AbortSignal,
  ): Promise<OutputOf<C[M]>>
  /** Items until the server ends, `signal` aborts (both end the loop) or a Failure is thrown. */
  stream<M extends MethodsOf<C, 'stream'>>(
    method: M,
    input: InputOf<C[M]>,
    signal: AbortSignal,
  ): AsyncIterable<OutputOf<C[M]>>
  /** Resolves when the pipe has closed. */
  readonly closed: Promise<void>
  close(): void
}

type Answer = Extract<Frame, { kind: 'item' | 'end' | 'failure' }>

const closedFailure = () =>
  new Failure({
    code: 'closed',
    message: 'The connection between this window and Longshore was closed.',
    remedy: 'It is tried again by itself; if it stays closed, start Longshore again.',
  })

/** The client end of `contract` over `pipe`. */
export const connect = <C extends Contract>(pipe: Pipe): Client<C> => {
  const pending = new Map<number, (answer: Answer) => void>()
  let lastId = 0
  let isClosed = false

  pipe.onFrame(frame => {
    if (frame.kind === 'item' || frame.kind === 'end' || frame.kind === 'failure')
      pending.get(frame.id)?.(frame)
  })
  const closed = new Promise<void>(resolve => {
    pipe.onClose(() => {
      isClosed = true
      for (const [id, listener] of pending)
        listener({ kind: 'failure', id, failure: closedFailure().report() })
      resolve()
    })
  })

  async function* request(method: string, input: unknown, signal?: AbortSignal): AsyncGenerator<unknown> {
    signal?.throwIfAborted()
    if (isClosed) throw closedFailure()
    const id = ++lastId
    const answers: Answer[] = []
    let wake: (() => void) | undefined
    let ended = false
    const onAbort = () => {
      pipe.send({ kind: 'cancel', id })
      wake?.()
    }
    pending.set(id, answer => {
      answers.push(answer)
      wake?.()
    })
    signal?.addEventListener('abort', onAbort, { once: true })
    try {
      pipe.send({ kind: 'request', id, method, input })
      pipe.send({ kind: 'more', id })
      for (;;) {
        signal?.throwIfAborted()
        const answer = answers.shift()
        if (!answer) {
          await new Promise<void>(resolve => {
            wake = resolve
          })
          continue
        }
        if (answer.kind !== 'item') ended = true
        if (answer.kind === 'failure') throw new Failure(answer.failure)
        if (answer.kind === 'end') return
        yield answer.value
        pipe.send({ kind: 'more', id })
      }
    } finally {
      pending.delete(id)
      signal?.removeEventListener('abort', onAbort)
      if (!ended && !signal?.aborted) pipe.send({ kind: 'cancel', id })
    }
  }

  return {
    async call(method, input, signal) {
      let reply: { readonly value: unknown } | undefined
      for await (const value of request(method, input, signal)) reply = { value }
      if (!reply) throw closedFailure()
      return reply.value as never
    },
    async *stream(method, input, signal) {
      try {
        yield* request(method, input, signal) as AsyncIterable<never>
      } catch (error) {
        if (!signal.aborted) throw error
      }
    },
    closed,
    close: () => pipe.close(),
  }
}
