import { expect, test } from 'vitest'
import type { PhaseTimelineData } from '../../src/renderer/charts/phase-timeline/data.ts'
import { axisEndMs, timelineFrame } from '../../src/renderer/charts/phase-timeline/frame.ts'
import { layoutPhaseTimeline } from '../../src/renderer/charts/phase-timeline/layout.ts'
import { shownPredictions } from '../../src/renderer/charts/phase-timeline/predicted-lane.ts'
import { tailColumns } from '../../src/renderer/charts/phase-timeline/tail-columns.ts'
import { type Shape, type Size, textWidth } from '../../src/renderer/charts/shape.ts'
import { GIB, MIB } from '../../src/shared/units.ts'
import { aRound, aTimeline, longTimeline, switchedTimeline } from '../support/a-timeline.ts'
import { shapesAsText } from '../support/shapes-as-text.ts'

/** What the windows of 1280 by 800 and 1920 by 1080 leave for the timeline. */
const sizes = [
  { width: 1172, height: 416 },
  { width: 1500, height: 562 },
] as const
const [size] = sizes

const texts = (shapes: readonly Shape[]) =>
  shapes.flatMap(shape => (shape.kind === 'text' ? [shape.text] : []))
const rects = (shapes: readonly Shape[], ink: string) =>
  shapes.filter(shape => shape.kind === 'rect' && (shape.fill === ink || shape.hatch === ink))

const preCopyOnly = aTimeline({
  elapsedMs: 9600,
  outcome: 'completed',
  rounds: [
    aRound(),
    aRound({ index: 2, startMs: 8000, ms: 1000, sentBytes: GIB, dirtiedBytes: 120 * MIB }),
    aRound({ index: 3, startMs: 9000, ms: 600, live: false, sentBytes: 120 * MIB, dirtiedBytes: 0 }),
  ],
  switchRatio: null,
  ending: {
    kind: 'stop-and-copy',
    atMs: 9000,
    afterRound: 2,
    decidedAfterRound: 2,
    isWithinRound: false,
    rule: 'Round 2 is the last that Xen allows; the 30720 pages left are copied while the VM is paused',
  },
  pause: { startMs: 9000, endMs: 9600 },
  postCopyNote: 'none: this policy copies everything before the VM moves',
})
const midRound = aTimeline({
  elapsedMs: 8600,
  rounds: [
    aRound(),
    aRound({ index: 2, startMs: 8000, ms: 600, sentBytes: 600 * MIB, dirtiedBytes: 90 * MIB, partial: true }),
  ],
  predictions: [{ afterRound: 1, madeAtMs: 8000, totalMs: 9700, downtimeMs: 40 }],
})
const { ending, pause, postCopy, rounds } = switchedTimeline
const failedIn = (step: string, changes: Partial<PhaseTimelineData>) =>
  aTimeline({
    outcome: 'failed',
    endWord: `failed in ${step}`,
    postCopyNote: 'none: it ended before',
    ...changes,
  })
const byXen = aTimeline({
  roundsNote: 'this host tells no rounds: Xen moves the VM by its own rule',
  switchRatio: null,
  postCopyNote: 'none: this policy copies everything before the VM moves',
})

test.each([
  ['pre-copy only', preCopyOnly, null],
  ['a hybrid in the middle of its second round', midRound, null],
  ['a hybrid that is done', switchedTimeline, null],
  ['one that failed before its first round', failedIn('starting', { elapsedMs: 700 }), null],
  ['one that failed in pre-copy', failedIn('pre-copy 1', { rounds: rounds.slice(0, 1) }), null],
  ['one that failed at the switch', failedIn('switch', { elapsedMs: 9010, rounds, ending }), null],
  [
    'one that failed in the pause',
    failedIn('pause', { elapsedMs: 9030, rounds, ending, pause: { startMs: 9000, endMs: 9030 } }),
    null,
  ],
  ['one that failed in post-copy', failedIn('post-copy', { rounds, ending, pause, postCopy }), null],
  [
    'one that was cancelled',
    aTimeline({ outcome: 'cancelled', endWord: 'cancelled in pre-copy 1', rounds: rounds.slice(0, 1) }),
    null,
  ],
  ['a move by Xen, which tells no rounds', byXen, null],
  ['one of 500 rounds', longTimeline({ rounds: 500, faults: 40 }), null],
  [
    'one whose disk is being copied',
    aTimeline({
      diskCopy: { endMs: 6000, copiedBytes: 6 * GIB, totalBytes: 16 * GIB },
      predictions: [{ afterRound: 0, madeAtMs: 0, totalMs: 18_000, downtimeMs: 40 }],
    }),
    null,
  ],
  [
    'one whose disk went first',
    aTimeline({
      ...preCopyOnly,
      elapsedMs: 17_600,
      diskCopy: { endMs: 8000, copiedBytes: 8 * GIB, totalBytes: 8 * GIB },
      rounds: preCopyOnly.rounds.map(round => ({ ...round, startMs: round.startMs + 8000 })),
      ending: preCopyOnly.ending && { ...preCopyOnly.ending, atMs: 17_000 },
      pause: { startMs: 17_000, endMs: 17_600 },
    }),
    null,
  ],
  ['the switch, looked at closely', switchedTimeline, { fromMs: 8900, toMs: 9200 }],
] as const)('%s has its picture', (_, data, view) => {
  for (const one of sizes) {
    const { shapes, hits } = layoutPhaseTimeline(data, one, { view, cursor: null })
    expect(shapesAsText(shapes, hits)).toMatchSnapshot(`${one.width} by ${one.height}`)
  }
})

