import { expect, test } from 'vitest'
import { storageFailure } from '../../src/main/adapters/sqlite/storage-failure.ts'

const coded = (code: string) => Object.assign(new Error(code), { code })

test('a disk that is full at the start asks for a new start, one that fills later does not', () => {
  expect(storageFailure('be opened', '/data', coded('SQLITE_FULL')).remedy).toContain('start Longshore again')
  expect(storageFailure('be written', '/data', coded('SQLITE_FULL')).remedy).toContain(
    'goes on writing by itself',
  )
})

test('a folder on a path that leads nowhere is told as such', () => {
  const { message, remedy } = storageFailure('be opened', '/data', coded('ENOENT'))
  expect(message).toBe('The history at /data cannot be opened: its folder is not there and cannot be made.')
  expect(remedy).toContain('link')
})
