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
  expect(withoutZeros(ram, 300)).toMatchObject({ remainingPages: 400, zerosLeft: 200 })
})

test('zeros that have been written to since they were counted are not waited for when all has been sent', () => {
  const ram = told({ total: 4_096_000, remaining: 10 * 4096, duplicate: 100, normal: 900 })
  expect(withoutZeros(ram, 300)).toMatchObject({ remainingPages: 10, zerosLeft: 0 })
})
