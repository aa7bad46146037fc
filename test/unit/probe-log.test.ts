import { expect, test } from 'vitest'
import {
  hearAnswer,
  noProbes,
  type ProbeLog,
  probeFigures,
  sendProbe,
} from '../../src/main/adapters/qemu/probe-log.ts'

/** Probes sent each 20 ms from 0 on; those named are answered 1 ms after they were sent. */
const logOf = (sent: number, isAnswered: (sequence: number) => boolean): ProbeLog => {
  let log = noProbes
  for (let sequence = 1; sequence <= sent; sequence++) {
    log = sendProbe(log)
    if (isAnswered(sequence)) log = hearAnswer(log, sequence, (sequence - 1) * 20 + 1)
  }
  return log
}

test('five probes lost at 20 ms tell 100 ms, and the answers around them are 120 ms apart', () => {
  const log = logOf(50, sequence => sequence <= 10 || sequence > 15)
  expect(probeFigures(log, 982)).toEqual({ lostProbes: 5, intervalMs: 20, longestGapMs: 120 })
})

test('a probe that is on its way is not lost', () => {
  const log = sendProbe(logOf(50, () => true))
  expect(probeFigures(log, 1001)).toEqual({ lostProbes: 0, intervalMs: 20, longestGapMs: 20 })
})

test('a guest that does not answer any more has lost all since, up to now', () => {
  const log = logOf(50, sequence => sequence <= 10)
  expect(probeFigures(log, 1000)).toEqual({ lostProbes: 40, intervalMs: 20, longestGapMs: 819 })
})

test('an answer that comes twice, late, or to nothing that was sent changes nothing', () => {
  const log = logOf(3, () => true)
  for (const sequence of [3, 1, 99]) expect(hearAnswer(log, sequence, 100)).toBe(log)
})

test('of a guest that never answered nothing is told', () => {
  expect(
    probeFigures(
      logOf(50, () => false),
      1000,
    ),
  ).toBe(null)
})
