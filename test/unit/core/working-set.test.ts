import fc from 'fast-check'
import { expect, test } from 'vitest'
import { curveBounds } from '../../../src/main/core/working-set/curve-bounds.ts'
import { curveAt, curveOf, uniquePagesWithin } from '../../../src/main/core/working-set/dirty-curve.ts'
import { fitDirtyCurve } from '../../../src/main/core/working-set/fit-dirty-curve.ts'
import { hasCurve, workingSetOf } from '../../../src/main/core/working-set/working-set.ts'
import type { DirtyWindow } from '../../../src/shared/model/working-set.ts'

const read = (windowMs: number, pages: number, atMs = 1000): DirtyWindow => ({
  windowMs,
  pages,
  atMs,
  source: 'window',
})

/** Measured on Xen 4.17: 20,000 writes/s over 16,384 pages of a guest of 49,152. */
const xen = [
  [20, 506],
  [100, 2_007],
  [500, 7_573],
  [1_000, 11_733],
  [2_000, 15_091],
  [4_000, 16_378],
] as const
const MEMORY = 49_152
const guest = { vmId: 'vm-1', memoryPages: MEMORY }

const xenWindows = (...lengthsMs: readonly number[]) =>
  xen.filter(([ms]) => lengthsMs.includes(ms)).map(([ms, pages]) => read(ms, pages))

test('N pages written r times a second dirty N (1 - exp(-r t)) of them', () => {
  // 1000 pages twice a second for half a second: 1 - 1/e of them.
  expect(uniquePagesWithin([{ pages: 1000, ratePerSecond: 2 }], 500)).toBeCloseTo(632.12, 2)
})

test("windows of 0.1 and 1 s on Xen tell the guest's working set and 4 s within 5 %", () => {
  const windows = xenWindows(100, 1000)
  const classes = fitDirtyCurve(windows, MEMORY)
  // (1 - exp(-r)) / (1 - exp(-r / 10)) = 11,733 / 2,007 holds for r = 1.36; N = 11,733 / 0.743 = 15,790.
  expect(classes).toHaveLength(1)
  expect(classes[0]?.ratePerSecond).toBeCloseTo(1.36, 1)
  expect((classes[0]?.pages ?? 0) / 15_790).toBeCloseTo(1, 2)
  expect(Math.abs(uniquePagesWithin(classes, 4000) / 16_378 - 1)).toBeLessThan(0.05)
})

test('all of the Xen windows are met within 2 %, with the pages of console and timers as a class of their own', () => {
  const classes = fitDirtyCurve(xenWindows(20, 100, 500, 1000, 2000, 4000), MEMORY)
  for (const [ms, pages] of xen)
    expect(Math.abs(uniquePagesWithin(classes, ms) / pages - 1)).toBeLessThan(0.02)
  // An idle guest dirties 70 to 87 pages a second, whatever else it does.
  expect(classes[0]?.pages).toBeGreaterThan(70)
  expect(classes[0]?.pages).toBeLessThan(120)
  expect((classes[1]?.pages ?? 0) / 16_384).toBeCloseTo(1, 1)
})

test('beyond the last window a curve goes on between flat and straight', () => {
  // Straight from 1 s on: 11,733 + 3 s x (11,733 - 2,007) / 0.9 s = 44,153.
  expect(curveBounds(xenWindows(100, 1000), 4000, MEMORY)).toEqual({
    lowPages: 11_733,
    highPages: expect.closeTo(44_153, 0),
  })
})

test('between two windows a curve lies over their chord and under the lines that lead there', () => {
  // Chord from 2,007 at 0.1 s to 11,733 at 1 s: 6,330 at 0.5 s. From the origin through 0.1 s: 10,035.
  expect(curveBounds(xenWindows(100, 1000), 500, MEMORY)).toEqual({
    lowPages: expect.closeTo(6_329.7, 1),
    highPages: 10_035,
  })
})

