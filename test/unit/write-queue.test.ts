import { expect, test } from 'vitest'
import { packSamples } from '../../src/main/adapters/sqlite/sample-rows.ts'
import { WriteQueue } from '../../src/main/adapters/sqlite/write-queue.ts'
import { aRunOfSamples, BLOCK_START_MS } from '../support/store-records.ts'

const aBatch = (second: number, count: number) =>
  packSamples(aRunOfSamples('vm-1', BLOCK_START_MS + second * 1000, count))

test('a full queue drops its oldest samples, says so once, and never drops a fact', () => {
  let warnings = 0
  const queue = new WriteQueue(10, () => warnings++)
  for (let n = 0; n < 50; n++) queue.addFact({ table: 'decision', id: `d${n}`, atMs: n, body: '{}' })
  for (let second = 0; second < 20; second += 4) queue.addSamples(aBatch(second, 4))
  const taken = queue.take()
  expect(taken?.batches.map(batch => batch.atMs[0])).toEqual([12, 16].map(s => BLOCK_START_MS + s * 1000))
  expect(taken?.facts).toHaveLength(50)
  expect(warnings).toBe(1)
  expect(queue.take()).toBeUndefined()
})

test('it says so again when it is full again after it was emptied', () => {
  let warnings = 0
  const queue = new WriteQueue(5, () => warnings++)
  for (let round = 0; round < 2; round++) {
    queue.addSamples(aBatch(0, 4))
    queue.addSamples(aBatch(4, 4))
    queue.take()
  }
  expect(warnings).toBe(2)
})

test('of a migration only its latest state waits, of a decision its first', () => {
  const queue = new WriteQueue(5, () => {})
  for (const body of ['first', 'second']) {
    queue.addFact({ table: 'migration', id: 'x', atMs: 0, body })
    queue.addFact({ table: 'decision', id: 'x', atMs: 0, body })
  }
  expect(queue.take()?.facts.map(({ table, body }) => `${table} ${body}`)).toEqual([
    'migration second',
    'decision first',
  ])
})
