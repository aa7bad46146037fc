import { expect, test } from 'vitest'
import { HostClock } from '../../src/main/adapters/qemu/host-clock.ts'

test('a pause between two hosts is as long as it was, whatever their clocks say', () => {
  const [behind, ahead] = [new HostClock(), new HostClock()]
  // 400 ms behind and 300 ms ahead of ours; the way takes 2 ms at its quickest.
  behind.ours(9_600, 10_002)
  ahead.ours(10_300, 10_002)
  const stoppedAtMs = behind.ours(10_600, 11_005)
  const resumedAtMs = ahead.ours(11_350, 11_090)
  expect(stoppedAtMs).toBeCloseTo(11_002, 0)
  expect(resumedAtMs).toBeCloseTo(11_052, 0)
})

test('a clock like ours is believed to the millisecond, however late it is heard', () => {
  const clock = new HostClock()
  expect(clock.ours(10_000, 10_015)).toBe(10_000)
  expect(clock.ours(10_100.5, 10_103)).toBe(10_100.5)
})

test('what was held up for long is told as of when it was heard, and spoils nothing', () => {
  const clock = new HostClock()
  expect(clock.ours(10_000, 10_001)).toBe(10_000)
  expect(clock.ours(10_100, 12_500)).toBe(12_500)
  expect(clock.ours(12_600, 12_601)).toBe(12_600)
})

test('clocks that come apart slowly are followed', () => {
  const clock = new HostClock()
  clock.ours(0, 1)
  // A day later the host is 1.7 s behind.
  const day = 86_400_000
  expect(clock.ours(day - 1_700, day + 1)).toBe(day + 1)
})

test('a host without a clock is believed nothing', () => {
  expect(new HostClock().ours(Number.NaN, 12_000)).toBe(12_000)
})