test('figures are measured where a window was as long and estimated within bounds elsewhere', () => {
  const set = workingSetOf(guest, xenWindows(100, 1000))
  expect(set?.figures.map(({ origin, pages }) => [origin, Math.round(pages)])).toEqual([
    ['measured', 2_007],
    ['measured', 11_733],
    ['estimated', 15_810],
  ])
  expect(set?.figures[2]).toMatchObject({ lowPages: 11_733, highPages: MEMORY })
})

test('of windows of one length the newest counts', () => {
  const set = workingSetOf(guest, [read(1000, 10, 1000), read(1020, 20, 2000), read(100, 5, 1500)])
  expect(set?.windows.map(({ pages }) => pages)).toEqual([5, 20])
  expect(set?.atMs).toBe(2000)
})

test('one window tells no shape: the rest lies between flat and straight through it', () => {
  const set = workingSetOf(guest, [read(1000, 1000)])
  expect(set && hasCurve(set)).toBe(false)
  expect(set?.figures[0]).toMatchObject({ origin: 'estimated', lowPages: 100, highPages: 1000 })
  expect(set?.figures[2]).toMatchObject({ origin: 'estimated', lowPages: 1000, highPages: 10_000 })
})

test('without a window there is no working set', () => {
  expect(workingSetOf(guest, [])).toBeNull()
  expect(fitDirtyCurve([], MEMORY)).toEqual([])
})

test('a guest that dirties nothing has a curve of next to nothing', () => {
  const set = workingSetOf(guest, [read(100, 0), read(1000, 0), read(5000, 0)])
  expect(set?.figures[2]?.pages).toBeLessThanOrEqual(MEMORY)
  expect(set?.figures[1]?.pages).toBe(0)
})

const someWindows = fc
  .uniqueArray(
    fc.record({
      windowMs: fc.constantFrom(50, 100, 250, 1000, 2000, 5000, 9000),
      pages: fc.integer({ min: 0, max: MEMORY }),
    }),
    { selector: window => window.windowMs, minLength: 1, maxLength: 5 },
  )
  .map(windows => windows.map(({ windowMs, pages }) => read(windowMs, pages)))

test('whatever was read, a fitted curve never falls, never steepens and never passes the memory', () => {
  fc.assert(
    fc.property(someWindows, windows => {
      const classes = fitDirtyCurve(windows, MEMORY)
      const at = (ms: number) => uniquePagesWithin(classes, ms)
      for (const ms of [10, 100, 1000, 10_000, 100_000]) {
        const [before, here, after] = [at(ms / 2), at(ms), at(1.5 * ms)]
        expect(here).toBeGreaterThanOrEqual(before)
        expect(here - before).toBeGreaterThanOrEqual((after - here) * (1 - 1e-9) - 1e-6)
        expect(here).toBeLessThanOrEqual(MEMORY * (1 + 1e-9))
      }
    }),
    { seed: 7, numRuns: 60 },
  )
})

test('a curve made of classes is within the bounds that windows of it set', () => {
  fc.assert(
    fc.property(
      fc.array(
        fc.record({
          pages: fc.integer({ min: 100, max: 10_000 }),
          ratePerSecond: fc.double({ min: 0.001, max: 50, noNaN: true }),
        }),
        { minLength: 1, maxLength: 3 },
      ),
      fc.integer({ min: 20, max: 20_000 }),
      (classes, ms) => {
        const windows = [100, 1000, 5000].map(each => read(each, uniquePagesWithin(classes, each)))
        const { lowPages, highPages } = curveBounds(windows, ms, MEMORY)
        const pages = uniquePagesWithin(classes, ms)
        expect(pages).toBeGreaterThanOrEqual(lowPages * (1 - 1e-9))
        expect(pages).toBeLessThanOrEqual(highPages * (1 + 1e-9))
      },
    ),
    { seed: 11, numRuns: 200 },
  )
})

test('a curve to be drawn runs from 50 ms to 20 s through the windows that were read', () => {
  const set = workingSetOf(guest, xenWindows(100, 1000))
  const curve = set ? curveOf(set) : []
  expect(curve[0]?.windowMs).toBeCloseTo(50)
  expect(curve.at(-1)?.windowMs).toBeCloseTo(20_000)
  expect(set && curveAt(set, 1000).pages).toBe(11_733)
})
