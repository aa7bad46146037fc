import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { expect, test } from 'vitest'
import { placeWindow, readWindowState, writeWindowState } from '../../src/main/shell/window-state.ts'

const laptop = { x: 0, y: 0, width: 1440, height: 900 }
const right = { x: 1440, y: -200, width: 2560, height: 1440 }
const left = (x: number, y: number, width = 1200, height = 800) => ({
  bounds: { x, y, width, height },
  maximized: false,
})

test('the first window is centred at a size that shows everything', () => {
  expect(placeWindow(undefined, [laptop])).toEqual({ width: 1440, height: 900 })
})

test.each([
  ['on the only display', left(40, 50), [laptop]],
  ['on a second display', left(2000, -100), [laptop, right]],
  ['mostly beyond the edge, with enough left to grasp', left(1240, 50), [laptop]],
])('a window %s opens where it was', (_, state, displays) => {
  expect(placeWindow(state, displays)).toEqual(state.bounds)
})

test.each([
  ['on a display that is gone', left(2000, -100), [laptop]],
  ['with too little left to grasp', left(1300, 50), [laptop]],
  ['with its title bar above every display', left(40, -60), [laptop]],
  ['below every display', left(40, 850), [laptop]],
  ['where there is no display', left(40, 50), []],
])('a window %s is centred at its size', (_, state, displays) => {
  expect(placeWindow(state, displays)).toEqual({ width: 1200, height: 800 })
})

test('a window is never smaller than its minimum', () => {
  expect(placeWindow(left(40, 50, 10, 10), [laptop])).toEqual({ x: 40, y: 50, width: 960, height: 600 })
})

test('what is written is read again, and nonsense counts as nothing', () => {
  const dataDir = mkdtempSync(path.join(tmpdir(), 'longshore-window-'))
  const state = left(40, 50)
  expect(readWindowState(dataDir)).toBeUndefined()
  writeWindowState(dataDir, state)
  expect(readWindowState(dataDir)).toEqual(state)
  for (const text of [
    '',
    '{',
    '[]',
    '{"bounds":{"x":"1"}}',
    '{"bounds":{"x":1,"y":1,"width":-5,"height":1},"maximized":true}',
  ]) {
    writeFileSync(path.join(dataDir, 'window.json'), text)
    expect(readWindowState(dataDir)).toBeUndefined()
  }
  rmSync(dataDir, { recursive: true })
})
