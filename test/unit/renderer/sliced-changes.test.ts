import { expect, test } from 'vitest'
import { createStore } from 'zustand/vanilla'
import { slicedChanges } from '../../../src/renderer/state/sliced-changes.ts'

const aScene = () => {
  const store = createStore<{ n: number }>(() => ({ n: 0 }))
  const frames: (() => void)[] = []
  const subscribe = slicedChanges(store, run => frames.push(run))
  const heard: string[] = []
  const follow = (name: string) => subscribe(() => heard.push(name))
  return { store, frames, follow, heard, nextFrame: () => frames.shift()?.() }
}

test('a change is told to a few listeners a frame until all have heard, each once', () => {
  const { store, follow, heard, frames, nextFrame } = aScene()
  for (let i = 0; i < 8; i++) follow(`row ${i}`)
  store.setState({ n: 1 })
  expect(heard).toEqual([])
  nextFrame()
  expect(heard).toHaveLength(6)
  store.setState({ n: 2 })
  while (frames.length > 0) nextFrame()
  expect(heard.filter(name => name === 'row 0')).toHaveLength(2)
  expect(heard.filter(name => name === 'row 7')).toHaveLength(1)
  expect(heard.indexOf('row 7')).toBeLessThan(heard.lastIndexOf('row 0'))
})

test('who has left hears nothing more, and with the last one the store is let go', () => {
  const { store, follow, heard, frames, nextFrame } = aScene()
  const leave = follow('row')
  store.setState({ n: 1 })
  leave()
  nextFrame()
  store.setState({ n: 2 })
  expect(heard).toEqual([])
  expect(frames).toEqual([])
})
