import { expect, test } from 'vitest'
import { EventBook } from '../../src/main/adapters/qemu/event-book.ts'
import type { HostMigrationEvent } from '../../src/shared/model/migration-event.ts'

const never = new AbortController().signal
const started = { kind: 'started', sequence: 1, atMs: 1, memoryPages: 10, linkBytesPerSecond: 1e6 } as const

const toldAfter = async (book: EventBook, sequence: number): Promise<readonly HostMigrationEvent[]> => {
  const told: HostMigrationEvent[] = []
  for await (const event of book.watch(sequence, never)) told.push(event)
  return told
}

test('who has heard the ending is told nothing more', async () => {
  const book = new EventBook([started])
  book.add([{ kind: 'cancelled', atMs: 2 }])
  expect(await toldAfter(book, 1)).toEqual([{ kind: 'cancelled', atMs: 2, sequence: 2 }])
  expect(await toldAfter(book, 2)).toEqual([])
})

test('who has heard more than was kept hears how it ended, after all that is known there', async () => {
  const ended = new EventBook([started])
  ended.add([{ kind: 'cancelled', atMs: 2 }])
  expect(await toldAfter(ended, 120)).toEqual([{ kind: 'cancelled', atMs: 2, sequence: 121 }])
  const going = new EventBook([started])
  const told = toldAfter(going, 120)
  await Promise.resolve()
  going.add([{ kind: 'cancelled', atMs: 2 }])
  expect(await told).toEqual([{ kind: 'cancelled', atMs: 2, sequence: 121 }])
})
