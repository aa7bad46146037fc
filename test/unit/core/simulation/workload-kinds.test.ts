import { expect, test } from 'vitest'
import { PageSet } from '../../../../src/main/core/numeric/page-set.ts'
import { Random } from '../../../../src/main/core/numeric/random.ts'
import { meanActivity, type Workload } from '../../../../src/main/core/simulation/activity.ts'
import { batchPhase, batchWorkload } from '../../../../src/main/core/simulation/batch-workload.ts'
import { ClassWalk } from '../../../../src/main/core/simulation/class-walk.ts'
import { cpuWorkload } from '../../../../src/main/core/simulation/cpu-workload.ts'
import { dailyLevel, dailyWorkload } from '../../../../src/main/core/simulation/daily-workload.ts'
import { idleWorkload } from '../../../../src/main/core/simulation/idle-workload.ts'
import {
  memoryTestClasses,
  memoryTestWorkload,
} from '../../../../src/main/core/simulation/memory-test-workload.ts'
import { layOutPages } from '../../../../src/main/core/simulation/page-layout.ts'
import { classesOfShares, expectedDirtyPages } from '../../../../src/main/core/simulation/write-process.ts'
import { WriteSchedule } from '../../../../src/main/core/simulation/write-schedule.ts'

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

const PAGES = 25_600
const tester = classesOfShares(memoryTestClasses, PAGES)
const walked = 0.8 * PAGES

const testerMemory = (places?: readonly number[]) => {
  const random = new Random(1)
  const layout = layOutPages({ pages: PAGES, classes: tester, zeroPages: PAGES - walked }, random)
  return new WriteSchedule(layout, random, places)
}

test('a memory tester dirties a new page with every write until it has walked through all of them', () => {
  expect(expectedDirtyPages(tester, [10_000], 1000)).toBe(10_000)
  expect(expectedDirtyPages(tester, [10_000], 5000)).toBe(walked)
  const memory = testerMemory()
  const written = () => memory.versions.reduce((count, version) => count + (version === 2 ? 1 : 0), 0)
  const log = new PageSet(PAGES)
  memory.elapse(1000, [10_000])
  memory.harvest(log)
  expect([log.size, written()]).toEqual([10_000, 10_000])
  memory.elapse(1000, [walked - 10_000])
  memory.harvest(log)
  expect([log.size, written()]).toEqual([walked, walked])
})

test('a walk goes on from where it stands', () => {
  const memory = testerMemory([7.75])
  const log = new PageSet(PAGES)
  memory.elapse(1000, [walked / 2])
  memory.harvest(log)
  expect(log.size).toBe(walked / 2)
  const walk = new ClassWalk(memory.layout, 0)
  const isWritten = (part: number) => log.has(walk.pageAt(Math.floor(part * walked)))
  expect([0.1, 0.3, 0.7, 0.8, 0.99].map(isWritten)).toEqual([true, false, false, true, true])
})
