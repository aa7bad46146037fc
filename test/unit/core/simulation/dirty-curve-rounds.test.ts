import { expect, test } from 'vitest'
import { simulated } from '../../../support/a-simulated-case.ts'

const GIB_PAGES = 262_144
const MS_PER_PAGE = 4096 / 1e5

/** D(t) = min(50,000, 1,000 + (10 t - 1) 200), linear below 0.1 s. */
const dirtied = (ms: number): number => Math.min(50_000, ms < 100 ? 10 * ms : 1000 + (ms / 100 - 1) * 200)

// 262,144 pages take 10,737 ms and leave 22,275; these 912 ms and 2,625; 107.5 ms and 1,015; 41.6 ms and 416; 17 ms and 170; 7 ms and 70.
test('rounds on a dirty curve are those worked by hand, down to the shortest', () => {
  const { rounds, downtimeMs } = simulated(
    { name: 'pre-copy-xen', maxRounds: 6 },
    {
      memoryBytes: 2 ** 30,
      link: { bandwidthBytesPerSecond: 1e8, latencyMs: 0 },
      host: { roundMs: 0, pauseMs: 0, resumeMs: 0, suspendDirtyPages: 0 },
      workload: { kind: 'dirty-curve', umPages: 1000, unPages: [200], mwwsPages: 50_000 },
    },
  )
  let pages = GIB_PAGES
  for (const { sentPages, ms, dirtiedPages } of rounds.slice(0, 6)) {
    expect(Math.abs(sentPages - pages)).toBeLessThan(3 + pages / 100)
    expect(Math.abs(ms - pages * MS_PER_PAGE)).toBeLessThan(0.2 + ms / 100)
    pages = dirtied(pages * MS_PER_PAGE)
    expect(Math.abs(dirtiedPages - pages)).toBeLessThan(3 + pages / 100)
  }
  expect(rounds).toHaveLength(7)
  expect(rounds.at(-1)?.dirtiedPages).toBe(0)
  expect(Math.abs(downtimeMs - 70 * MS_PER_PAGE)).toBeLessThan(0.2)
})
