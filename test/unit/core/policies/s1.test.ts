import { expect, test } from 'vitest'
import { s1 } from '../../../../src/main/core/migration/policies/s1.ts'
import { afterRoundsLeaving, EVERY_CAPABILITY } from '../../../support/a-policy-view.ts'

const reasonAfter = (...dirtied: readonly number[]) => s1.afterRound(afterRoundsLeaving(dirtied)).reasons[0]

test.each([
  [
    'a ratio below the line',
    [510_000],
    'Round 1 dirtied memory at 51% of the bandwidth, below theta 70%: pre-copy is getting nearer the end.',
  ],
  [
    'a ratio that rounds to the line is not told as having reached it',
    [699_000],
    'Round 1 dirtied memory at just under 70% of the bandwidth, below theta 70%: pre-copy is getting nearer the end.',
  ],
  [
    'a ratio at the line',
    [730_000],
    'Round 1 dirtied memory at 73% of the bandwidth, at or above theta 70%: more rounds would not get nearer the end.',
  ],
  [
    'a single page left',
    [1],
    'Only 1 page is left, fewer than epsilon (50): the rest is copied in a short pause.',
  ],
])('%s is told as the screens tell it', (_, dirtied, words) => {
  expect(reasonAfter(...dirtied)).toBe(words)
})

test('what the other choices would have left or cost is told in bytes and ms', () => {
  const { alternatives } = s1.afterRound(afterRoundsLeaving([730_000]))
  expect(alternatives.map(({ name, because }) => `${name}: ${because}`)).toEqual([
    'continue: another round would leave about 2.03 GiB of 2.78 GiB',
    'switch: moves the VM now and fetches the rest on demand',
    'stop-and-copy: copying what is left would pause the VM for about 7.30 s',
  ])
})

test('at a switch hot pages go before other traffic, where that can be asked for', () => {
  const migration = { heat: { hotPages: 10, warmPages: 0, coldPages: 0 } }
  const view = afterRoundsLeaving([730_000], { migration })
  expect(s1.afterRound(view).adjustments).toEqual([{ kind: 'priority', share: 1 }])
  const capabilities = { ...EVERY_CAPABILITY, priority: false }
  expect(s1.afterRound({ ...view, capabilities }).adjustments).toEqual([])
  expect(s1.afterRound(afterRoundsLeaving([510_000], { migration })).adjustments).toEqual([])
})
