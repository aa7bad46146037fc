import { expect, test } from 'vitest'
import { timelineOf } from '../../src/renderer/features/migration/timeline-data.ts'
import { timelineRemarks } from '../../src/renderer/features/migration/timeline-remarks.ts'
import type { Migration } from '../../src/shared/model/migration.ts'
import { aMigration } from '../fakes/fake-migration.ts'

const aRound = (index: number, startedAtMs: number, ms: number) => ({
  index,
  live: true,
  startedAtMs,
  ms,
  sentPages: 10,
  dirtiedPages: 5,
  bandwidthBytesPerSecond: 40_960,
})
const moment = { nowMs: 9000, heardAtMs: 9000, switchTheta: 0.7, tellsRounds: true }
const drawn = (migration: Migration) => timelineOf(migration, moment)

test('a migration told in order has nothing odd about it', () => {
  const rounds = [aRound(1, 0, 1000), aRound(2, 1030, 500)]
  expect(
    timelineRemarks(aMigration({ rounds, pausedAtMs: 1530, resumedAtMs: 1570, endedAtMs: 2000 })),
  ).toEqual([])
})

test('a clock that was set back is told by the round in which it was, and how far', () => {
  const rounds = [aRound(1, 0, 5000), aRound(2, 2000, 500)]
  const odd = aMigration({ rounds })
  expect(timelineRemarks(odd)).toEqual([
    "By its host's clock round 2 came 3.00 s before the end of round 1: that clock was set back meanwhile. Times are shown as they were told.",
  ])
  expect(drawn(odd).rounds.map(round => round.startMs)).toEqual([0, 2000])
})

test('a pause is as long as the host measured it, even when its clock was set back within it', () => {
  const odd = aMigration({ phase: 'post-copy', pausedAtMs: 5000, resumedAtMs: 4000, downtimeMs: 40 })
  expect(timelineRemarks(odd)).toHaveLength(1)
  expect(drawn(odd).pause).toEqual({ startMs: 5000, endMs: 5040 })
  expect(drawn({ ...odd, downtimeMs: null }).pause).toEqual({ startMs: 5000, endMs: 5000 })
})

test('an end before the start makes no negative time', () => {
  const odd = aMigration({ phase: 'failed', startedAtMs: 5000, endedAtMs: 1000 })
  expect(drawn(odd).elapsedMs).toBe(0)
  expect(timelineRemarks(odd)[0]).toContain('the end came 4.00 s before the start')
})

test('rounds of no time at all are told, the first by its number', () => {
  expect(timelineRemarks(aMigration({ rounds: [aRound(1, 0, 0)] }))).toEqual([
    'Round 1 took no measurable time: it has no rates.',
  ])
  expect(
    timelineRemarks(aMigration({ rounds: [aRound(1, 0, 9), aRound(2, 9, 0), aRound(3, 9, 0)] })),
  ).toEqual(['2 rounds took no measurable time, the first of them round 2: they have no rates.'])
})

test('where events have stopped the last moment is when it was heard of, not now', () => {
  expect(drawn(aMigration({ phase: 'pre-copy', recovering: { sinceMs: 1 } })).endWord).toBe('last heard')
})
