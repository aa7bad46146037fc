import { expect, test } from 'vitest'
import { curveOf } from '../../src/main/core/working-set/dirty-curve.ts'
import { workingSetOf } from '../../src/main/core/working-set/working-set.ts'
import { type DirtyCurveData, layoutDirtyCurve } from '../../src/renderer/charts/dirty-curve/layout.ts'
import {
  figureWords,
  meaningOf,
  otherNow,
  pagesAt,
  windowWords,
} from '../../src/renderer/features/vm/working-set-words.ts'
import { shapesAsText } from '../support/shapes-as-text.ts'

const window = (windowMs: number, pages: number) => ({ windowMs, pages, atMs: 0, source: 'window' as const })
const workingSet = workingSetOf({ vmId: 'vm-1', memoryPages: 49_152 }, [
  window(100, 2007),
  window(1000, 11_733),
])
if (!workingSet) throw new Error('two windows tell a working set')
const curve = curveOf(workingSet)

const data: DirtyCurveData = {
  curve: curve
    .filter((_, i) => i % 8 === 0)
    .map(({ windowMs, pages, lowPages, highPages }) => ({
      windowMs,
      bytes: pages * 4096,
      lowBytes: lowPages * 4096,
      highBytes: highPages * 4096,
    })),
  windows: [
    { windowMs: 100, bytes: 2007 * 4096, words: '7.84 MiB in 100 ms' },
    { windowMs: 1000, bytes: 11_733 * 4096, words: '45.8 MiB in 1 s' },
  ],
}

test.for([
  { width: 420, height: 200 },
  { width: 700, height: 200 },
])('a dirty curve at $width by $height', size => {
  const { shapes, hits } = layoutDirtyCurve(data, size)
  expect(shapesAsText(shapes, hits)).toMatchSnapshot()
})

test('the curve is solid between the windows that were read and dashed beyond', () => {
  const { shapes } = layoutDirtyCurve(data, { width: 420, height: 200 })
  const lines = shapes.flatMap(shape => (shape.kind === 'path' && shape.stroke === 'dirtied' ? [shape] : []))
  expect(lines.map(({ dash }) => dash !== undefined)).toEqual([true, false, true])
  expect(lines[0]?.points.at(-1)).toEqual(lines[1]?.points[0])
  expect(lines[1]?.points.at(-1)).toEqual(lines[2]?.points[0])
})

test('what the curve means for a copy is said in bytes', () => {
  // 192 MiB over 1.25 GB/s: 161 ms, in which the curve rises to some 3,100 pages.
  expect(meaningOf(workingSet, curve, 1.25e9)).toEqual([
    'A 10 s copy would dirty about 61.8 MiB again.',
    'Sending all of its 192 MiB once takes 161 ms over an idle link; about 12.1 MiB would then be left to send again.',
  ])
  expect(meaningOf(workingSet, curve, undefined)).toHaveLength(1)
  expect(meaningOf(workingSet, curve, 1e6)[1]).toBe(
    'Sending all of its 192 MiB once takes 3:21 over an idle link.',
  )
})

test('a curve that was read in another state of the VM says so', () => {
  expect(otherNow(workingSet, 11_000)).toBeNull()
  expect(otherNow(workingSet, undefined)).toBeNull()
  expect(otherNow(workingSet, 217_088)).toBe(
    'It was read when the VM dirtied 45.8 MiB in 1 s; now it dirties 848 MiB a second, and this curve is not of now.',
  )
  expect(otherNow(workingSet, 2_560)).toContain('now it dirties 10.0 MiB a second')
})

test('beyond its ends a curve tells nothing', () => {
  expect(pagesAt(curve, 10)).toBeUndefined()
  expect(pagesAt(curve, 30_000)).toBeUndefined()
  expect(pagesAt(curve, 1000)).toBeCloseTo(11_733, -3)
})

test('each figure says how it is known', () => {
  expect(workingSet.figures.map(figureWords)).toEqual([
    expect.stringMatching(/^measured at /),
    expect.stringMatching(/^measured at /),
    'estimated, 45.8 MiB to 192 MiB',
  ])
  expect(windowWords({ ...window(1000, 256), source: 'round' })).toMatch(
    /^1\.00 MiB: a round of its migration took 1/,
  )
})
