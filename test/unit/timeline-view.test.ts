import fc from 'fast-check'
import { expect, test } from 'vitest'
import { timelineStops } from '../../src/renderer/charts/phase-timeline/stops.ts'
import { viewAfterKey, WHOLE_TIMELINE } from '../../src/renderer/charts/phase-timeline/timeline-view.ts'
import { between, panned, revealing, zoomed } from '../../src/renderer/charts/time-window.ts'
import { switchedTimeline } from '../support/a-timeline.ts'

const whole = { fromMs: 0, toMs: 10_000 }
const stops = timelineStops(switchedTimeline)
const ground = { whole, stops }
const press = (...keys: readonly string[]) =>
  keys.reduce((state, key) => {
    const shiftKey = key.startsWith('Shift+')
    return viewAfterKey(state, { key: key.replace('Shift+', ''), shiftKey }, ground) ?? state
  }, WHOLE_TIMELINE)

test('zooming keeps the moment under the pointer where it is', () => {
  expect(zoomed(whole, whole, { atMs: 2500, factor: 0.5 })).toEqual({ fromMs: 1250, toMs: 6250 })
})

test('a view as wide as everything is the whole again, and follows it as it grows', () => {
  expect(zoomed({ fromMs: 4000, toMs: 5000 }, whole, { atMs: 4500, factor: 20 })).toBeNull()
})

test('nothing is shown beyond either end, and never less than 4 ms', () => {
  const moment = fc.double({ min: -20_000, max: 20_000, noNaN: true })
  fc.assert(
    fc.property(moment, moment, fc.double({ min: 0.01, max: 20, noNaN: true }), (a, b, factor) => {
      const first = between(a, b, whole) ?? whole
      for (const view of [
        first,
        zoomed(first, whole, { atMs: a, factor }),
        panned(first, whole, b),
        revealing(first, whole, { fromMs: Math.min(a, b), toMs: Math.max(a, b) }),
      ])
        if (view) {
          expect(view.fromMs).toBeGreaterThanOrEqual(0)
          expect(view.toMs).toBeLessThanOrEqual(10_000.001)
          expect(view.toMs - view.fromMs).toBeGreaterThanOrEqual(3.999)
        }
    }),
    { seed: 1 },
  )
})

test('arrows step from round to round, to the pause, the tail and the end, and stop there', () => {
  expect(stops.map(stop => stop.lines[0])).toEqual([
    'Round 1',
    'Round 2',
    'Pause: paused 40.0 ms',
    'Post-copy: the VM runs at the destination',
    'The end: completed',
  ])
  expect(press('ArrowRight', 'ArrowRight').stop).toBe(1)
  expect(press('ArrowLeft').stop).toBe(4)
  expect(press('End', 'ArrowRight').stop).toBe(4)
  expect(press('Home', 'ArrowLeft').stop).toBe(0)
  expect(press('Home', 'Escape').stop).toBeNull()
})

test('the round that decided says what it led to and by which rule', () => {
  expect(stops[1]?.lines.slice(-2)).toEqual([
    'after it: switch to post-copy',
    'Round 2 dirtied memory at 0.88 of the bandwidth, at or above theta 0.70',
  ])
})

test('a zoomed view follows the cursor, and Enter shows a stop with a little around it', () => {
  const { view } = press('Home', 'ArrowRight', 'ArrowRight', 'Enter')
  expect(view).toEqual({ fromMs: 8990, toMs: 9050 })
  const after = press('Home', 'ArrowRight', 'ArrowRight', 'Enter', 'Home').view
  expect(after).toEqual({ fromMs: 0, toMs: 60 })
})

test('plus and minus zoom, Shift with arrows moves, 0 shows all, and other keys are left alone', () => {
  const zoomedIn = press('+').view
  expect(zoomedIn).toEqual({ fromMs: 2000, toMs: 8000 })
  expect(press('+', '-').view).toBeNull()
  expect(press('+', 'Shift+ArrowRight').view).toEqual({ fromMs: 3200, toMs: 9200 })
  expect(press('+', '0').view).toBeNull()
  expect(viewAfterKey(WHOLE_TIMELINE, { key: 'm', shiftKey: false }, ground)).toBeUndefined()
})
