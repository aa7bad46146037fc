import { expect, test } from 'vitest'
import {
  allowedWords,
  unavailabilityRange,
  unavailabilityWords,
} from '../../src/renderer/features/migration/unavailability.ts'

test.each([
  ['a pause alone is told as one figure', 52, 0, '52.0 ms', 'of 200 ms allowed'],
  ['waits that break nothing are told as a range', 52, 100, '52.0 ms to 152 ms', 'of 200 ms allowed'],
  [
    'waits that may or may not break it are said to',
    52,
    900,
    '52.0 ms to 952 ms',
    '200 ms allowed: the gaps within the waits are not told',
  ],
  [
    'a pause that is too long breaks it whatever came after',
    300,
    900,
    '300 ms to 1.20 s',
    'above the 200 ms allowed',
  ],
] as const)('%s', (_, downtimeMs, waitedMs, words, verdict) => {
  const range = unavailabilityRange(downtimeMs, { stallMs: waitedMs })
  expect(unavailabilityWords(range)).toBe(words)
  expect(allowedWords(range, 200)).toBe(verdict)
})

test('where the gaps in the heartbeat are told they are the stall, however long the guest waited in all', () => {
  const range = unavailabilityRange(35, { stallMs: 2750, heartbeat: { stallMs: 30, longestGapMs: 40 } })
  expect(unavailabilityWords(range)).toBe('65.0 ms')
  expect(allowedWords(range, 200)).toBe('of 200 ms allowed')
})

test('while nothing is told of the waits it is no less than the pause, and may be anything more', () => {
  const range = unavailabilityRange(35, { stallMs: null })
  expect(unavailabilityWords(range)).toBe('at least 35.0 ms')
  expect(allowedWords(range, 200)).toBe('200 ms allowed: how long the guest waited is not told')
  expect(allowedWords(range, 20)).toBe('above the 20.0 ms allowed')
})

test('without a switch there is nothing but the pause', () => {
  expect(unavailabilityRange(35, null)).toEqual({ leastMs: 35, mostMs: 35 })
})
