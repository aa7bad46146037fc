import { expect, test } from 'vitest'
import { tickText } from '../../../src/renderer/features/vm/tick-text.ts'
import {
  isAveraged,
  liveView,
  storedStretch,
  stretchOf,
  viewAfterKey,
  viewAround,
  viewOf,
} from '../../../src/renderer/features/vm/time-view.ts'

const NOW = 10_000_000
const live = liveView(600_000)

test('the live view ends where the forecast does', () => {
  expect(stretchOf(live, NOW)).toEqual({ fromMs: 9_400_000, toMs: 10_075_000 })
})

test('a view at a moment has it in its middle', () => {
  expect(stretchOf(viewAround(5_000_000), NOW)).toEqual({ fromMs: 4_700_000, toMs: 5_300_000 })
})

test('arrows pan by a fifth, and no further than the forecast', () => {
  const view = viewOf(live, { fromMs: 1_000_000, toMs: 2_000_000 }, NOW)
  expect(viewAfterKey('ArrowLeft', view, NOW)?.fixed).toEqual({ fromMs: 800_000, toMs: 1_800_000 })
  expect(viewAfterKey('ArrowRight', view, NOW)?.fixed).toEqual({ fromMs: 1_200_000, toMs: 2_200_000 })
  const last = viewOf(live, { fromMs: 9_900_000, toMs: 10_050_000 }, NOW)
  expect(viewAfterKey('ArrowRight', last, NOW)?.fixed).toEqual({ fromMs: 9_925_000, toMs: 10_075_000 })
})

test('plus and minus zoom around the middle, between ten seconds and eight days', () => {
  const view = viewOf(live, { fromMs: 1_000_000, toMs: 1_040_000 }, NOW)
  expect(viewAfterKey('+', view, NOW)?.fixed).toEqual({ fromMs: 1_010_000, toMs: 1_030_000 })
  expect(viewAfterKey('-', view, NOW)?.fixed).toEqual({ fromMs: 980_000, toMs: 1_060_000 })
  const narrow = viewOf(live, { fromMs: 1_000_000, toMs: 1_001_000 }, NOW)
  expect(narrow.fixed).toEqual({ fromMs: 995_500, toMs: 1_005_500 })
})

test('0 follows the present again, and a letter chooses a range', () => {
  expect(viewAfterKey('0', viewAround(1), NOW)).toEqual(live)
  expect(viewAfterKey('d', viewAround(1), NOW)).toEqual(liveView(86_400_000))
  expect(viewAfterKey('x', live, NOW)).toBeUndefined()
})

test('views beyond two hours are told in averages', () => {
  expect(isAveraged(liveView(3_600_000))).toBe(false)
  expect(isAveraged(liveView(86_400_000))).toBe(true)
})

test('panning by less than a quarter reads nothing new, and what is read holds the view', () => {
  const first = storedStretch({ fromMs: 1_000_000, toMs: 1_400_000 })
  expect(storedStretch({ fromMs: 1_050_000, toMs: 1_450_000 }).fromMs).toBe(first.fromMs)
  expect(first.fromMs).toBeLessThan(1_000_000)
  expect(first.toMs).toBeGreaterThan(1_400_000)
})

test('ticks are as exact as the stretch asks for', () => {
  const at = new Date(2026, 10, 20, 13, 42, 7).getTime()
  expect(tickText(at, { fromMs: 0, toMs: 600_000 })).toBe('13:42:07')
  expect(tickText(at, { fromMs: 0, toMs: 10 * 3_600_000 })).toBe('13:42')
  expect(tickText(at, { fromMs: 0, toMs: 7 * 86_400_000 })).toBe('11-20 13:42')
})
