import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  type Heartbeat,
  hearBeat,
  longestSilenceMs,
  readHeartbeats,
  silentHeartbeat,
} from '../../src/main/adapters/qemu/heartbeat.ts'

const beat = (sequence: number, badPages = 0): Heartbeat => ({
  sequence,
  guestNs: sequence * 10_000_000,
  writes: sequence * 30,
  badPages,
})

const heard = (...times: readonly (readonly [sequence: number, heardMs: number])[]) =>
  times.reduce((log, [sequence, heardMs]) => hearBeat(log, beat(sequence), heardMs), silentHeartbeat)

describe('a serial port', () => {
  test('gives a heartbeat for each whole line', () => {
    expect(readHeartbeats('', 'hb 7 70000000 210 0\nhb 8 80000000 240 2\r\nhb 9')).toEqual({
      beats: [beat(7), beat(8, 2)],
      rest: 'hb 9',
    })
  })

  test.each([
    ['the kernel speaking', '[    0.000000] Linux version 6.1.0\n'],
    ['a word missing', 'hb 1 2 3\n'],
    ['a negative count', 'hb 1 2 3 -4\n'],
    ['a number past what a number holds', `hb ${'9'.repeat(16)} 2 3 4\n`],
    ['a line inside another', '[ 1.0] hb 1 2 3 4\n'],
  ])('passes over %s', (_, text) => expect(readHeartbeats('', text)).toEqual({ beats: [], rest: '' }))

  test('is not believed to end a line that never ends', () => {
    expect(readHeartbeats('x'.repeat(200), 'x'.repeat(100)).rest).toBe('')
  })

  test('says the same however its output is cut, from source to destination', () => {
    const text = [1, 2, 3, 4].map(n => `hb ${n} ${n}0000000 ${n * 30} 0\n`).join('')
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: text.length }), { maxLength: 6 }), cuts => {
        const edges = [0, ...cuts.sort((a, b) => a - b), text.length]
        let rest = ''
        const sequences = edges.slice(1).flatMap((end, index) => {
          const read = readHeartbeats(rest, text.slice(edges[index], end))
          rest = read.rest
          return read.beats.map(({ sequence }) => sequence)
        })
        expect(sequences).toEqual([1, 2, 3, 4])
      }),
    )
  })
})

describe('a log of heartbeats', () => {
  test('counts a gap over 20 ms as a stall, less the 10 ms that a beat takes', () => {
    // Gaps of 10, 20, 21 and 405 ms: 21 - 10 + 405 - 10 = 406.
    expect(heard([1, 0], [2, 10], [3, 30], [4, 51], [5, 456])).toMatchObject({
      beats: 5,
      longestGapMs: 405,
      stallMs: 406,
      missed: 0,
    })
  })

  test('counts beats that nobody heard', () => {
    expect(heard([1, 0], [5, 40]).missed).toBe(3)
  })

  test('is not misled by a beat heard twice or late', () => {
    const log = heard([1, 0], [2, 10])
    expect(hearBeat(log, beat(2), 500)).toEqual(log)
    expect(hearBeat(log, beat(1), 500)).toEqual(log)
  })

  test('keeps the most bad pages ever told', () => {
    expect(hearBeat(hearBeat(silentHeartbeat, beat(1, 3), 0), beat(2, 0), 10).badPages).toBe(3)
  })

  test('knows a silence that has no end yet', () => {
    const log = heard([1, 0], [2, 30])
    expect(longestSilenceMs(log, 45)).toBe(30)
    expect(longestSilenceMs(log, 130)).toBe(100)
    expect(longestSilenceMs(silentHeartbeat, 1000)).toBe(0)
  })
})
