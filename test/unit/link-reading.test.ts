import { expect, test } from 'vitest'
import {
  adaptiveBytesPerSecond,
  displacedShare,
  freeBytesPerSecond,
  stopBytesPerSecond,
  stopMs,
} from '../../src/main/core/migration/link-reading.ts'

/** 100 MB/s, of which others take 60 at the source and 80 at the destination; its round trip has doubled. */
const busy = {
  capacityBytesPerSecond: 100e6,
  competingBytesPerSecond: { source: 60e6, destination: 80e6 },
  roundTripMs: 40,
  leastRoundTripMs: 20,
}
const idle = { ...busy, competingBytesPerSecond: { source: 0, destination: 0 }, roundTripMs: 20 }

test('the fuller end of a link says what is free', () => {
  expect(freeBytesPerSecond(busy)).toBe(20e6)
  expect(freeBytesPerSecond({ ...busy, capacityBytesPerSecond: 70e6 })).toBe(0)
})

test('the rate falls as the round trip grows', () => {
  expect(adaptiveBytesPerSecond(idle)).toBe(100e6)
  expect(adaptiveBytesPerSecond(busy)).toBe(10e6)
  expect(adaptiveBytesPerSecond({ ...busy, roundTripMs: 0, leastRoundTripMs: 0 })).toBe(20e6)
})

test('stop-and-copy takes three times the live rate, at most the link', () => {
  expect(stopBytesPerSecond(10e6, busy)).toBe(30e6)
  expect(stopBytesPerSecond(50e6, busy)).toBe(100e6)
})

test('pushes aside no more of other traffic than a rate needs', () => {
  // 30 of 100 MB/s with 20 free: 10 of the others' 80.
  expect(displacedShare(30e6, busy)).toBeCloseTo(0.125, 12)
  expect(displacedShare(10e6, busy)).toBe(0)
  expect(displacedShare(100e6, busy)).toBe(1)
  expect(displacedShare(100e6, idle)).toBe(0)
})

test('the pause is the transfer of what is left and one round trip', () => {
  expect(stopMs(3e6, 30e6, 40)).toBe(140)
})
