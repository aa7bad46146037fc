import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

const main = join(import.meta.dirname, '../../src/main/cli/main.ts')
let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'longshore-heat-'))
})
afterAll(() => rmSync(folder, { recursive: true }))

const heat = (args: readonly string[], input = '') =>
  new Promise<{ code: number; out: string; err: string }>(resolve => {
    const child = execFile(process.execPath, [main, 'heat', ...args], (error, out, err) =>
      resolve({ code: typeof error?.code === 'number' ? error.code : 0, out, err }),
    )
    child.stdin?.on('error', () => {})
    child.stdin?.end(input)
  })

const fileOf = (text: string): string => {
  const file = join(folder, 'pages.csv')
  writeFileSync(file, text)
  return file
}

describe('a table in three pairs', () => {
  const rows = ['0,10,1,1', '1,0,0,0', '2,5,0.5,0.5', '3,12,1,1', '4,0,0.5,0', '5,5,0.5,0.25']
  const table = ['page,frequency,locality,recency', ...rows, ''].join('\n')
  const centroids = [
    { frequency: 0, locality: 0.25, recency: 0, label: 'cold', size: 2 },
    { frequency: 5, locality: 0.5, recency: 0.375, label: 'warm', size: 2 },
    { frequency: 11, locality: 1, recency: 1, label: 'hot', size: 2 },
  ]

  test('gives the centroids worked by hand, with exactly the keys that are documented', async () => {
    const { code, out, err } = await heat(['--input', fileOf(table), '--json'])
    expect([code, err]).toEqual([0, ''])
    const found = JSON.parse(out)
    expect(found).toEqual({ centroids, inertia: 2.15625, iterations: expect.any(Number) })
    expect(Object.keys(found.centroids[0])).toEqual(['frequency', 'locality', 'recency', 'label', 'size'])
  })

  test('is the same from standard input, with a byte order mark, CRLF, quotes and columns in another order', async () => {
    const other = rows
      .map(row => row.split(','))
      .map(([p, f, l, r]) => `"${r}",${f}, "${l}" ,${p},"a ""note"", too"`)
    const text = `\uFEFFRecency,frequency,locality,"page",note\r\n${other.join('\r\n')}\r\n\r\n  \r\n`
    const { out } = await heat(['--input', '-', '--json'], text)
    expect(JSON.parse(out).centroids).toEqual(centroids)
  })

  test('is a table for people without --json, hottest first', async () => {
    const { out } = await heat(['--input', '-'], table)
    expect(out.split('\n').slice(0, 2)).toEqual([
      'class       pages      share  frequency   locality    recency',
      'hot             2      33.3%       11.0       1.00       1.00',
    ])
  })
})

test('one page is cold, and the classes that nothing is in have size 0', async () => {
  const { code, out } = await heat(
    ['--input', '-', '--json'],
    'page,frequency,locality,recency\n7,3,0.5,0.25',
  )
  expect(code).toBe(0)
  const sizes = JSON.parse(out).centroids.map(({ size }: { size: number }) => size)
  expect(sizes).toEqual([1, 0, 0])
})

test('a table that cannot be read is a failure that says where and why', async () => {
  const { code, out, err } = await heat(
    ['--input', '-', '--json'],
    'page,frequency,locality,recency\n0,-1,0,0\n',
  )
  expect([code, out]).toEqual([1, ''])
  expect(err).toContain('Standard input cannot be read: line 2 has "-1" as frequency')
})

test('a file that is not there is a failure, and no file at all is wrong usage', async () => {
  const absent = await heat(['--input', join(folder, 'absent.csv')])
  expect(absent.code).toBe(1)
  expect(absent.err).toContain('absent.csv cannot be read')
  expect((await heat([])).code).toBe(2)
})
