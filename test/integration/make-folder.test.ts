import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { makeFolder } from '../../src/main/adapters/system/make-folder.ts'

let dir: string
beforeEach(() => {
  dir = mkdtempSync(path.join(tmpdir(), 'longshore-folder-'))
})
afterEach(() => rmSync(dir, { recursive: true }))

test('a folder is made with those above it, and is left alone when it is there', () => {
  const folder = path.join(dir, 'a', 'b', 'c')
  makeFolder(folder)
  makeFolder(folder)
  expect(statSync(folder).isDirectory()).toBe(true)
})

test('a file in the way is told, at the end of the path or in its midst', () => {
  writeFileSync(path.join(dir, 'file'), '')
  expect(() => makeFolder(path.join(dir, 'file'))).toThrow('EEXIST')
  expect(() => makeFolder(path.join(dir, 'file', 'below'))).toThrow('ENOTDIR')
})

test.skipIf(process.platform !== 'linux')(
  'where no folder can be made it says so instead of trying for ever',
  () => {
    expect(() => makeFolder('/proc/longshore/data')).toThrow('ENOENT')
  },
)
