import { expect, test } from 'vitest'
import type { PhaseTimelineData, TimelineRound } from '../../src/renderer/charts/phase-timeline/data.ts'
import { axisEndMs } from '../../src/renderer/charts/phase-timeline/frame.ts'
import { layoutPhaseTimeline } from '../../src/renderer/charts/phase-timeline/layout.ts'
import { shownPredictions } from '../../src/renderer/charts/phase-timeline/predicted-lane.ts'
import type { Shape } from '../../src/renderer/charts/shape.ts'
import { GIB, MIB } from '../../src/shared/units.ts'
import { shapesAsText } from '../support/shapes-as-text.ts'

const size = { width: 1000, height: 400 }

const aRound = (changes: Partial<TimelineRound> = {}): TimelineRound => ({
  index: 1,
  live: true,
  startMs: 0,
  ms: 8000,
  sentBytes: 8 * GIB,
  dirtiedBytes: GIB,
  bandwidthBytesPerSecond: GIB,
  partial: false,
  ...changes,
})

const aTimeline = (changes: Partial<PhaseTimelineData> = {}): PhaseTimelineData => ({
  elapsedMs: 10_000,
  outcome: 'running',
  rounds: [],
  switchRatio: 0.7,
  ending: null,
  pause: null,
  postCopy: null,
  postCopyNote: 'not yet',
  predictions: [],
  ...changes,
})

const switched = aTimeline({
  elapsedMs: 10_040,
  outcome: 'completed',
  rounds: [aRound(), aRound({ index: 2, startMs: 8000, ms: 1000, sentBytes: GIB, dirtiedBytes: 900 * MIB })],
  ending: { kind: 'post-copy', atMs: 9000, afterRound: 2 },
  pause: { startMs: 9000, endMs: 9040 },
  postCopy: {
    startMs: 9040,
    endMs: 10_040,
    totalBytes: 900 * MIB,
    marks: [
      { atMs: 9040, pushedBytes: 0, demandFaults: 0 },
      { atMs: 9540, pushedBytes: 500 * MIB, demandFaults: 800 },
      { atMs: 10_040, pushedBytes: 900 * MIB, demandFaults: 1000 },
    ],
  },
  predictions: [
    { afterRound: 1, madeAtMs: 8000, totalMs: 9500, downtimeMs: 35 },
    { afterRound: 2, madeAtMs: 9000, totalMs: 10_000, downtimeMs: 38 },
  ],
})

const texts = (shapes: readonly Shape[]) =>
  shapes.flatMap(shape => (shape.kind === 'text' ? [shape.text] : []))
const rects = (shapes: readonly Shape[], ink: string) =>
  shapes.filter(shape => shape.kind === 'rect' && (shape.fill === ink || shape.hatch === ink))

test('a hybrid migration is laid out as rounds, rates, pause, tail and predictions', () => {
  const { shapes, hits } = layoutPhaseTimeline(switched, size)
  expect(shapesAsText(shapes, hits)).toMatchSnapshot()
})

test('a running first round is laid out with what is known so far', () => {
  const data = aTimeline({
    elapsedMs: 2000,
    rounds: [aRound({ ms: 2000, sentBytes: 2 * GIB, dirtiedBytes: 300 * MIB, partial: true })],
  })
  const { shapes, hits } = layoutPhaseTimeline(data, size)
  expect(shapesAsText(shapes, hits)).toMatchSnapshot()
})

test('the picture says after which round it switched and that the dirty rate was above the line', () => {
  const words = texts(layoutPhaseTimeline(switched, size).shapes)
  expect(words).toContain('switched to post-copy after round 2')
  expect(words).toContain('round 2: dirty 88% of bandwidth, above the line')
  expect(words).toContain('switch line: 70% of bandwidth')
})

test('a round that is still under way is never said to be above the line', () => {
  const rounds = [aRound(), aRound({ index: 2, startMs: 8000, ms: 100, dirtiedBytes: GIB, partial: true })]
  const words = texts(layoutPhaseTimeline(aTimeline({ rounds }), size).shapes)
  expect(words.filter(text => text.includes('above the line'))).toEqual([])
})

