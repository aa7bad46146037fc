import { expect, test } from 'vitest'
import {
  layoutPlainOverlay,
  layoutTimeOverlay,
  type TimeOverlay,
} from '../../src/renderer/charts/time-overlay/layout.ts'
import { shapesAsText } from '../support/shapes-as-text.ts'

/** 10 px a second, 0 at the foot and 100 at the top. */
const frame = {
  plot: { x: 50, y: 20, width: 600, height: 200 },
  toX: (atMs: number) => 50 + atMs / 100,
  toY: (value: number) => 220 - 2 * value,
}

const OUT_OF_VIEW = -10_000

const anOverlay = (changes: Partial<TimeOverlay> = {}): TimeOverlay => ({
  nowMs: 50_000,
  hasForecast: true,
  marks: [],
  gaps: [],
  line: null,
  curve: [],
  ...changes,
})

const text = (changes: Partial<TimeOverlay>) => shapesAsText(layoutTimeOverlay(anOverlay(changes), frame))

test('now parts the past from the forecast, which is named', () => {
  expect(text({})).toMatchInlineSnapshot(`
    "rect 550 20 100 200 axis
    path axis 550,20 550,220
    text 546 13 right muted "now"
    text 554 13 left muted "forecast""
  `)
})

test('where nothing is forecast the stretch after now says so', () => {
  expect(text({ hasForecast: false })).toContain('"no forecast"')
})

test('where now is near the edge the forecast goes without its name', () => {
  expect(text({ nowMs: 58_000 })).not.toContain('forecast')
})

test('the words of the line stand where the curve is furthest from it', () => {
  const curve = [
    [1000, 60],
    [16_000, 10],
    [31_000, 55],
    [46_000, 50],
  ] as const
  expect(text({ line: { value: 60, words: 'theta 60' }, curve, nowMs: OUT_OF_VIEW })).toMatchInlineSnapshot(`
    "path threshold dashed 50,100 650,100
    text 206 91 left threshold "theta 60""
  `)
})

test('a line above the scale is told instead of drawn', () => {
  expect(text({ line: { value: 500, words: 'theta 500' }, nowMs: OUT_OF_VIEW })).toMatchInlineSnapshot(
    `"text 56 29 left threshold "theta 500 lies far above this scale""`,
  )
})

test('marks stand on a triangle, one that is expected is dashed, one at the right edge is named to its left', () => {
  const marks = [
    { kind: 'migration', atMs: 10_000, label: 'migration' },
    { kind: 'expected', atMs: 59_000, label: 'trigger expected' },
  ] as const
  expect(text({ marks, nowMs: OUT_OF_VIEW })).toMatchInlineSnapshot(`
    "path sent 150,20 150,220
    path pause dashed 640,20 640,220
    path fill sent 145,220 155,220 150,212
    text 157 213 left sent "migration"
    path fill pause 635,220 645,220 640,212
    text 633 213 right pause "trigger expected""
  `)
})

test('of two marks close together the later is named, one out of view neither drawn nor named', () => {
  const marks = [
    { kind: 'trigger', atMs: 20_000, label: 'first' },
    { kind: 'trigger', atMs: 22_000, label: 'second' },
    { kind: 'trigger', atMs: 90_000, label: 'third' },
  ] as const
  const told = text({ marks, nowMs: OUT_OF_VIEW })
  expect(told).not.toContain('first')
  expect(told).toContain('second')
  expect(told).not.toContain('third')
  expect(told.split('\n').filter(line => line.startsWith('path fill'))).toHaveLength(2)
})

test('no name runs into the one of the next mark, on whichever side that is written', () => {
  const marks = [
    { kind: 'trigger', atMs: 44_000, label: 'trigger' },
    { kind: 'expected', atMs: 56_000, label: 'trigger expected' },
  ] as const
  const told = text({ marks, nowMs: OUT_OF_VIEW })
  expect(told).toContain('"trigger expected"')
  expect(told).not.toContain('"trigger"')
})

test('a gap is named where its words have room', () => {
  const gaps = [
    { fromMs: 0, toMs: 20_000, words: 'nothing recorded' },
    { fromMs: 30_000, toMs: 31_000, words: 'not measured' },
  ]
  expect(text({ gaps, nowMs: OUT_OF_VIEW })).toBe('text 150 170 center muted "nothing recorded"')
})

test('the words of a gap stand clear of a line that would strike them through', () => {
  const gaps = [{ fromMs: 0, toMs: 20_000, words: 'nothing recorded' }]
  const line = { value: 24, words: 'theta' }
  expect(text({ gaps, line, nowMs: OUT_OF_VIEW })).toContain('text 150 120 center muted "nothing recorded"')
})

test('the charts beside it have now and the marks without words', () => {
  const marks = [{ kind: 'trigger', atMs: 20_000, label: 'first' }] as const
  const told = shapesAsText(layoutPlainOverlay(anOverlay({ marks }), frame))
  expect(told).not.toContain('text')
})