test('the picture says after which round it switched and that the dirty rate was above the line', () => {
  const words = texts(layoutPhaseTimeline(switchedTimeline, size).shapes)
  expect(words).toContain('Switched to post-copy after round 2')
  expect(words).toContain('Round 2 dirtied memory at 0.88 of the bandwidth, at or above theta 0.70')
  expect(words).toContain('round 2: dirty 88% of bandwidth, above the line')
  expect(words).toContain('switch line (theta): 70% of bandwidth')
})

test('a switch that came a round late says when it was decided and why it was late', () => {
  const { ending } = switchedTimeline
  const late = aTimeline({ ...switchedTimeline, ending: ending && { ...ending, decidedAfterRound: 1 } })
  const { shapes, hits } = layoutPhaseTimeline(late, size)
  expect(texts(shapes)).toContain('Switched to post-copy after round 2, as decided after round 1')
  expect(texts(shapes).join()).toContain('the host had begun round 2 before it was told')
  expect(hits[0]?.lines).toContain(
    'after it: decided to switch to post-copy, but the host had begun the next round',
  )
  expect(hits[1]?.lines).toContain('after it: switch to post-copy, as decided after round 1')
})

test('a disk that is copied says how much of it is there, and the lane of rates that they come', () => {
  const diskCopy = { endMs: 6000, copiedBytes: 6 * GIB, totalBytes: 16 * GIB }
  const { shapes, hits } = layoutPhaseTimeline(aTimeline({ diskCopy }), size)
  expect(texts(shapes)).toContain('disk copy: 6.00 GiB of 16.0 GiB')
  expect(texts(shapes)).not.toContain('no rates without rounds')
  expect(hits[0]?.lines).toEqual([
    'Disk copy: the memory follows it',
    'copied 6.00 GiB of 16.0 GiB in 6.00 s',
    '10.0 GiB remaining',
  ])
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

const rightOf = (shape: Shape): number =>
  shape.kind === 'rect'
    ? shape.x + shape.width
    : Math.max(...(shape.kind === 'path' ? shape.points.map(([x]) => x) : [shape.x]))
const leftOf = (shape: Shape): number =>
  shape.kind === 'path' ? Math.min(...shape.points.map(([x]) => x)) : shape.x

test.each([
  [1, 0],
  [30, 900],
  [500, 100_000],
])('%i rounds and %i faults lie within the plot, however closely looked at', (count, faults) => {
  const data = longTimeline({ rounds: count, faults })
  const views = [null, { fromMs: 10, toMs: 60 }, { fromMs: data.elapsedMs - 5000, toMs: data.elapsedMs }]
  for (const view of views) {
    const { shapes, frame } = layoutPhaseTimeline(data, size, { view, cursor: null })
    const drawn = shapes.filter(
      shape => shape.kind !== 'text' && leftOf(shape) > 100 && !isLegend(shape, size),
    )
    expect(Math.max(...drawn.map(rightOf))).toBeLessThanOrEqual(frame.plot.x + frame.plot.width + 1)
    expect(Math.min(...drawn.map(leftOf))).toBeGreaterThanOrEqual(frame.plot.x - 1)
  }
})

const isLegend = (shape: Shape, { height }: Size): boolean =>
  (shape.kind === 'path' ? (shape.points[0]?.[1] ?? 0) : shape.y) > height - 42

test('no detail is drawn that is finer than pixels', () => {
  const { shapes, hits } = layoutPhaseTimeline(longTimeline({ rounds: 500, faults: 100_000 }), size)
  expect(shapes.length).toBeLessThan(2500)
  expect(hits.length).toBeLessThan(1500)
})

test('rounds drawn as one tell of all of them, and the round that decided stands alone', () => {
  const { hits } = layoutPhaseTimeline(longTimeline({ rounds: 500, faults: 0 }), size)
  const titles = hits.map(hit => hit.lines[0])
  expect(titles[0]).toMatch(/^Rounds 1 to \d+$/)
  expect(titles).toContain('Round 500')
})

test('rounds with a wait between them are not drawn as one, however thin', () => {
  const thin = { ms: 1, sentBytes: MIB, dirtiedBytes: 0 }
  const waiting = [0, 100, 200].map((ms, i) => aRound({ ...thin, index: i + 2, startMs: 8000 + ms }))
  const { hits } = layoutPhaseTimeline(aTimeline({ rounds: [aRound(), ...waiting] }), size)
  expect(hits.map(hit => hit.lines[0])).toEqual(['Round 1', 'Round 2', 'Round 3', 'Round 4'])
})

test('faults drawn as one column are counted, none lost', () => {
  const data = longTimeline({ rounds: 1, faults: 100_000 })
  const frame = timelineFrame(data, size, null)
  const columns = data.postCopy ? tailColumns(data.postCopy, frame) : []
  const counted = columns.reduce((sum, c) => sum + (c.faultsPerSecond * (c.endMs - c.startMs)) / 1000, 0)
  expect(counted).toBeCloseTo(100_000, 3)
  expect(columns.at(-1)).toMatchObject({ demandFaults: 100_000, pushedBytes: GIB })
})

test('a round of no time at all is seen, and said to have taken none', () => {
  const data = aTimeline({ rounds: [aRound(), aRound({ index: 2, startMs: 8000, ms: 0, sentBytes: 0 })] })
  const { hits } = layoutPhaseTimeline(data, size)
  expect(hits[1]?.box.width).toBeGreaterThanOrEqual(2)
  expect(hits[1]?.lines[1]).toContain('in no measurable time')
})

test('a clock that was set back neither hides rounds nor breaks the axis', () => {
  const back = [aRound({ startMs: -3000, ms: 2000 }), aRound({ index: 2, startMs: 500, ms: 9000 })]
  const { frame, hits } = layoutPhaseTimeline(aTimeline({ elapsedMs: 100, rounds: back }), size)
  expect(frame.whole).toEqual({ fromMs: -3000, toMs: 9500 * 1.04 })
  expect(hits.map(hit => hit.lines[0])).toEqual(['Round 1', 'Round 2'])
})

test('marks that come late or twice make neither faults nor bytes', () => {
  const at = (atMs: number, demandFaults: number) => ({ atMs, demandFaults, pushedBytes: demandFaults })
  const tail = {
    startMs: 9000,
    endMs: 9500,
    totalBytes: 100,
    marks: [at(9000, 0), at(9200, 60), at(9100, 20), at(9200, 60), at(9500, 100)],
  }
  const data = aTimeline({ postCopy: tail })
  expect(tailColumns(tail, timelineFrame(data, size, null)).map(c => [c.endMs, c.demandFaults])).toEqual([
    [9200, 60],
    [9500, 100],
  ])
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

test('the switch line stays where the last whole round put it while the next is measured', () => {
  const lineOf = (rounds: PhaseTimelineData['rounds']) =>
    layoutPhaseTimeline(aTimeline({ rounds }), size).shapes.find(
      shape => shape.kind === 'path' && shape.stroke === 'threshold',
    )
  const slow = aRound({
    index: 2,
    startMs: 8000,
    ms: 1000,
    bandwidthBytesPerSecond: 0.9 * GIB,
    partial: true,
  })
  expect(lineOf([aRound(), slow])).toEqual(lineOf([aRound()]))
  expect(lineOf([aRound()])).toBeDefined()
})

test('no tick runs into the word at the last moment, however long that is', () => {
  const data = failedIn('pre-copy 12', { elapsedMs: 9_300, rounds })
  const { shapes } = layoutPhaseTimeline(data, size)
  const said = shapes.flatMap(shape => (shape.kind === 'text' && shape.align === 'center' ? [shape] : []))
  const word = said.find(({ text }) => text.startsWith('failed in'))
  const ticks = said.filter(({ text }) => /^\d+ s$/.test(text))
  expect(ticks.length).toBeGreaterThan(4)
  for (const tick of ticks)
    expect(Math.abs(tick.x - (word?.x ?? 0))).toBeGreaterThan(
      (textWidth(word?.text ?? '') + textWidth(tick.text)) / 2,
    )
})
