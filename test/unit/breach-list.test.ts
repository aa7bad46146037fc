import { expect, test } from 'vitest'
import { breachHandlers } from '../../src/main/handlers/breach.ts'
import { memoryStore } from '../fakes/memory-store.ts'
import { aStoredBreach, BLOCK_START_MS } from '../support/store-records.ts'

test('a window reads as many of the newest breaches as it asks for, newest first', async () => {
  const store = memoryStore()
  for (const n of [1, 2, 3]) store.putBreach(aStoredBreach({ id: `breach-${n}`, fromMs: BLOCK_START_MS + n }))
  const { breaches } = await breachHandlers({ store })['breach.list'](
    { limit: 2 },
    new AbortController().signal,
  )
  expect(breaches.map(({ id }) => id)).toEqual(['breach-3', 'breach-2'])
})
