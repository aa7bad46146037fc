import { expect, test } from 'vitest'
import {
  workloadNow,
  workloadOf,
  workloadsDuring,
} from '../../../../src/main/core/what-if/known-workloads.ts'
import { workingSetOf } from '../../../../src/main/core/working-set/working-set.ts'
import type { SimulatedWorkload } from '../../../../src/shared/model/simulation-case.ts'
import { aMigration } from '../../../fakes/fake-migration.ts'
import { simulated } from '../../../support/a-simulated-case.ts'

const PAGES = 16_384

/** Nothing between rounds: each is as long as what its log was read for. */
const host = { roundMs: 0, pauseMs: 10, resumeMs: 10, suspendDirtyPages: 0 }

/** The live rounds of a migration while a workload writes. */
const readingsOf = (workload: object) =>
  simulated(
    { name: 'pre-copy-xen-upstream' },
    { workload, host, link: { bandwidthBytesPerSecond: 50e6, latencyMs: 0 } },
  )
    .rounds.filter(({ dirtiedPages }) => dirtiedPages > 0)
    .map(({ ms, dirtiedPages }) => ({ windowMs: ms, pages: dirtiedPages }))

/** Unique pages that a workload of uniform classes dirties within `ms`. */
const uniqueWithin = (workload: SimulatedWorkload, ms: number): number => {
  if (workload.kind === 'mix') return workload.workloads.reduce((sum, one) => sum + uniqueWithin(one, ms), 0)
  if (workload.kind !== 'uniform') return 0
  const { workingSetPages, writesPerSecond } = workload
  return workingSetPages * -Math.expm1(((-writesPerSecond / workingSetPages) * ms) / 1000)
}

test('a workload that is known is found again in the rounds that it made', () => {
  const known = { kind: 'uniform' as const, workingSetPages: 4096, writesPerSecond: 4000 }
  const readings = readingsOf(known)
  expect(readings.length).toBeGreaterThan(2)
  const found = workloadOf(readings, PAGES)
  for (const ms of [50, 200, 1000])
    expect(Math.abs(uniqueWithin(found, ms) / uniqueWithin(known, ms) - 1)).toBeLessThan(0.1)
})

test('a hot set is found again as two classes whose dirty curve is that of the guest', () => {
  const unique = (ms: number) =>
    400 * -Math.expm1((-9000 / 400) * (ms / 1000)) + 3600 * -Math.expm1((-1000 / 3600) * (ms / 1000))
  const found = workloadOf(
    [50, 200, 800, 3200].map(ms => ({ windowMs: ms, pages: unique(ms) })),
    PAGES,
  )
  if (found.kind !== 'mix') throw new Error(`a mix expected, not ${found.kind}`)
  const pages = found.workloads.map(one => (one.kind === 'uniform' ? one.workingSetPages : 0))
  expect(Math.abs((pages[0] ?? 0) / 400 - 1)).toBeLessThan(0.1)
  expect(Math.abs((pages[1] ?? 0) / 3600 - 1)).toBeLessThan(0.15)
})

test('a guest that wrote nothing is idle', () => {
  expect(workloadOf([{ windowMs: 1000, pages: 0 }], PAGES)).toEqual({ kind: 'idle' })
})

const round = (index: number, ms: number, dirtiedPages: number) => ({
  index,
  live: true,
  startedAtMs: index * 1000,
  ms,
  sentPages: 1000,
  dirtiedPages,
  bandwidthBytesPerSecond: 1e8,
})
const windows = [
  { windowMs: 100, pages: 300, atMs: 10, source: 'window' as const },
  { windowMs: 1000, pages: 2000, atMs: 10, source: 'window' as const },
]
const before = workingSetOf({ vmId: 'vm-1', memoryPages: PAGES }, windows)
if (!before) throw new Error('two windows tell a working set')

test('rounds and windows are told together and apart, as far as there are such', () => {
  const moved = aMigration({ rounds: [round(1, 900, 1800), round(2, 80, 250)] })
  expect(workloadsDuring(moved, before, PAGES).map(({ sentence }) => sentence)).toEqual([
    'The guest writes as windows of 100 ms, 1.00 s before it and the 2 live rounds showed.',
    'The guest writes as the 2 live rounds showed.',
    'The guest writes as windows of 100 ms, 1.00 s before it showed.',
  ])
  expect(workloadsDuring(moved, null, PAGES)).toHaveLength(1)
  expect(workloadsDuring(aMigration(), before, PAGES)).toHaveLength(1)
  expect(workloadsDuring(aMigration(), null, PAGES)).toEqual([])
  expect(workloadNow(before, PAGES).workload.kind).toBe('uniform')
})
