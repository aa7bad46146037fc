import { expect, test } from 'vitest'
import { Heartbeat } from '../../../../src/main/core/simulation/heartbeat.ts'

test('a short wait leaves the heartbeat whole', () => {
  const heartbeat = new Heartbeat(0)
  heartbeat.waited(12, 19)
  expect(heartbeat.stallMs).toBe(0)
})

// Beats at 10 and 20; the one due at 30 comes at 65: a gap of 45, less one period.
test('a gap over two periods counts less one of them', () => {
  const heartbeat = new Heartbeat(0)
  heartbeat.waited(25, 65)
  expect(heartbeat.stallMs).toBe(35)
  expect(heartbeat.longestGapMs).toBe(45)
})

// Beat at 0; the one due at 10 comes at 19: a gap of 19, within two periods.
test('a gap within two periods does not count', () => {
  const heartbeat = new Heartbeat(0)
  heartbeat.waited(5, 19)
  expect(heartbeat.stallMs).toBe(0)
  expect(heartbeat.longestGapMs).toBe(19)
})
