import { expect, test } from 'vitest'
import type { Store } from '../../src/main/ports/store.ts'
import { HistoryDesk } from '../../src/main/services/history-desk.ts'
import { Operations } from '../../src/main/services/operations.ts'
import { Failure } from '../../src/shared/failure.ts'
import { FakeClock } from '../fakes/fake-clock.ts'
import { memoryStore } from '../fakes/memory-store.ts'
import { silentLog } from '../fakes/silent-log.ts'

const start = (parts: Partial<Store> = {}) => {
  const clock = new FakeClock(Date.UTC(2026, 0, 2, 3, 4, 5))
  const store = { ...memoryStore(), ...parts }
  const operations = new Operations(clock)
  const made: string[] = []
  const makeFolder = (folder: string) => void made.push(folder)
  const desk = new HistoryDesk({
    store,
    operations,
    clock,
    log: silentLog,
    backupFolder: '/data/backups',
    makeFolder,
  })
  const present = async () => {
    const stop = new AbortController()
    for await (const item of desk.watch(stop.signal)) {
      stop.abort()
      return item
    }
    throw new Error('nothing was told')
  }
  return { desk, store, operations, clock, made, present }
}

const untilEnded = async (operations: Operations, id: string) => {
  const stop = new AbortController()
  for await (const changed of operations.states.watch(stop.signal)) {
    const operation = changed.find(other => other.id === id)
    if (operation && operation.state !== 'running') return operation
  }
  throw new Error('it was not told')
}

test('a retention that was set is stored, told as manual, and brought back by the next run', async () => {
  const { desk, store, present } = start()
  desk.setRetention({ samplesHours: 6, averagesDays: null })
  expect(await store.settings()).toEqual({ retention: { samplesMs: 6 * 3_600_000 } })
  const { retention } = await present()
  expect(retention.samples).toMatchObject({ value: 6, unit: 'hours', origin: 'manual', default: 24 })
  expect(retention.averages).toMatchObject({ value: 7, unit: 'days', origin: 'default' })

  const next = start({ settings: store.settings })
  next.desk.restore(await next.store.settings())
  expect((await next.present()).retention).toEqual(retention)
  next.desk.setRetention({ samplesHours: null, averagesDays: null })
  expect((await next.present()).retention.samples.origin).toBe('default')
})

test('averages that would go before they are made are refused, and nothing is stored', async () => {
  const { desk, store } = start()
  expect(() => desk.setRetention({ samplesHours: 200, averagesDays: null })).toThrow(Failure)
  expect(await store.settings()).toEqual({})
})

test('a backup is an operation with progress, into the folder for them unless a file is named', async () => {
  const files: string[] = []
  const { desk, operations, made, clock } = start({
    backup: async (file, onProgress = () => {}) => {
      files.push(file)
      await clock.advance(1000)
      onProgress(0.25)
      expect(operations.states.values().at(-1)).toMatchObject({ progress: 0.25, remainingMs: 3000 })
    },
  })
  const { operationId, file } = desk.backup(undefined)
  expect(file).toBe('/data/backups/longshore-20260102-030405.db')
  expect(made).toEqual(['/data/backups'])
  expect(await untilEnded(operations, operationId)).toMatchObject({ kind: 'backup', state: 'succeeded' })
  desk.backup('/elsewhere/copy.db')
  expect(files).toEqual([file, '/elsewhere/copy.db'])
  expect(() => desk.backup('copy.db')).toThrow(/not a whole path/)
})

test('a backup can be cancelled, one that fails says why, and closing gives up what is under way', async () => {
  const { desk, operations } = start({
    backup: (_, __, signal) =>
      new Promise((_, reject) => signal?.addEventListener('abort', () => reject(signal.reason))),
  })
  const cancelled = desk.backup('/a.db').operationId
  operations.cancel(cancelled)
  expect((await untilEnded(operations, cancelled)).state).toBe('cancelled')
  const closed = desk.backup('/b.db').operationId
  await desk.close()
  expect((await untilEnded(operations, closed)).state).toBe('cancelled')

  const failure = new Failure({ code: 'storage', message: 'The disk is full.', remedy: 'Make room.' })
  const failing = start({ backup: () => Promise.reject(failure) })
  const { operationId } = failing.desk.backup('/c.db')
  expect(await untilEnded(failing.operations, operationId)).toMatchObject({
    state: 'failed',
    failure: { message: 'The disk is full.' },
  })
})
