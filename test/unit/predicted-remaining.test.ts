import { expect, test } from 'vitest'
import { remainingWords } from '../../src/renderer/features/migration/predicted-remaining.ts'
import { aMigration } from '../fakes/fake-migration.ts'

const expecting = (totalMs: number) =>
  aMigration({ startedAtMs: 0, predictions: [{ afterRound: 0, totalMs, downtimeMs: 50, bytesSent: 1 }] })
const counting = (atMs: number, ms: number) =>
  aMigration({ startedAtMs: 1000, remaining: { atMs, ms, bytes: 1, downtimeMs: 50 } })

test.each([
  ['before its end what is left is told', expecting(9000), 4000, '5.00 s'],
  ['about its end it is due', expecting(9000), 9200, 'due now'],
  ['after its end it is told by how much it is late', expecting(9000), 12_000, 'overdue by 3.00 s'],
  ["the engine's own count goes on after its report", counting(3000, 4000), 2500, '3.50 s'],
  ['a count that has run out is overdue too', counting(3000, 4000), 8000, 'overdue by 2.00 s'],
  ['without a prediction nothing is said', aMigration({ predictions: [], remaining: null }), 10, '-'],
  ['at the end nothing is left', aMigration({ phase: 'completing' }), 10, 'nothing left to send'],
] as const)('%s', (_, migration, elapsedMs, words) => {
  expect(remainingWords(migration, elapsedMs)).toBe(words)
})
