import { expect, test } from 'vitest'
import { firedWord, inputText } from '../../../src/renderer/features/decisions/decision-words.ts'
import {
  migrationColumns,
  migrationFigures,
  sortedMigrations,
} from '../../../src/renderer/features/migration/migration-columns.ts'
import { matchesFilter } from '../../../src/renderer/features/migration/migration-filter.ts'
import { progressOf, remainingMsOf } from '../../../src/renderer/features/migration/migration-progress.ts'
import { totalMs } from '../../../src/renderer/features/migration/total-time.ts'
import { measured, UNAVAILABLE } from '../../../src/shared/model/measure.ts'
import { aMigration } from '../../fakes/fake-migration.ts'

const context = { nowMs: 9_000, source: 'host-1', destination: 'host-2' }

const done = (id: string, startedAtMs: number, downtimeMs: number | null) =>
  aMigration({ id, startedAtMs, endedAtMs: startedAtMs + 5_000, phase: 'completed', downtimeMs })

test('migrations under way come first, whatever the order asked for', () => {
  const list = [
    done('a', 1, 30),
    aMigration({ id: 'running', startedAtMs: 2 }),
    done('b', 3, 20),
    done('c', 4, null),
  ]
  const order = (column: string, descending: boolean) =>
    sortedMigrations(list, { column, descending }, () => context).map(m => m.id)
  expect(order('started', true)).toEqual(['running', 'c', 'b', 'a'])
  expect(order('pause', true)).toEqual(['running', 'a', 'b', 'c'])
  expect(order('no such column', false)).toEqual(['running', 'a', 'b', 'c'])
})

test('every column sorts what it shows, both ways round', () => {
  const list = [
    aMigration({ id: 'a', vmName: 'a', ...ended(1) }),
    aMigration({ id: 'b', vmName: 'b', ...ended(2) }),
  ]
  const unlike = ['started', 'vm', 'total', 'pause', 'stall', 'rounds', 'faults', 'sent', 'again']
  expect(migrationColumns.map(column => column.id)).toEqual(expect.arrayContaining(unlike))
  for (const column of unlike)
    expect(sortedMigrations(list, { column, descending: true }, () => context).map(m => m.id)).toEqual([
      'b',
      'a',
    ])
})

const ended = (n: number) => ({
  phase: 'completed' as const,
  startedAtMs: n,
  endedAtMs: n * 1000,
  downtimeMs: n,
  bytesSent: n,
  retransmittedPages: n,
  rounds: Array.from({ length: n }, (_, i) => ({
    index: i + 1,
    live: true,
    startedAtMs: i,
    ms: 1,
    sentPages: 1,
    dirtiedPages: 1,
    bandwidthBytesPerSecond: 1,
  })),
  postCopy: { pushedPages: n, demandFaults: n, remainingPages: 0, stallMs: n, marks: [] },
})

test('a filter asks for words of VM, hosts, phase, policy or failure', () => {
  const migration = aMigration({
    vmName: 'db-07',
    phase: 'failed',
    failure: { reason: 'No route.', vmRunsAt: 'source' },
  })
  const matches = (text: string) => matchesFilter(text, migration, context)
  expect(['', 'DB', 'db failed', 'host-2 hybrid', 'route'].map(matches)).toEqual([
    true,
    true,
    true,
    true,
    true,
  ])
  expect(matches('db completed')).toBe(false)
})

test('progress is told by time where an end is predicted, else by the task or the first pass', () => {
  const running = aMigration({ startedAtMs: 1_000, phase: 'pre-copy', predictions: [], memoryPages: 1000 })
  const current = { round: 1, startedAtMs: 1_000, sentPages: 250, dirtiedPages: 0, remainingPages: 750 }
  expect(progressOf({ ...running, current }, 3_000)).toBe(0.25)
  expect(remainingMsOf({ ...running, current }, 3_000)).toBeNull()
  const predictions = [{ afterRound: 1, totalMs: 8_000, downtimeMs: 1, bytesSent: 1 }]
  expect(progressOf({ ...running, predictions }, 3_000)).toBe(0.25)
  expect(remainingMsOf({ ...running, predictions }, 3_000)).toBe(6_000)
  const remaining = { atMs: 3_000, ms: 2_000, bytes: 1, downtimeMs: 1 }
  expect(progressOf({ ...running, predictions, remaining }, 3_000)).toBe(0.5)
  const taskProgress = { ratio: 0.4, highestRatio: 0.6, atMs: 1 }
  expect(progressOf({ ...running, taskProgress }, 3_000)).toBe(0.4)
})

test('a running migration takes as long as the pool says, never less than nothing', () => {
  const running = aMigration({ phase: 'pre-copy', startedAtMs: 5_000 })
  expect(totalMs(running, 7_500)).toBe(2_500)
  expect(totalMs(running, 4_000)).toBe(0)
  expect(totalMs(running, undefined)).toBe(0)
  expect(migrationFigures(running, 7_500)).toMatchObject({ total: '2.50 s', pause: '-' })
})

test('how long a guest waited is a dash until its host tells it, and no zero', () => {
  const tail = { pushedPages: 9, demandFaults: 2, remainingPages: 5, marks: [] }
  const switched = aMigration({ phase: 'post-copy', postCopy: { ...tail, stallMs: null } })
  expect(migrationFigures(switched, 7_500)).toMatchObject({ stall: '-', faults: '2' })
})

test('the round under way counts towards what was sent, as an estimate, and never beyond the link', () => {
  const current = { round: 2, startedAtMs: 9_000, sentPages: 256, dirtiedPages: 0, remainingPages: 9 }
  const running = aMigration({ bytesSent: 2 ** 30, retransmittedPages: 0, current, linkBytesPerSecond: 1e9 })
  expect(migrationFigures({ ...running, current: null }, 9_500)).toMatchObject({
    sent: '1.00 GiB',
    again: '0 B',
  })
  expect(migrationFigures(running, 9_500)).toMatchObject({ sent: '~1.00 GiB', again: '~1.00 MiB' })
  expect(migrationFigures(running, 9_000).again).toBe('0 B')
})

test('an input says its origin and whether it could fire at all', () => {
  const input = { name: 'host CPU', value: measured(0.61, 2_000), unit: 'ratio', limit: 0.8, fired: false }
  expect(inputText(input)).toEqual({ number: '0.61', origin: 'measured 2 s before' })
  expect(firedWord(input)).toBe('did not fire')
  const without = { ...input, value: UNAVAILABLE }
  expect(inputText(without)).toEqual({ number: '-', origin: 'unavailable' })
  expect(firedWord(without)).toBe('cannot fire')
})
