import { expect, test } from 'vitest'
import { drivenResult } from '../../src/main/adapters/qemu/driven-result.ts'
import type { RamCounters } from '../../src/main/adapters/qemu/qmp-commands.ts'
import type { Migration } from '../../src/shared/model/migration.ts'
import { aMigration } from '../fakes/fake-migration.ts'

const counters: RamCounters = {
  totalPages: 1000,
  remainingPages: 0,
  sentPages: 1200,
  zeroPages: 0,
  zerosLeft: 0,
  hostDowntimeMs: null,
  bytes: 4_915_200,
  liveBytes: 3_000_000,
  pauseBytes: 0,
  postCopyBytes: 0,
  syncs: 2,
  pageRequests: 0,
}
const ended = (kind: NonNullable<Migration['ending']>['kind']): Migration =>
  aMigration({
    phase: 'completed',
    startedAtMs: 1000,
    pausedAtMs: 3000,
    resumedAtMs: 3040,
    downtimeMs: 40,
    endedAtMs: 4000,
    ending: { kind, atMs: 3000, afterRound: 1, reasons: [] },
  })
const switched = { migration: ended('post-copy'), counters: { ...counters, postCopyBytes: 1_000_000 } }

test('a stall that nobody measured after a switch is null, as is what is made of it', () => {
  expect(drivenResult({ ...switched, stallMs: null }, 200)).toMatchObject({
    switched: true,
    downtimeMs: 40,
    postCopyMs: 960,
    stallMs: null,
    unavailabilityMs: null,
    lostGuestMs: null,
    slaViolated: null,
  })
})

test('a measured stall adds to the pause', () => {
  expect(drivenResult({ ...switched, stallMs: 170 }, 200)).toMatchObject({
    stallMs: 170,
    unavailabilityMs: 210,
    slaViolated: true,
  })
})

test('without a switch no page is missing, so that none is waited for', () => {
  const copied = { migration: ended('stop-and-copy'), counters, stallMs: null }
  expect(drivenResult(copied, 200)).toMatchObject({ switched: false, stallMs: 0, unavailabilityMs: 40 })
})
