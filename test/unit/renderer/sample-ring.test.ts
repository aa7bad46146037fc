import { expect, test } from 'vitest'
import { SampleRing, SampleRings } from '../../../src/renderer/state/sample-ring.ts'
import { type Measure, measured, UNAVAILABLE } from '../../../src/shared/model/measure.ts'
import { originCodes, type VmSample } from '../../../src/shared/model/sample.ts'
import { latestRowsOf } from '../../support/latest-rows.ts'

const aSample = (atMs: number, dirty: Measure = measured(atMs / 1000), vmId = 'vm'): VmSample => ({
  vmId,
  atMs,
  cpuRatio: measured(0.5),
  memoryRatio: UNAVAILABLE,
  ioBytesPerSecond: measured(10),
  diskReadBytesPerSecond: measured(4),
  networkReceiveBytesPerSecond: measured(2),
  dirtyPagesPerSecond: dirty,
  pageFaultsPerSecond: UNAVAILABLE,
})

const aReading = (atMs: number) => ({
  atMs,
  cpuRatio: 0.5,
  memoryRatio: Number.NaN,
  ioBytesPerSecond: 10,
  dirtyPagesPerSecond: atMs / 1000,
  pageFaultsPerSecond: Number.NaN,
  dirtyOrigin: originCodes.measured,
})

test('a ring keeps the last 600 samples in order after it has wrapped', () => {
  const ring = new SampleRing('vm', 10)
  for (let second = 1; second <= 1000; second++) ring.push(aReading(second * 1000))
  expect(ring.length).toBe(600)
  const { atMs, dirtyPagesPerSecond } = ring.series()
  expect([atMs[0], atMs[599]]).toEqual([401_000, 1_000_000])
  expect([...dirtyPagesPerSecond.slice(0, 3)]).toEqual([401, 402, 403])
  expect([...atMs]).toEqual([...atMs].sort((a, b) => a - b))
})

test('what is unavailable is a gap, never zero', () => {
  const rings = new SampleRings()
  rings.push(latestRowsOf([aSample(1000, UNAVAILABLE)]), 10)
  rings.push(latestRowsOf([aSample(2000, { origin: 'estimated', value: 7, ageMs: 0 })]), 10)
  const series = rings.of('vm')?.series()
  if (!series) throw new Error('the VM has no ring')
  expect([...series.cpuRatio]).toEqual([0.5, 0.5])
  expect([...series.dirtyPagesPerSecond]).toEqual([Number.NaN, 7])
  expect([...series.dirtyOrigin]).toEqual([0, 2])
  expect([...series.memoryRatio]).toEqual([Number.NaN, Number.NaN])
})

test('a repeated tick adds nothing and draws nothing', () => {
  const ring = new SampleRing('vm', 10)
  ring.push(aReading(1000))
  const version = ring.version
  ring.push(aReading(1000))
  ring.push(aReading(500))
  expect(ring.length).toBe(1)
  expect(ring.version).toBe(version)
})

test('in a fleet of thousands one slot holds 5 s, and the last slot is always the latest sample', () => {
  const ring = new SampleRing('vm', 10_000)
  for (let second = 0; second <= 12; second++) ring.push(aReading(second * 1000))
  expect([...ring.series().atMs]).toEqual([4000, 9000, 12_000])
})

test('the ring of a VM that is gone is forgotten', () => {
  const rings = new SampleRings()
  rings.push(latestRowsOf([aSample(1000, measured(1), 'a'), aSample(1000, measured(1), 'b')]), 2)
  rings.retain(new Set(['a']))
  expect(rings.of('a')?.length).toBe(1)
  expect(rings.of('b')).toBeUndefined()
})

test('a clock that is set back begins the ring anew; one that hesitates does not', () => {
  const ring = new SampleRing('vm', 10)
  for (const at of [100_000, 101_000, 99_000]) ring.push(aReading(at))
  expect([...ring.series().atMs]).toEqual([100_000, 101_000])
  for (const at of [40_000, 41_000]) ring.push(aReading(at))
  expect([...ring.series().atMs]).toEqual([40_000, 41_000])
})

test('in a large fleet rings take turns over five ticks, and one that is followed misses none', () => {
  const rings = new SampleRings()
  const ids = ['a', 'b', 'c', 'd', 'e', 'f']
  const at = (second: number) => latestRowsOf(ids.map(id => aSample(second * 5000, measured(second), id)))
  const stop = rings.follow('a')
  const versionsAfter = (seconds: readonly number[]) => {
    for (const second of seconds) rings.push(at(second), 10_000)
    return ids.map(id => rings.of(id)?.version)
  }
  expect(versionsAfter([1])).toEqual([1, 1, 1, 1, 1, 1])
  expect(versionsAfter([2, 3, 4, 5, 6])).toEqual([6, 2, 2, 2, 2, 2])
  stop()
  expect(versionsAfter([7, 8, 9, 10, 11])).toEqual([7, 3, 3, 3, 3, 3])
})
