import { afterEach, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { Failure } from '../../src/shared/failure.ts'
import { type Client, connect } from '../../src/shared/rpc/client.ts'
import { call, type Handlers, stream } from '../../src/shared/rpc/contract.ts'
import type { Pipe } from '../../src/shared/rpc/pipe.ts'
import { MOST_RUNNING, serve } from '../../src/shared/rpc/server.ts'

/** Two connected ends and what stops all that was started for them. */
export interface PipePair {
  readonly client: Pipe
  readonly server: Pipe
  stop(): Promise<void>
}

const contract = {
  'value.echo': call<unknown>()(z.object({ value: z.unknown() })),
  'series.read': call<Float64Array>()(
    z.object({ vmId: z.string(), range: z.object({ fromMs: z.number() }) }),
  ),
  'work.fail': call<null>()(z.object({ how: z.enum(['foreseen', 'bug', 'uncloneable', 'stopped']) })),
  'work.wait': call<null>()(z.object({})),
  'count.watch': stream<number>()(z.object({ from: z.number().default(0) })),
  'count.fail': stream<number>()(z.object({})),
  'silence.watch': stream<never>()(z.object({})),
}
type TestContract = typeof contract

const hugeSeries = Float64Array.from({ length: 2_000_000 }, (_, i) => i / 7)

/** Waits for the signal and rejects with its reason. */
const untilAborted = (signal: AbortSignal) =>
  new Promise<never>((_, reject) =>
    signal.addEventListener('abort', () => reject(signal.reason), { once: true }),
  )

/** Handlers that note what they were asked for and what ended them. */
const makeHandlers = () => {
  const seen = { pulled: 0, open: 0, aborted: 0 }
  const listeners: (() => void)[] = []
  const changed = () => {
    for (const listener of listeners.splice(0)) listener()
  }
  const until = async (isSo: () => boolean) => {
    while (!isSo()) await new Promise<void>(resolve => listeners.push(resolve))
  }
  const opened = (signal: AbortSignal) => {
    seen.open++
    signal.addEventListener('abort', () => {
      seen.aborted++
      changed()
    })
    changed()
  }
  const handlers: Handlers<TestContract> = {
    'value.echo': ({ value }) => value,
    'series.read': () => hugeSeries,
    'work.fail': ({ how }) => {
      if (how === 'foreseen') throw new Failure({ code: 'conflict', message: 'It is busy.', remedy: 'Wait.' })
      if (how === 'stopped') throw new DOMException('closing', 'AbortError')
      if (how === 'uncloneable') return (() => null) as never
      throw new TypeError('a secret detail')
    },
    'work.wait': async (_, signal) => {
      opened(signal)
      return untilAborted(signal)
    },
    async *'count.watch'({ from }, signal) {
      opened(signal)
      try {
        for (let n = from; ; n++) {
          seen.pulled++
          yield n
        }
      } finally {
        seen.open--
        changed()
      }
    },
    async *'count.fail'() {
      yield 1
      throw new Failure({ code: 'unreachable', message: 'The pool is gone.', remedy: 'Look at its network.' })
    },
    // biome-ignore lint/correctness/useYield: a state that never changes again
    async *'silence.watch'(_, signal) {
      opened(signal)
      try {
        await untilAborted(signal)
      } finally {
        seen.open--
        changed()
      }
    },
  }
  return { handlers, seen, until }
}

const failureOf = async (work: Promise<unknown>): Promise<Failure> => {
  const error = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  if (error instanceof Failure) return error
  throw new Error(`expected a Failure, got ${String(error)}`)
}

const never = () => new AbortController().signal

/** What every pipe owes to both its ends. */
export const describePipe = (name: string, makePair: () => Promise<PipePair>): void => {
  describe(name, () => {
    const stops: (() => Promise<void>)[] = []
    afterEach(async () => {
      for (const stop of stops.splice(0)) await stop()
    })

    const open = async () => {
      const pair = await makePair()
      stops.push(pair.stop)
      const { handlers, seen, until } = makeHandlers()
      const bugs: { incident: string; error: unknown }[] = []
      serve(pair.server, contract, {
        handlers,
        logBug: (incident, error) => bugs.push({ incident, error }),
      })
      const client: Client<TestContract> = connect(pair.client)
      return { ...pair, client, clientPipe: pair.client, seen, until, bugs }
    }

    test('a call is answered once', async () => {
      const { client } = await open()
      expect(
        await client.call('value.echo', { value: { text: 'København', list: [1, null, true, 2.5] } }),
      ).toEqual({ text: 'København', list: [1, null, true, 2.5] })
    })

    test('numbers that JSON cannot carry arrive', async () => {
      const { client } = await open()
      const value = [Number.NaN, Number.POSITIVE_INFINITY, Number.MAX_SAFE_INTEGER, -1, 1763676000123]
      expect(await client.call('value.echo', { value })).toEqual(value)
    })

    test('typed arrays arrive as what they were, wherever they begin in their buffer', async () => {
      const { client } = await open()
      const value = {
        x: 'shifts the alignment',
        float32: new Float32Array([0.5, Number.NaN, 3]).subarray(1),
        float64: new Float64Array([0.1, -0, 1e300]),
        bytes: new Uint8Array([1, 2, 3]).subarray(1),
        words: new Uint16Array([65535]),
        counts: new Uint32Array([4294967295]),
        signed: new Int32Array([-5]),
        empty: new Float64Array(),
      }
      expect(await client.call('value.echo', { value })).toEqual(value)
    })

    test('a huge payload arrives whole', async () => {
      const { client } = await open()
      const series = await client.call('series.read', { vmId: 'vm-1', range: { fromMs: 0 } })
      expect(series).toBeInstanceOf(Float64Array)
      expect(series.length).toBe(hugeSeries.length)
      expect(Buffer.compare(Buffer.from(series.buffer), Buffer.from(hugeSeries.buffer))).toBe(0)
    })

    test('a stream begins with the present state and goes on in order', async () => {
      const { client } = await open()
      const items: number[] = []
      for await (const item of client.stream('count.watch', { from: 41 }, never())) {
        items.push(item)
        if (items.length === 3) break
      }
      expect(items).toEqual([41, 42, 43])
    })

    test('a slow reader misses nothing and nothing is made before it asks', async () => {
      const { client, seen } = await open()
      let read = 0
      for await (const item of client.stream('count.watch', {}, never())) {
        expect(item).toBe(read++)
        // A whole round trip while the reader holds the item: the source had every chance to run ahead.
        await client.call('value.echo', { value: null })
        expect(seen.pulled).toBe(read)
        if (read === 5) break
      }
    })

    test('leaving the loop ends the generator', async () => {
      const { client, seen, until } = await open()
      for await (const _ of client.stream('count.watch', {}, never())) break
      await until(() => seen.open === 0)
      expect(seen.aborted).toBe(1)
    })

    test('aborting ends the loop quietly and the generator with it', async () => {
      const { client, seen, until } = await open()
      const abort = new AbortController()
      const items: number[] = []
      for await (const item of client.stream('count.watch', {}, abort.signal)) {
        items.push(item)
        abort.abort()
      }
      expect(items).toEqual([0])
      await until(() => seen.open === 0)
    })

    test('aborting while nothing comes ends both sides', async () => {
      const { client, seen, until } = await open()
      const abort = new AbortController()
      const loop = (async () => {
        for await (const _ of client.stream('silence.watch', {}, abort.signal)) throw new Error('an item')
      })()
      await until(() => seen.open === 1)
      abort.abort()
      await loop
      await until(() => seen.open === 0)
    })

    test('an aborted call rejects with the reason and its handler hears of it', async () => {
      const { client, seen, until, bugs } = await open()
      const abort = new AbortController()
      const call = client.call('work.wait', {}, abort.signal)
      await until(() => seen.open === 1)
      abort.abort()
      await expect(call).rejects.toMatchObject({ name: 'AbortError' })
      await until(() => seen.aborted === 1)
      expect(bugs).toEqual([])
    })

    test('a call that is already aborted never leaves', async () => {
      const { client, seen } = await open()
      await expect(client.call('work.wait', {}, AbortSignal.abort())).rejects.toMatchObject({
        name: 'AbortError',
      })
      await client.call('value.echo', { value: null })
      expect(seen.open).toBe(0)
    })

    test('bad input is refused by the name of its field before the handler sees it', async () => {
      const { client, bugs } = await open()
      const bad = { vmId: 'vm-1', range: { fromMs: 'yesterday' } } as never
      const failure = await failureOf(client.call('series.read', bad))
      expect(failure.code).toBe('invalid-input')
      expect(failure.message).toContain('range.fromMs')
      const stream = client.stream('count.watch', { from: 'x' } as never, never())[Symbol.asyncIterator]()
      expect((await failureOf(stream.next())).message).toContain('from')
      expect(bugs).toEqual([])
    })

    test.each([
      'nothing.known',
      'toString',
      '__proto__',
    ])('the unknown request %s is refused', async method => {
      const { client } = await open()
      const failure = await failureOf(client.call(method as 'value.echo', { value: 1 }))
      expect(failure).toMatchObject({ code: 'unsupported', message: `There is no request named ${method}.` })
    })

    test('a foreseen failure keeps its code, sentence and remedy', async () => {
      const { client } = await open()
      const failure = await failureOf(client.call('work.fail', { how: 'foreseen' }))
      expect(failure.report()).toEqual({ code: 'conflict', message: 'It is busy.', remedy: 'Wait.' })
    })

    test('a stream that fails hands out what came before', async () => {
      const { client } = await open()
      const items: number[] = []
      const failure = await failureOf(
        (async () => {
          for await (const item of client.stream('count.fail', {}, never())) items.push(item)
        })(),
      )
      expect(items).toEqual([1])
      expect(failure.code).toBe('unreachable')
    })

    test.each([
      'bug',
      'uncloneable',
    ] as const)('an unforeseen error (%s) is logged whole and told by incident only', async how => {
      const { client, bugs } = await open()
      const failure = await failureOf(client.call('work.fail', { how }))
      expect(failure.code).toBe('internal')
      expect(bugs).toHaveLength(1)
      expect(failure.message).toContain(bugs[0]?.incident)
      expect(failure.message).not.toContain('secret')
    })

    test('a call that main itself stopped is told as closed and is no bug', async () => {
      const { client, bugs } = await open()
      expect((await failureOf(client.call('work.fail', { how: 'stopped' }))).code).toBe('closed')
      expect(bugs).toEqual([])
    })

    test.each([
      ['a bare string', 'request'],
      ['an unknown kind', { kind: 'eval', id: 1 }],
      ['an id that is no number', { kind: 'request', id: '1', method: 'value.echo', input: {} }],
      ['an id below one', { kind: 'request', id: 0, method: 'value.echo', input: {} }],
      ['an endless method', { kind: 'request', id: 1, method: 'x'.repeat(65), input: {} }],
      ['a cancel of nothing', { kind: 'cancel', id: 99 }],
      ['nothing', null],
    ])('%s is dropped and the pipe goes on', async (_, junk) => {
      const { client, clientPipe, bugs } = await open()
      clientPipe.send(junk as never)
      expect(await client.call('value.echo', { value: 'still here' })).toBe('still here')
      expect(bugs).toEqual([])
    })

    test('a window that asks without end is refused, until something of it has ended', async () => {
      const { client, seen, until } = await open()
      const abort = new AbortController()
      const waiting = Array.from({ length: MOST_RUNNING }, () =>
        client.call('work.wait', {}, abort.signal).catch(() => 'ended'),
      )
      const refused = await failureOf(client.call('value.echo', { value: 1 }, never()))
      expect(refused).toMatchObject({ code: 'refused' })
      expect(refused.message).toContain(`this window has ${MOST_RUNNING} requests under way`)
      abort.abort()
      await Promise.all(waiting)
      await until(() => seen.aborted === MOST_RUNNING)
      expect(await client.call('value.echo', { value: 2 }, never())).toBe(2)
    })

    test('a hundred streams at once stay apart and all end', async () => {
      const { client, seen, until } = await open()
      const sums = await Promise.all(
        Array.from({ length: 100 }, async (_, i) => {
          let sum = 0
          for await (const item of client.stream('count.watch', { from: i * 1000 }, never())) {
            sum += item
            if (item === i * 1000 + 9) break
          }
          return sum
        }),
      )
      expect(sums).toEqual(sums.map((_, i) => i * 10_000 + 45))
      await until(() => seen.open === 0)
    })

    test.each([
      'client',
      'server',
    ] as const)('when the %s closes, pending work rejects and handlers are stopped', async side => {
      const pair = await open()
      const { client, seen, until } = pair
      const call = failureOf(client.call('work.wait', {}))
      const loop = failureOf(client.stream('silence.watch', {}, never())[Symbol.asyncIterator]().next())
      await until(() => seen.open === 2)
      if (side === 'client') client.close()
      else pair.server.close()
      expect((await call).code).toBe('closed')
      expect((await loop).code).toBe('closed')
      await until(() => seen.aborted === 2 && seen.open === 1)
      await client.closed
    })

    test('a closed client refuses at once and closing again does nothing', async () => {
      const { client, clientPipe } = await open()
      client.close()
      client.close()
      expect((await failureOf(client.call('value.echo', { value: 1 }))).code).toBe('closed')
      clientPipe.send({ kind: 'cancel', id: 1 })
    })
  })
}
