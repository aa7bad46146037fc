import { expect, test } from 'vitest'
import { shownPills } from '../../../src/renderer/shell/shown-pills.ts'

test('pills that fit are all shown', () => {
  expect(shownPills(2, 232)).toBe(2)
  expect(shownPills(1, 40)).toBe(1)
})

test('of pills that do not fit as many are shown as leave room for the count of the rest', () => {
  expect(shownPills(5, 400)).toBe(2)
  expect(shownPills(2, 200)).toBe(0)
})
