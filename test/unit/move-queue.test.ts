import { expect, test } from 'vitest'
import { crowdBefore, type Move } from '../../src/main/core/migration/room-for-move.ts'
import { MoveQueue } from '../../src/main/services/move-queue.ts'

const aMove = (id: string, sourceHostId = 'a', destinationHostId = 'b', link = 'net'): Move => ({
  id,
  sourceHostId,
  destinationHostId,
  link,
})
const never = new AbortController().signal

test.each([
  ['the source', aMove('x', 'a', 'c'), { at: 'source', hostId: 'a', moves: 2 }],
  ['the destination', aMove('x', 'c', 'b'), { at: 'destination', hostId: 'b', moves: 2 }],
  ['the link', aMove('x', 'd', 'e'), { at: 'link', moves: 3 }],
  ['nothing', aMove('x', 'd', 'e', 'other'), null],
  ['nothing: a host that receives two may send', aMove('x', 'b', 'e', 'other'), null],
])('%s has no room', (_, move, crowd) => {
  const underWay = [aMove('1', 'a', 'b'), aMove('2', 'a', 'b'), aMove('3', 'x', 'y')]
  expect(crowdBefore(move, underWay, { perHost: 2, perLink: 3 })).toEqual(crowd)
})

const aQueue = () => {
  const went: string[] = []
  const waited: string[] = []
  const queue = new MoveQueue(() => ({ perHost: 1, perLink: 3 }))
  const enter = (move: Move, signal = never) =>
    queue
      .enter(move, crowd => waited.push(`${move.id} at ${crowd.at}`), signal)
      .then(() => went.push(move.id))
  return { queue, enter, went, waited }
}

test('what has room goes at once, past what waits for another host; the rest in the order they came', async () => {
  const { queue, enter, went, waited } = aQueue()
  const all = [enter(aMove('1')), enter(aMove('2')), enter(aMove('3')), enter(aMove('4', 'c', 'd'))]
  await Promise.all([all[0], all[3]])
  expect(went).toEqual(['1', '4'])
  expect(waited).toContain('2 at source')
  queue.leave('1')
  await all[1]
  expect(went).toEqual(['1', '4', '2'])
  queue.leave('2')
  await all[2]
  expect(went).toEqual(['1', '4', '2', '3'])
})

test('who gives up has no place and leaves none behind', async () => {
  const { queue, enter, went } = aQueue()
  await enter(aMove('1'))
  const abort = new AbortController()
  const second = enter(aMove('2'), abort.signal)
  const third = enter(aMove('3'))
  abort.abort()
  await second
  queue.leave('2')
  expect(went).toEqual(['1', '2'])
  queue.leave('1')
  await third
  expect(went).toEqual(['1', '2', '3'])
})