test('a pause of 40 ms in a migration of ten minutes is still seen, and its length is said', () => {
  const data = aTimeline({ elapsedMs: 600_000, pause: { startMs: 599_000, endMs: 599_040 } })
  const { shapes } = layoutPhaseTimeline(data, size)
  const [pause] = rects(shapes, 'pause')
  expect(pause).toMatchObject({ width: 6 })
  expect(texts(shapes)).toContain('paused 40.0 ms')
})

test('a pause that lasts grows with the time elapsed', () => {
  const data = aTimeline({ elapsedMs: 1500, pause: { startMs: 1000, endMs: null } })
  expect(texts(layoutPhaseTimeline(data, size).shapes)).toContain('paused for 500 ms so far')
})

test('the stop-and-copy pass is marked as sent while the VM was paused', () => {
  const rounds = [aRound(), aRound({ index: 2, startMs: 8000, ms: 2000, live: false, dirtiedBytes: 0 })]
  const { shapes, hits } = layoutPhaseTimeline(aTimeline({ rounds, switchRatio: null }), size)
  expect(texts(shapes)).toContain('paused: 8.00 GiB')
  expect(hits.map(hit => hit.lines[0])).toContain('Stop and copy, pass 2')
})

test.each([1, 2, 30, 500])('%i rounds all lie within the plot', count => {
  const rounds = Array.from({ length: count }, (_, i) =>
    aRound({ index: i + 1, startMs: i * 20, ms: 20, sentBytes: 20 * MIB, dirtiedBytes: 18 * MIB }),
  )
  const { shapes } = layoutPhaseTimeline(aTimeline({ elapsedMs: count * 20, rounds }), size)
  const bars = rects(shapes, 'sent')
  expect(bars).toHaveLength(count)
  for (const bar of bars)
    if (bar.kind === 'rect') {
      expect(bar.x).toBeGreaterThanOrEqual(132)
      expect(bar.x + bar.width).toBeLessThanOrEqual(size.width)
    }
})

test('while it runs the axis reaches to the latest predicted end', () => {
  const predictions = [{ afterRound: 1, madeAtMs: 800, totalMs: 20_000, downtimeMs: 30 }]
  expect(axisEndMs(aTimeline({ elapsedMs: 1000, predictions }))).toBe(20_000 * 1.04)
})

test('a wild early prediction does not squeeze what happened, and is marked as beyond', () => {
  const predictions = [{ afterRound: 1, madeAtMs: 800, totalMs: 900_000, downtimeMs: 30 }]
  const data = aTimeline({ outcome: 'completed', predictions })
  expect(axisEndMs(data)).toBe(16_000 * 1.04)
  expect(texts(layoutPhaseTimeline(data, size).shapes)).toContain('after round 1: 15:00 >')
})

test('of many predictions the first and the latest are shown', () => {
  const all = Array.from({ length: 9 }, (_, i) => ({
    afterRound: i + 1,
    madeAtMs: i,
    totalMs: 100,
    downtimeMs: 1,
  }))
  expect(shownPredictions(all, 3).map(one => one.afterRound)).toEqual([1, 8, 9])
})

test('a migration that has only just been ordered has an empty but whole picture', () => {
  const words = texts(layoutPhaseTimeline(aTimeline({ elapsedMs: 0 }), size).shapes)
  expect(words).toEqual(expect.arrayContaining(['Rounds', 'not yet', 'no prediction yet', 'now 0 ms']))
})

test('a migration that was completed has paused its VM, told or not', () => {
  const paused = (outcome: 'completed' | 'cancelled') =>
    texts(layoutPhaseTimeline(aTimeline({ outcome }), size).shapes)
  expect(paused('completed')).toContain('not told')
  expect(paused('completed')).not.toContain('never paused')
  expect(paused('cancelled')).toContain('never paused')
})
