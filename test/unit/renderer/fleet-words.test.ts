import { expect, test } from 'vitest'
import { directionOf, inOneMinute, measureText } from '../../../src/renderer/features/fleet/figure-text.ts'
import { recommendationFor } from '../../../src/renderer/features/fleet/recommendation.ts'
import type { Risk } from '../../../src/shared/contract/fleet.ts'
import { type Measure, measured, UNAVAILABLE } from '../../../src/shared/model/measure.ts'
import { fakeFleet } from '../../fakes/fake-fleet.ts'
import { aMigration } from '../../fakes/fake-migration.ts'

const show = (value: number) => value.toString()
const [vm] = fakeFleet({ seed: 1, pools: 1, hostsPerPool: 1, vms: 1 }).vms
if (!vm) throw new Error('the fake fleet is empty')
const high: Risk = { vmId: vm.id, level: 'high', expectedAtMs: 60_000, reason: '' }

test.each<[string, Measure | undefined, string]>([
  ['measured just now', measured(3), '3'],
  ['estimated', { origin: 'estimated', value: 3, ageMs: 0 }, '~3'],
  ['held for 14 s', measured(3, 14_000), '3 (14 s)'],
  ['estimated and held', { origin: 'estimated', value: 3, ageMs: 6_000 }, '~3 (6 s)'],
  ['a reading of the last tick', measured(3, 1_000), '3'],
  ['unavailable', UNAVAILABLE, '-'],
  ['not yet read', undefined, '-'],
])('a figure says where it comes from: %s', (_, measure, text) => {
  expect(measureText(measure, show).text).toBe(text)
  expect(measureText(measure, show).title).not.toBe('')
})

test('the age of a held figure can be taken from it', () => {
  expect(measureText(measured(3, 14_000), show)).toMatchObject({ figure: '3', age: ' (14 s)' })
  expect(measureText(measured(3), show)).toMatchObject({ figure: '3', age: '' })
})

test('a minute ahead is the forecast point nearest to it', () => {
  const point = (aheadMs: number) => ({ aheadMs, dirtyPagesPerSecond: aheadMs, cpuRatio: 0 })
  expect(inOneMinute({ vmId: 'a', atMs: 0, points: [10_000, 50_000, 300_000].map(point) })?.aheadMs).toBe(
    50_000,
  )
  expect(inOneMinute({ vmId: 'a', atMs: 0, points: [] })).toBeUndefined()
})

test('small changes have no direction', () => {
  expect(directionOf(1000, 1150)).toBe('level')
  expect(directionOf(1000, 1300)).toBe('up')
  expect(directionOf(10_000, 7_000)).toBe('down')
  expect(directionOf(10, 200)).toBe('level')
  expect(directionOf(undefined, 5_000)).toBe('level')
})

const about = {
  vm,
  risk: high,
  running: undefined,
  level: 'advise' as const,
  isStopped: false,
  clock: (atMs: number) => `t${atMs}`,
}

test('a VM in trouble is to be migrated before the trouble comes', () => {
  expect(recommendationFor(about)).toEqual({ kind: 'migrate', text: 'Migrate before t60000.' })
  expect(recommendationFor({ ...about, risk: { ...high, expectedAtMs: null } }).text).toBe('Migrate now.')
})

test('automation is mentioned only where it will act', () => {
  expect(recommendationFor({ ...about, level: 'automatic' }).text).toContain('by itself')
  expect(recommendationFor({ ...about, level: 'automatic', isStopped: true }).text).not.toContain('by itself')
})

test('what is under way or cannot move is not recommended again', () => {
  expect(recommendationFor({ ...about, running: aMigration({ id: 'm' }) })).toMatchObject({
    kind: 'watch-migration',
    migrationId: 'm',
  })
  expect(recommendationFor({ ...about, vm: { ...vm, immovableBecause: 'It has a GPU.' } })).toEqual({
    kind: 'cannot',
    text: 'Cannot be moved: It has a GPU.',
  })
})
