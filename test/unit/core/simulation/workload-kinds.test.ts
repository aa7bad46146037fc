import { expect, test } from 'vitest'
import { Random } from '../../../../src/main/core/numeric/random.ts'
import { meanActivity, type Workload } from '../../../../src/main/core/simulation/activity.ts'
import { batchPhase, batchWorkload } from '../../../../src/main/core/simulation/batch-workload.ts'
import { cpuWorkload } from '../../../../src/main/core/simulation/cpu-workload.ts'
import { dailyLevel, dailyWorkload } from '../../../../src/main/core/simulation/daily-workload.ts'
import { GuestMemory } from '../../../../src/main/core/simulation/guest-memory.ts'
import { idleWorkload } from '../../../../src/main/core/simulation/idle-workload.ts'
import {
  memoryTestClasses,
  memoryTestWorkload,
} from '../../../../src/main/core/simulation/memory-test-workload.ts'
import { expectedDirtyPages, layOutGuest } from '../../../../src/main/core/simulation/write-process.ts'
import { aMigration } from '../../../support/a-guest.ts'

const HOUR_MS = 3_600_000
const guest = { vcpuCount: 2, seed: 7 }
const day = { startMsOfDay: 9 * HOUR_MS, peakHour: 15, peakCpuRatio: 0.6 }
const job = { firstMs: 10_000, everyMs: 100_000, busyMs: 40_000 }

const kinds: readonly (readonly [string, Workload])[] = [
  ['idle', idleWorkload(guest)],
  ['daily web', dailyWorkload({ ...guest, ...day })],
  ['batch', batchWorkload({ ...guest, ...job })],
  ['memory tester', memoryTestWorkload({ ...guest, pagesPerSecond: 1e5 })],
  ['CPU burner', cpuWorkload(guest)],
]

test.each(
  kinds,
)('%s gives the same at the same moment, within bounds, also before the start', (_, workload) => {
  for (let ms = -600_000; ms < 2 * 24 * HOUR_MS; ms += 777_777) {
    const activity = workload(ms)
    expect(workload(ms)).toEqual(activity)
    const { writesPerSecond, cpuRatio, memoryRatio, ...rates } = activity
    for (const ratio of [cpuRatio, memoryRatio]) {
      expect(ratio).toBeGreaterThanOrEqual(0)
      expect(ratio).toBeLessThanOrEqual(1)
    }
    for (const rate of [...writesPerSecond, ...Object.values(rates)]) expect(rate).toBeGreaterThanOrEqual(0)
  }
})

const cpuOf = (workload: Workload) => meanActivity(workload, 600_000, { ms: 600_000, samples: 600 }).cpuRatio

test('an idle guest uses about one percent of its CPU and a CPU burner all of it', () => {
  expect(cpuOf(idleWorkload(guest))).toBeCloseTo(0.01, 3)
  expect(cpuOf(cpuWorkload(guest))).toBeGreaterThan(0.96)
  expect(cpuWorkload(guest)(0).writesPerSecond[0]).toBeLessThan(300)
})

test.each([
  [15, 1],
  [21, 0.5 ** 1.5],
  [3, 0],
  [15 + 24, 1],
])('at %d o’clock the web has its share of visitors', (hour, level) => {
  expect(dailyLevel(day, hour * HOUR_MS - day.startMsOfDay)).toBeCloseTo(level, 9)
})

test('a web server is busy at its peak and quiet twelve hours later', () => {
  const workload = dailyWorkload({ ...guest, ...day })
  const at = (hour: number) => workload(hour * HOUR_MS - day.startMsOfDay)
  expect(at(15).cpuRatio).toBeGreaterThan(0.6 * 0.8)
  expect(at(15).cpuRatio).toBeLessThan(0.6 * 1.2)
  expect(at(27).cpuRatio).toBeLessThan(0.05)
  expect(at(15).networkSentBytesPerSecond).toBeGreaterThan(8 * at(27).networkSentBytesPerSecond)
})

test.each([
  [9_000, { reading: 0, computing: 0, writing: 0 }],
  [15_000, { reading: 1, computing: 0, writing: 0 }],
  [30_000, { reading: 0, computing: 1, writing: 0 }],
  [47_000, { reading: 0, computing: 0, writing: 1 }],
  [60_000, { reading: 0, computing: 0, writing: 0 }],
  [130_000, { reading: 0, computing: 1, writing: 0 }],
  [-70_000, { reading: 0, computing: 1, writing: 0 }],
])('at %d ms a job of 40 s reads, computes or writes', (ms, phase) => {
  expect(batchPhase(job, ms)).toEqual(phase)
})

test('a batch machine reads disk, then computes and dirties its working set', () => {
  const workload = batchWorkload({ ...guest, ...job })
  const [reading, computing] = [workload(15_000), workload(30_000)]
  expect(reading.diskReadBytesPerSecond).toBeGreaterThan(140e6)
  expect(reading.writesPerSecond[2]).toBeCloseTo(reading.diskReadBytesPerSecond / 4096, 6)
  expect(computing.cpuRatio).toBeGreaterThan(0.9)
  expect(computing.writesPerSecond[1]).toBeGreaterThan(2 * 8000 * 0.95)
})

const tester = () => {
  const plan = { pages: 25_600, classes: memoryTestClasses, zeroShare: 0.2 }
  return layOutGuest(plan, new Random(1))
}

test('a memory tester dirties a new page with every write until it has walked through all of them', () => {
  const layout = tester()
  const covered = Math.round(0.8 * 256) * 100
  expect(expectedDirtyPages(layout, [10_000], 1000)).toBe(10_000)
  expect(expectedDirtyPages(layout, [10_000], 5000)).toBe(covered)
  const memory = new GuestMemory(layout, new Random(2))
  memory.run(1000, [10_000], null)
  expect(memory.versions.filter(version => version === 2)).toHaveLength(10_000)
  memory.run(1000, [covered - 10_000], null)
  const [walked] = layout.classes
  expect([...(walked?.blockStarts ?? [])].every(start => memory.versions[start + 99] === 2)).toBe(true)
  expect(memory.versions.filter(version => version > 2)).toHaveLength(0)
  expect(memory.pickPage(0)).toBe(walked?.blockStarts[0])
})

test.each([
  'continue',
  'switch',
] as const)('a walk through memory faster than the link never converges, and by %s every page arrives', command => {
  const guest = new GuestMemory(tester(), new Random(2))
  const link = { bytesPerSecond: 10_000 * 4096, roundTripMs: 0.2 }
  const migration = aMigration({ guest, link, maxLiveRounds: 4 })
  const dirtied: number[] = []
  for (let steps = 0; steps < 20_000 && !migration.ended; steps++)
    for (const fact of migration.advance(20, [20_000]))
      if (fact.kind === 'round-ended' && fact.live) {
        dirtied.push(fact.dirtiedPages)
        migration.control({ kind: command })
      }
  expect(migration.ended).toBe(true)
  const walked = Math.round(0.8 * 256) * 100
  expect(dirtied).toEqual(dirtied.map(() => walked))
  expect(dirtied).toHaveLength(command === 'switch' ? 1 : 4)
})
