import { expect, test } from 'vitest'
import { migrationInfo, withoutZeros } from '../../src/main/adapters/qemu/qmp-commands.ts'

const told = (ram: object) => {
  const { ram: read } = migrationInfo.answer.parse({ status: 'active', ram })
  if (read === null) throw new Error('no counters')
  return read
}

test('what is left is told without the pages of zeros that are still to come', () => {
  // 1,000 pages, 300 of zeros, of which 100 have passed: 200 of the 600 left are zeros.
  const ram = told({ total: 4_096_000, remaining: 600 * 4096, duplicate: 100, normal: 300 })
  expect(ram).toMatchObject({ remainingPages: 600, sentPages: 400, zeroPages: 100 })
  expect(withoutZeros(ram, 300).remainingPages).toBe(400)
})

test('zeros written since they were counted do not make what is left negative', () => {
  const ram = told({ total: 4_096_000, remaining: 10 * 4096, duplicate: 100, normal: 890 })
  expect(withoutZeros(ram, 300).remainingPages).toBe(0)
  expect(withoutZeros(ram, 50).remainingPages).toBe(10)
})
