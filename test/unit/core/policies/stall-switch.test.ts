import { expect, test } from 'vitest'
import { defaultThresholds } from '../../../../src/main/core/decision/thresholds.ts'
import { stallSwitch } from '../../../../src/main/core/migration/policies/stall-switch.ts'
import { meanBandwidth, stallAfter } from '../../../../src/main/core/migration/stall.ts'
import type { Round } from '../../../../src/shared/model/migration.ts'
import {
  afterRoundsLeaving,
  EVERY_CAPABILITY,
  LINK_BYTES_PER_SECOND,
} from '../../../support/a-policy-view.ts'
import { simulated } from '../../../support/a-simulated-case.ts'

const records = (...pairs: readonly (readonly [seconds: number, pages: number])[]) =>
  pairs.map(([seconds, pages]) => ({ atMs: seconds * 1000, pages }))

// Window 60 s, margin 4 %: stalled when no better than 96 % of the best of a minute ago.
test.each([
  ['no stall before the window is over', records([10, 1000], [69, 1000]), null],
  ['no stall at 95.9 % of the best before it', records([10, 1000], [70, 959]), null],
  ['a stall at 96 %: the least since is the target', records([10, 1000], [70, 960]), 960],
  ['the best of those older counts, not the oldest', records([5, 2000], [10, 1000], [70, 1100]), 1000],
  [
    'rising and falling within the window is no stall',
    records([10, 1000], [20, 3000], [40, 2000], [70, 900]),
    null,
  ],
  ['the target stays while patience lasts', records([10, 1000], [70, 1100], [100, 1300], [129, 1200]), 1000],
  [
    'after the window the least seen since replaces it',
    records([10, 1000], [70, 1100], [100, 1300], [130, 1200]),
    1100,
  ],
  ['and then after half of it', records([10, 1000], [70, 1100], [130, 1200], [159, 1250], [160, 1300]), 1200],
] as const)('%s', (_, seen, target) => {
  expect(stallAfter(seen, defaultThresholds)?.targetPages ?? null).toBe(target)
})

test('the mean bandwidth: 0.4 x 50 + 0.6 x 100 = 80, then 0.4 x 100 + 0.6 x 80 = 88', () => {
  const rounds = [100, 50, 100].map((bandwidthBytesPerSecond): Round => {
    return {
      index: 1,
      live: true,
      startedAtMs: 0,
      ms: 1,
      sentPages: 1,
      dirtiedPages: 1,
      bandwidthBytesPerSecond,
    }
  })
  expect(meanBandwidth(rounds.slice(0, 2), 0.4)).toBeCloseTo(80, 9)
  expect(meanBandwidth(rounds, 0.4)).toBeCloseTo(88, 9)
})

/** Rounds that end `seconds` after the start and leave so many pages, at shares of the link's bandwidth. */
const after = (
  ends: readonly (readonly [seconds: number, pages: number, share?: number])[],
  postCopy = true,
) => {
  const rounds = ends.map(([seconds, dirtiedPages, share = 1], i): Round => {
    const startedAtMs = (ends[i - 1]?.[0] ?? 0) * 1000
    const bandwidthBytesPerSecond = LINK_BYTES_PER_SECOND * share
    return {
      index: i + 1,
      live: true,
      startedAtMs,
      ms: seconds * 1000 - startedAtMs,
      sentPages: 1e6,
      dirtiedPages,
      bandwidthBytesPerSecond,
    }
  })
  const capabilities = { ...EVERY_CAPABILITY, postCopy }
  return stallSwitch.afterRound(afterRoundsLeaving([1], { capabilities, migration: { rounds } }))
}

// 1,000,000 pages are 3.81 GiB: a budget of 572 s. 100,000 pages take a second.
test.each([
  ["QEMU's own end comes first", [[10, 20_000]], 'stop-and-copy'],
  [
    'progress goes on',
    [
      [10, 9e5],
      [70, 8e5],
    ],
    'continue',
  ],
  [
    'a stall at its low switches',
    [
      [10, 5e5],
      [70, 4.9e5],
    ],
    'switch',
  ],
  [
    'a stall above its low waits',
    [
      [10, 5e5],
      [70, 6e5],
    ],
    'continue',
  ],
  [
    'within the margin of its low it switches',
    [
      [10, 5e5],
      [70, 6e5],
      [80, 5.19e5],
    ],
    'switch',
  ],
  [
    'not while the bandwidth is down',
    [
      [10, 5e5],
      [70, 4.9e5, 0.4],
    ],
    'continue',
  ],
  [
    'the budget spent, it switches wherever it is',
    [
      [10, 5e5],
      [572.3, 9e5],
    ],
    'switch',
  ],
  [
    'not when the rest would outlast twice the budget',
    [
      [10, 5e5],
      [1140, 9e5],
    ],
    'continue',
  ],
] as const)('%s', (_, ends, action) => {
  expect(after(ends).action).toBe(action)
})

test.each([
  ['a pause of 0.9 s is allowed', 90_000, 'stop-and-copy'],
  ['one of 1.3 s is waited for', 130_000, 'continue'],
  ['one of 1.4 s is given up', 140_000, 'abort'],
] as const)('without post-copy %s', (_, pages, action) => {
  expect(
    after(
      [
        [10, pages],
        [70, pages],
      ],
      false,
    ).action,
  ).toBe(action)
})

test('a guest that does not converge is handed over soon after the window', () => {
  const heavy = { workload: { kind: 'uniform', workingSetPages: 8192, writesPerSecond: 1e6 } }
  const thresholds = { stallWindow: 3 }
  const { switched, preCopyMs } = simulated({ name: 'stall-switch', thresholds }, heavy)
  expect(switched).toBe(true)
  expect(preCopyMs).toBeGreaterThan(3000)
  expect(preCopyMs).toBeLessThan(6000)
})

test('a guest that converges is not switched', () => {
  expect(simulated({ name: 'stall-switch' }).switched).toBe(false)
})
