import { expect, test } from 'vitest'
import { anchorWindow, freshOrNaN } from '../../src/main/core/forecast/age-mask.ts'
import { FEATURE_COUNT, WINDOW_SIZE } from '../../src/main/core/forecast/features.ts'
import { SampleHistory } from '../../src/main/services/sample-history.ts'
import { type Measure, measured, UNAVAILABLE } from '../../src/shared/model/measure.ts'
import { aStoredSample } from '../support/store-records.ts'

const DIRTY = 3
const dirtyRates = (window: Float32Array) => [...window].filter((_, at) => at % FEATURE_COUNT === DIRTY)

test('a figure is shown to the network until it is too old', () => {
  expect(freshOrNaN(measured(7, 20_000), 20_000)).toBe(7)
  expect(freshOrNaN(measured(7, 20_001), 20_000)).toBeNaN()
  expect(freshOrNaN({ origin: 'estimated', value: 7, ageMs: 0 }, 20_000)).toBe(7)
  expect(freshOrNaN(UNAVAILABLE, 20_000)).toBeNaN()
})

test('a window without any dirty rate begins with the last one there was; one that has some is left alone', () => {
  const blank = new Float32Array(2 * WINDOW_SIZE).fill(Number.NaN)
  expect(anchorWindow(blank, WINDOW_SIZE, 42)).toBe(true)
  expect(dirtyRates(blank.subarray(WINDOW_SIZE))).toEqual([42, ...Array(19).fill(Number.NaN)])
  expect(dirtyRates(blank).slice(0, 20).every(Number.isNaN)).toBe(true)
  const known = blank.slice(0, WINDOW_SIZE)
  known[WINDOW_SIZE - 2] = 5
  expect(anchorWindow(known, 0, 42)).toBe(true)
  expect(dirtyRates(known)).toEqual([...Array(19).fill(Number.NaN), 5])
  expect(anchorWindow(blank, 0, undefined)).toBe(false)
  expect(dirtyRates(blank)[0]).toBeNaN()
})

/** The window after 40 s in which the dirty rate was told as `tell` says. */
const windowAfter = (tell: (second: number) => Measure): readonly number[] => {
  const history = new SampleHistory(20, 20_000)
  for (let second = 0; second < 40; second++)
    history.push(aStoredSample({ vmId: 'vm', atMs: second * 1000, dirtyPagesPerSecond: tell(second) }))
  const window = new Float32Array(WINDOW_SIZE)
  expect(history.copyWindow('vm', window, 0)).toBe(true)
  return dirtyRates(window)
}

test('a reading that is carried on is masked from the second it is older than 20 s', () => {
  const rates = windowAfter(second => measured(9, (second - 10) * 1000 > 0 ? (second - 10) * 1000 : 0))
  expect(rates).toEqual([...Array(11).fill(9), ...Array(9).fill(Number.NaN)])
})

test('while all of a window is too old the forecast starts from the last reading', () => {
  expect(windowAfter(second => measured(9, 60_000 + second * 1000))).toEqual([
    9,
    ...Array(19).fill(Number.NaN),
  ])
})

test('a VM whose dirty rate nobody told is not forecast, for it would be the median VM that is', () => {
  const history = new SampleHistory(20, 20_000)
  for (let second = 0; second < 40; second++)
    history.push(aStoredSample({ vmId: 'vm', atMs: second * 1000, dirtyPagesPerSecond: UNAVAILABLE }))
  expect(history.copyWindow('vm', new Float32Array(WINDOW_SIZE), 0)).toBe(false)
})
