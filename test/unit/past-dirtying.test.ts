import { expect, test } from 'vitest'
import { windowPages } from '../../src/main/core/estimate/window-pages.ts'
import { readPastDirtying } from '../../src/main/services/past-dirtying.ts'
import { NO_CAPABILITIES } from '../../src/shared/model/capabilities.ts'
import { FakeClock } from '../fakes/fake-clock.ts'
import { aHost, anInventory, aVm, FakeHypervisor } from '../fakes/fake-hypervisor.ts'
import { memoryStore } from '../fakes/memory-store.ts'
import { aConsole } from '../support/a-console.ts'
import { aStoredMigration, aStoredSample } from '../support/store-records.ts'

const FROM_MS = 1_700_000_000_000

const aRound = (ms: number, dirtiedPages: number, index = 1) => ({
  index,
  live: true,
  startedAtMs: FROM_MS,
  ms,
  sentPages: 1,
  dirtiedPages,
  bandwidthBytesPerSecond: 1,
})

test.each([
  { name: 'a round of a second is a window', rounds: [aRound(1000, 700)], pages: 700 },
  {
    name: 'between two rounds the curve is straight',
    rounds: [aRound(2000, 3000), aRound(500, 1000)],
    pages: 1000 + (2000 * 500) / 1500,
  },
  { name: 'before the shortest it is straight from nothing', rounds: [aRound(4000, 2000)], pages: 500 },
  {
    name: 'beyond the longest it is as steep as before',
    rounds: [aRound(200, 300), aRound(600, 500)],
    pages: 700,
  },
  { name: 'it never falls', rounds: [aRound(500, 1000), aRound(2000, 400)], pages: 1000 },
  {
    name: 'a pause and a round of no time tell nothing',
    rounds: [{ ...aRound(1000, 5), live: false }, aRound(0, 5)],
    pages: undefined,
  },
])('$name', ({ rounds, pages }) => {
  expect(windowPages(rounds)).toBe(pages)
})

const ended = aStoredMigration({
  vmId: 'db',
  phase: 'completed',
  endedAtMs: FROM_MS + 3000,
  rounds: [aRound(500, 1000), { ...aRound(2000, 3000, 2), startedAtMs: FROM_MS + 500 }],
})
const busy = (atMs: number, value: number) =>
  aStoredSample({ vmId: 'db', atMs, cpuRatio: { origin: 'measured', value, ageMs: 0 } })

test('a restarted console begins with what stored migrations showed of a VM', async () => {
  const store = memoryStore()
  store.appendSamples([busy(FROM_MS - 5000, 0.9), busy(FROM_MS, 0.4), busy(FROM_MS + 1000, 0.6)])
  const past = await readPastDirtying(store, [ended])
  expect(past).toHaveLength(1)
  expect(past[0]?.cpuRatio).toBeCloseTo(0.5, 6)

  // 1,667 pages/s at half of 4 vCPUs are 833 for each; at 0.3 that is 1,000, and devices write 500/4096 of a page.
  const hosts = [aHost({ id: 'host-1', capabilities: NO_CAPABILITIES })]
  const hypervisor = new FakeHypervisor(anInventory([aVm({ id: 'db' })], hosts))
  const clock = new FakeClock()
  hypervisor.atMs = clock.now()
  const console = aConsole({ connect: async () => hypervisor, clock, store })
  console.sampler.remember(past)
  await clock.advance(1000)
  const [sample] = console.loop.fleet.value.vmSamples
  expect(sample?.dirtyPagesPerSecond).toMatchObject({ origin: 'estimated' })
  const { dirtyPagesPerSecond } = sample ?? {}
  const value = dirtyPagesPerSecond?.origin === 'estimated' ? dirtyPagesPerSecond.value : Number.NaN
  expect(value).toBeCloseTo(1000.122, 2)
  await console.close()
})

test('a migration of which no CPU use is kept, or that has not ended, tells nothing', async () => {
  const store = memoryStore()
  expect(await readPastDirtying(store, [ended])).toEqual([])
  store.appendSamples([busy(FROM_MS, 0.4)])
  expect(await readPastDirtying(store, [{ ...ended, endedAtMs: null }])).toEqual([])
})
