import { expect, test } from 'vitest'
import { addHeat, lateMs, noHeat } from '../../src/renderer/features/vm/heat-history.ts'
import { viewAfterHeatKey } from '../../src/renderer/features/vm/heat-keys.ts'
import type { PageHeat } from '../../src/shared/model/heat.ts'

const aHeat = (atMs: number, regions = 4): PageHeat => ({
  vmId: 'vm-1',
  atMs,
  regionPages: 256,
  totalPages: regions * 256,
  classes: new Uint8Array(regions),
  frequency: new Float32Array(regions),
  centroids: [],
  inertia: 0,
  iterations: 1,
})
const read = (atMs: number, regions?: number) => ({ kind: 'heat', heat: aHeat(atMs, regions) }) as const
const gone = { kind: 'unavailable', because: 'The VM is not running.' } as const

test('readings are kept in order, and one that is not newer is not taken for news', () => {
  const first = addHeat(addHeat(noHeat, read(1000), 50_000), read(3000), 52_000)
  const again = addHeat(addHeat(first, read(3000), 54_000), read(1000), 56_000)
  expect(again.readings.map(({ heat, arrivedMs }) => [heat.atMs, arrivedMs])).toEqual([
    [1000, 50_000],
    [3000, 52_000],
  ])
  expect(lateMs(again, 58_000)).toBeNull()
  expect(lateMs(again, 60_000)).toBe(8000)
})

test('while nothing can be read the last reading stays, with why and since when there is no other', () => {
  const before = addHeat(noHeat, read(1000), 50_000)
  const twice = addHeat(addHeat(before, gone, 52_000), gone, 54_000)
  expect(twice.readings).toHaveLength(1)
  expect(twice.trouble).toEqual({ because: 'The VM is not running.', sinceMs: 52_000 })
  expect(addHeat(twice, read(6000), 56_000).trouble).toBeNull()
})

test('memory is bounded: large readings push out older ones sooner, and the last one always stays', () => {
  let small = noHeat
  let large = noHeat
  for (let n = 1; n <= 310; n++) {
    small = addHeat(small, read(n, 1000), n)
    // 10 MB each
    if (n <= 5) large = addHeat(large, read(n, 2_097_152), n)
  }
  expect([small.readings.length, small.readings[0]?.heat.atMs]).toEqual([300, 11])
  expect(large.readings.map(({ heat }) => heat.atMs)).toEqual([3, 4, 5])
  expect(addHeat(noHeat, read(1, 10_000_000), 1).readings).toHaveLength(1)
})

test('keys look closer, wider, all around and along the memory', () => {
  const memory = { totalPages: 1000, regionPages: 1 }
  const after = (key: string) => viewAfterHeatKey(key, { from: 400, to: 600 }, memory)
  expect(after('+')).toEqual({ from: 450, to: 550 })
  expect(after('-')).toEqual({ from: 300, to: 700 })
  expect(after('0')).toEqual({ from: 0, to: 1000 })
  expect(after('ArrowLeft')).toEqual({ from: 380, to: 580 })
  expect(after('ArrowDown')).toEqual({ from: 500, to: 700 })
  expect(after('m')).toBeUndefined()
})
