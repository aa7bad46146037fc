import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { lockFolder } from '../../src/main/adapters/sqlite/lock-folder.ts'
import { databasePath, openDatabase } from '../../src/main/adapters/sqlite/open-database.ts'
import { examineStore } from '../../src/main/cli/examine-store.ts'

const aFolder = (): string => {
  const folder = mkdtempSync(join(tmpdir(), 'longshore-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

test('a folder without a history is as good as any', () => {
  expect(examineStore(aFolder())).toMatchObject({ state: 'good', found: 'none yet' })
})

test('a history is told with its size and schema, and whether a console holds it', () => {
  const folder = aFolder()
  const unlock = lockFolder(folder)
  openDatabase(folder).close()
  const held = examineStore(folder)
  unlock()
  const free = examineStore(folder)
  expect(held).toMatchObject({ state: 'limited', found: expect.stringMatching(/, in use$/) })
  expect(free).toMatchObject({ state: 'good', found: expect.stringMatching(/iB, schema (\d+) of \1$/) })
})

test('a history of a newer Longshore is told as such', () => {
  const folder = aFolder()
  const database = openDatabase(folder)
  database.pragma('user_version = 9999')
  database.close()
  expect(examineStore(folder)).toMatchObject({ state: 'bad', follows: expect.stringContaining('newer') })
})

test('what is no database cannot be read', () => {
  const folder = aFolder()
  writeFileSync(databasePath(folder), 'not a database, though it is long enough to look like one'.repeat(20))
  expect(examineStore(folder)).toMatchObject({
    state: 'bad',
    found: expect.stringContaining('not a database'),
  })
})
