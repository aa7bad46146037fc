import { describe, expect, test } from 'vitest'
import { PageSet } from '../../../../src/main/core/numeric/page-set.ts'
import { Random } from '../../../../src/main/core/numeric/random.ts'
import { layOutPages, type WriteOrder } from '../../../../src/main/core/simulation/page-layout.ts'
import { WriteSchedule } from '../../../../src/main/core/simulation/write-schedule.ts'

const PAGES = 49_152
const WORKING_SET = 16_384

const guestOf = (order: WriteOrder, seed = 1): WriteSchedule => {
  const random = new Random(seed)
  const classes = [{ name: 'working set', pages: WORKING_SET, order }]
  return new WriteSchedule(layOutPages({ pages: PAGES, classes, zeroPages: 1000 }, random), random)
}

const dirtyAfter = (memory: WriteSchedule, ms: number, writesPerSecond: number): number => {
  const dirty = new PageSet(PAGES)
  memory.elapse(ms, [writesPerSecond])
  memory.harvest(dirty)
  return dirty.size
}

describe('writes at random', () => {
  // N (1 - exp(-r t / N)) for N = 16,384 and r = 20,000 writes/s, which real Xen's dirty log follows within 2 %.
  test.each([
    [100, 1883],
    [500, 7485],
    [1000, 11_550],
    [2000, 14_957],
    [4000, 16_260],
  ])('within %i ms dirty about %i unique pages', (ms, expected) => {
    const dirty = dirtyAfter(guestOf({ kind: 'random' }), ms, 20_000)
    const deviation = Math.sqrt(expected * (1 - expected / WORKING_SET))
    expect(Math.abs(dirty - expected)).toBeLessThan(4 * deviation)
  })

  test('need as many windows as there are to be told again', () => {
    const memory = guestOf({ kind: 'random' })
    const windows = Array.from({ length: 20 }, () => dirtyAfter(memory, 100, 20_000))
    const mean = windows.reduce((sum, pages) => sum + pages, 0) / windows.length
    expect(Math.abs(mean / 1883 - 1)).toBeLessThan(0.02)
  })

  test('leave every page outside the class as it was', () => {
    const memory = guestOf({ kind: 'random' })
    dirtyAfter(memory, 60_000, 20_000)
    const { classOf, zeroSpans } = memory.layout
    const changed = memory.versions.filter((version, page) => classOf[page] === 255 && version > 1)
    expect(changed).toHaveLength(0)
    expect(zeroSpans.every(({ start }) => memory.versions[start] === 0)).toBe(true)
  })
})

test('a walk dirties as many pages as it writes, until it has been round', () => {
  const memory = guestOf({ kind: 'sequential' })
  expect(dirtyAfter(memory, 500, 10_000)).toBe(5000)
  expect(dirtyAfter(memory, 100, 10_000)).toBe(1000)
  expect(dirtyAfter(memory, 10_000, 10_000)).toBe(WORKING_SET)
})

test('a curve begins anew whenever the log is read', () => {
  const memory = guestOf({ kind: 'curve', firstWriteSeconds: page => page / 1000 })
  expect(dirtyAfter(memory, 2000, 1)).toBe(2000)
  expect(dirtyAfter(memory, 3000, 1)).toBe(3000)
})

test('looking at a page forgets its writes so far', () => {
  const memory = guestOf({ kind: 'sequential' })
  memory.elapse(1000, [10_000])
  const written = memory.layout.spans[0]?.[0]?.start ?? 0
  expect(memory.look(written)).toBe(true)
  expect(memory.look(written)).toBe(false)
  const dirty = new PageSet(PAGES)
  memory.harvest(dirty)
  expect(dirty.has(written)).toBe(false)
  expect(dirty.size).toBe(9999)
})

test('the same seed gives the same writes', () => {
  const versionsOf = (seed: number) => {
    const memory = guestOf({ kind: 'random' }, seed)
    dirtyAfter(memory, 700, 30_000)
    return memory.versions
  }
  expect(versionsOf(5)).toEqual(versionsOf(5))
  expect(versionsOf(5)).not.toEqual(versionsOf(6))
})
