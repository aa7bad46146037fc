import { expect, test } from 'vitest'
import { frameQueue } from '../../../src/renderer/features/fleet/frame-queue.ts'

const aScene = () => {
  const frames: (() => void)[] = []
  const done: string[] = []
  const queue = frameQueue<string>({
    work: item => done.push(item),
    perFrame: 3,
    nextFrame: run => frames.push(run),
  })
  return { queue, frames, done, nextFrame: () => frames.shift()?.() }
}

test('some of the work is done each frame until all is, and then no frame is asked for', () => {
  const { queue, done, frames, nextFrame } = aScene()
  for (const item of 'abcde') queue.add(item)
  expect(done).toEqual([])
  nextFrame()
  expect(done).toEqual(['a', 'b', 'c'])
  nextFrame()
  expect(done).toEqual(['a', 'b', 'c', 'd', 'e'])
  expect(frames).toEqual([])
})

test('what is asked for again while it awaits its turn keeps its place and is done once', () => {
  const { queue, done, nextFrame } = aScene()
  for (const item of 'abcdbcd') queue.add(item)
  nextFrame()
  queue.add('a')
  nextFrame()
  expect(done).toEqual(['a', 'b', 'c', 'd', 'a'])
})

test('what was taken out again is not done', () => {
  const { queue, done, nextFrame } = aScene()
  for (const item of 'abc') queue.add(item)
  queue.remove('b')
  nextFrame()
  expect(done).toEqual(['a', 'c'])
  queue.add('d')
  queue.clear()
  nextFrame()
  expect(done).toEqual(['a', 'c'])
})

test('work done outside the queue counts, but never for a whole turn', () => {
  const { queue, done, nextFrame } = aScene()
  for (const item of 'abcdef') queue.add(item)
  queue.spend(1)
  nextFrame()
  expect(done).toEqual(['a', 'b'])
  queue.spend(25)
  nextFrame()
  expect(done).toEqual(['a', 'b', 'c'])
  nextFrame()
  expect(done).toEqual(['a', 'b', 'c', 'd', 'e', 'f'])
})
