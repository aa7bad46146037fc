import { expect, test } from 'vitest'
import { OncePerId } from '../../src/main/adapters/system/once-per-id.ts'

test('of two who want it at once both get what was made once', async () => {
  const things = new OncePerId<object>()
  const make = () => Promise.resolve({})
  const [first, second] = await Promise.all([things.get('a', make), things.get('a', make)])
  expect(second).toBe(first)
  expect(await things.get('b', make)).not.toBe(first)
})

test('what could not be made is tried again, and is not among all', async () => {
  const things = new OncePerId<number>()
  await expect(things.get('a', () => Promise.reject(new Error('no')))).rejects.toThrow('no')
  expect(await things.settled()).toEqual([])
  expect(await things.get('a', () => Promise.resolve(1))).toBe(1)
  expect(await things.settled()).toEqual([1])
})
