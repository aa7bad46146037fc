import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { LeaseFile } from '../../src/main/adapters/qemu/lease-file.ts'

let dir: string
const consoles = () => ['a', 'b', 'c'].map(name => ({ name, file: new LeaseFile(path.join(dir, 'lease')) }))
const leaseOf = (name: string, untilMs: number) => ({ holder: name, name, untilMs })

beforeEach(() => {
  dir = mkdtempSync(path.join(tmpdir(), 'longshore-lease-'))
})
afterEach(() => rmSync(dir, { recursive: true }))

test('a lease is taken, renewed by who knows the present one only, and given back', async () => {
  const file = new LeaseFile(path.join(dir, 'lease'))
  expect(await file.read()).toBe(null)
  expect(await file.replace(null, leaseOf('a', 1))).toBe(true)
  expect(await file.replace(null, leaseOf('b', 1))).toBe(false)
  expect(await file.replace(leaseOf('a', 1), leaseOf('a', 2))).toBe(true)
  expect(await file.replace(leaseOf('a', 1), leaseOf('b', 3))).toBe(false)
  expect(await file.read()).toEqual(leaseOf('a', 2))
  expect(await file.replace(leaseOf('a', 2), null)).toBe(true)
  expect(await file.read()).toBe(null)
})

test('of consoles that want it at the same moment at most one gets it, every time', async () => {
  const rivals = consoles()
  for (let turn = 1; turn <= 200; turn++) {
    const present = await new LeaseFile(path.join(dir, 'lease')).read()
    const got = await Promise.all(
      rivals.map(async ({ name, file }) =>
        (await file.replace(present, leaseOf(name, turn))) ? [name] : [],
      ),
    )
    const [winner, ...others] = got.flat()
    expect(others).toEqual([])
    expect((await rivals[0]?.file.read())?.holder).toBe(winner)
  }
})

test('nobody loses a lease that he was given to who has read an older one', async () => {
  const rivals = consoles()
  let given = 0
  const contend = async ({ name, file }: (typeof rivals)[number]) => {
    for (let turn = 0; turn < 60; turn++) {
      const present = await file.read()
      if (!(await file.replace(present, leaseOf(name, (present?.untilMs ?? 0) + 1)))) continue
      given++
    }
  }
  await Promise.all(rivals.map(contend))
  // Each one that was given counts one on: had two been given in the place of one, a count would be lost.
  expect((await rivals[0]?.file.read())?.untilMs).toBeGreaterThanOrEqual(given)
})

test('only the last one is kept', async () => {
  const file = new LeaseFile(path.join(dir, 'lease'))
  await file.replace(null, leaseOf('a', 1))
  await file.replace(leaseOf('a', 1), leaseOf('a', 2))
  expect(readdirSync(path.join(dir, 'lease'))).toEqual(['2.json'])
})

test('a lease that cannot be written is refused with what is in the way', async () => {
  const folder = path.join(dir, 'lease')
  writeFileSync(folder, '')
  await expect(new LeaseFile(folder).replace(null, leaseOf('a', 1))).rejects.toMatchObject({
    code: 'storage',
    message: `${folder} cannot be written: a file is in the way of its folder.`,
  })
})
