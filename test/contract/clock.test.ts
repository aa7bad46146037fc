import { describe, expect, test } from 'vitest'
import { systemClock } from '../../src/main/adapters/system/system-clock.ts'
import type { Clock } from '../../src/main/ports/clock.ts'
import { FakeClock } from '../fakes/fake-clock.ts'

interface Case {
  readonly clock: Clock
  /** Lets at least `ms` pass. */
  pass(ms: number): Promise<void>
}

const never = () => new AbortController().signal

const cases: readonly [string, () => Case][] = [
  ['the system clock', () => ({ clock: systemClock, pass: ms => systemClock.wait(ms + 10, never()) })],
  [
    'the fake clock',
    () => {
      const clock = new FakeClock()
      return { clock, pass: ms => clock.advance(ms) }
    },
  ],
]

describe.each(cases)('%s', (_, make) => {
  test('a wait ends when its time has passed, not before', async () => {
    const { clock, pass } = make()
    const beganMs = clock.now()
    const waited = clock.wait(20, never()).then(() => clock.now() - beganMs)
    await pass(20)
    // Timers and the wall clock may round apart by a millisecond.
    expect(await waited).toBeGreaterThanOrEqual(19)
  })

  test('waits end in the order of their times', async () => {
    const { clock, pass } = make()
    const order: number[] = []
    const all = [30, 10, 20].map(ms => clock.wait(ms, never()).then(() => order.push(ms)))
    await pass(30)
    await Promise.all(all)
    expect(order).toEqual([10, 20, 30])
  })

  test('an aborted wait rejects with the reason, also when it was aborted before', async () => {
    const { clock } = make()
    const abort = new AbortController()
    const waited = clock.wait(60_000, abort.signal)
    const reason = new Error('changed my mind')
    abort.abort(reason)
    await expect(waited).rejects.toBe(reason)
    await expect(clock.wait(0, abort.signal)).rejects.toBe(reason)
  })

  test('a wait for longer than a timer can take does not end at once', async () => {
    const { clock, pass } = make()
    const abort = new AbortController()
    const outcome = clock.wait(2 ** 40, abort.signal).then(
      () => 'ended',
      () => 'aborted',
    )
    await pass(20)
    abort.abort()
    expect(await outcome).toBe('aborted')
  })

  test('a task is repeated until it is stopped, from within too', async () => {
    const { clock, pass } = make()
    let runs = 0
    const done = new Promise<void>(resolve => {
      const stop = clock.every(5, () => {
        runs++
        if (runs < 3) return
        stop()
        stop()
        resolve()
      })
    })
    await pass(50)
    await done
    await pass(20)
    expect(runs).toBe(3)
  })

  test('a task that is stopped at once never runs', async () => {
    const { clock, pass } = make()
    let runs = 0
    clock.every(1, () => runs++)()
    await pass(10)
    expect(runs).toBe(0)
  })
})

test('the fake clock knows what was left running', async () => {
  const clock = new FakeClock()
  const abort = new AbortController()
  const stop = clock.every(1_000, () => {})
  const waited = clock.wait(500, abort.signal).catch(() => {})
  expect(clock.pending).toBe(2)
  stop()
  abort.abort()
  await waited
  expect(clock.pending).toBe(0)
})

test('the fake clock lets what a step sets off settle before the next step', async () => {
  const clock = new FakeClock(0)
  const seen: number[] = []
  const loop = (async () => {
    for (let i = 0; i < 3; i++) {
      await clock.wait(100, never())
      seen.push(clock.now())
    }
  })()
  await clock.advance(300)
  await loop
  expect(seen).toEqual([100, 200, 300])
})
