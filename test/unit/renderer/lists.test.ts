import { expect, test } from 'vitest'
import { figureText, firedWord, inputText } from '../../../src/renderer/features/decisions/decision-words.ts'
import {
  migrationFigures,
  sortedMigrations,
  totalMs,
} from '../../../src/renderer/features/migration/migration-columns.ts'
import { measured, UNAVAILABLE } from '../../../src/shared/model/measure.ts'
import { aMigration } from '../../fakes/fake-migration.ts'

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
    sortedMigrations(list, { column, descending }, () => 9_000).map(m => m.id)
  expect(order('started', true)).toEqual(['running', 'c', 'b', 'a'])
  expect(order('pause', true)).toEqual(['running', 'a', 'b', 'c'])
  expect(order('no such column', false)).toEqual(['running', 'a', 'b', 'c'])
})

test('a running migration takes as long as the pool says, never less than nothing', () => {
  const running = aMigration({ startedAtMs: 5_000 })
  expect(totalMs(running, 7_500)).toBe(2_500)
  expect(totalMs(running, 4_000)).toBe(0)
  expect(totalMs(running, undefined)).toBe(0)
  expect(migrationFigures(running, 7_500)).toMatchObject({ total: '2.50 s', pause: '-' })
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

test('large figures have their thousands set apart', () => {
  expect(figureText(165_000.4)).toBe('165,000')
  expect(figureText(9_999)).toBe('9999')
})
