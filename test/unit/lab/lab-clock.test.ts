import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { LabClock } from '../../../src/main/adapters/lab/lab-clock.ts'

beforeEach(() => {
  vi.useFakeTimers({ now: 1_000_000 })
})
afterEach(() => {
  vi.useRealTimers()
})

const never = new AbortController().signal
const aClock = (speed: number) => {
  const clock = new LabClock(speed, Date.now)
  const scales: number[] = []
  clock.onScale(scale => scales.push(scale))
  return { clock, scales }
}

test('lab time starts at the wall clock and runs at its speed', () => {
  const { clock } = aClock(60)
  expect(clock.now()).toBe(1_000_000)
  vi.advanceTimersByTime(1000)
  expect(clock.now()).toBe(1_060_000)
})

test('while it is held it runs like the wall clock, never jumps, and goes on faster a little after the last hold', () => {
  const { clock, scales } = aClock(60)
  vi.advanceTimersByTime(1000)
  const [first, second] = [clock.hold(), clock.hold()]
  expect(clock.now()).toBe(1_060_000)
  vi.advanceTimersByTime(5000)
  expect(clock.now()).toBe(1_065_000)
  first()
  first()
  vi.advanceTimersByTime(5000)
  expect([clock.scale, scales]).toEqual([1, [1]])
  second()
  vi.advanceTimersByTime(1999)
  expect(clock.scale).toBe(1)
  const third = clock.hold()
  vi.advanceTimersByTime(5000)
  third()
  expect(clock.now()).toBe(1_076_999)
  vi.advanceTimersByTime(2000)
  expect([clock.scale, scales]).toEqual([60, [1, 60]])
  expect(clock.now()).toBe(1_078_999)
  vi.advanceTimersByTime(1000)
  expect(clock.now()).toBe(1_138_999)
})

test('a lab at the speed of the wall clock announces nothing', () => {
  const { clock, scales } = aClock(1)
  clock.hold()()
  vi.advanceTimersByTime(10_000)
  expect([clock.now(), scales]).toEqual([1_010_000, []])
})

test('who waits for lab time waits as long as it takes at the changing speed', async () => {
  const { clock } = aClock(60)
  let endedAt = 0
  const waiting = clock.wait(60_000, never).then(() => {
    endedAt = clock.now()
  })
  await vi.advanceTimersByTimeAsync(500)
  const release = clock.hold()
  await vi.advanceTimersByTimeAsync(10_000)
  expect(endedAt).toBe(0)
  release()
  await vi.advanceTimersByTimeAsync(2000)
  await vi.advanceTimersByTimeAsync(300)
  await waiting
  expect(endedAt).toBe(1_060_000)
})

test('an aborted wait ends at once', async () => {
  const { clock } = aClock(1)
  const aborting = new AbortController()
  const waiting = clock.wait(60_000, aborting.signal)
  aborting.abort()
  await waiting
  expect(clock.now()).toBe(1_000_000)
})

test('a closed clock leaves no timer behind', () => {
  const { clock } = aClock(60)
  clock.hold()()
  clock.close()
  expect(vi.getTimerCount()).toBe(0)
})
