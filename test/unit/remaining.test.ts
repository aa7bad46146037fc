import { expect, test } from 'vitest'
import { defaultThresholds } from '../../src/main/core/decision/thresholds.ts'
import { stepMigration } from '../../src/main/core/migration/engine.ts'
import { beginMigration } from '../../src/main/core/migration/engine-state.ts'
import type { EngineContext, EngineEvent } from '../../src/main/core/migration/engine-step.ts'
import { migrationProgress } from '../../src/main/core/migration/migration-progress.ts'
import { policies } from '../../src/main/core/migration/policies/index.ts'
import { migrationOf } from '../../src/main/core/migration/told-migration.ts'
import type { Migration } from '../../src/shared/model/migration.ts'
import type { HostMigrationEvent } from '../../src/shared/model/migration-event.ts'
import { aHost } from '../fakes/fake-hypervisor.ts'
import {
  LINK_BYTES_PER_SECOND,
  MEMORY_PAGES,
  numbered,
  roundEnded,
  started,
} from '../fakes/migration-events.ts'

const context: EngineContext = {
  policy: policies.s1,
  capabilities: aHost({ id: 'a' }).capabilities,
  thresholds: defaultThresholds,
  forecast: null,
  surroundings: null,
  workingSet: null,
}

const after = (
  reports: readonly HostMigrationEvent[],
  then: readonly EngineEvent[] = [],
  {
    predictions = [],
    ...known
  }: Partial<EngineContext> & { readonly predictions?: Migration['predictions'] } = {},
) => {
  const begun = beginMigration({
    id: 'm',
    connectionId: 'c',
    vmId: 'vm',
    vmName: 'db-07',
    sourceHostId: 'a',
    destinationHostId: 'b',
    policy: 's1',
    startedBy: 'operator',
    startedAtMs: 1000,
    memoryPages: MEMORY_PAGES,
    linkBytesPerSecond: LINK_BYTES_PER_SECOND,
    predictions,
  })
  const events: readonly EngineEvent[] = [
    ...reports.map(event => ({ kind: 'host' as const, event })),
    ...then,
  ]
  return migrationOf(
    events.reduce((state, event) => stepMigration(state, event, { ...context, ...known }).state, begun),
  )
}

/** 50,000 pages/s sent, 20,000 pages/s dirtied. */
const firstRound = [started(1000), roundEnded(1, 3000, { sentPages: 100_000, dirtiedPages: 40_000 })] as const
const pages = (count: number) => count * 4096

test('after a round it is the recurrence of S1: 40,000 pages, each round 0.4 of the one before, to N_max, then the switch', () => {
  // 800 + 320 + 128 + 51.2 ms of rounds 2 to 5, 50 ms of pause, 20.48 ms for the last 1,024 pages.
  const { remaining } = after(numbered(firstRound))
  expect(remaining?.atMs).toBe(3000)
  expect(remaining?.ms).toBeCloseTo(1369.68)
  expect(remaining?.bytes).toBeCloseTo(pages(40_000 + 16_000 + 6400 + 2560 + 1024))
  expect(remaining?.downtimeMs).toBe(50)
})

test('where the dirty curve is known each round dirties by its own length', () => {
  const windowOf = (windowMs: number, dirtied: number) =>
    ({ windowMs, pages: dirtied, atMs: 0, source: 'window' }) as const
  const workingSet = {
    vmId: 'vm',
    atMs: 0,
    memoryPages: MEMORY_PAGES,
    windows: [windowOf(800, 15_000), windowOf(2000, 20_000)],
    classes: [],
    figures: [],
  }
  // Twice the curve's 20,000 pages in 2 s: so round 2 of 800 ms dirties 30,000 of 40,000 pages, 75 %, and is the last.
  const { remaining, predictions } = after(numbered(firstRound), [], { workingSet })
  expect(remaining?.ms).toBeCloseTo(800 + 50 + 600)
  expect(remaining?.bytes).toBeCloseTo(pages(40_000 + 30_000))
  expect(predictions[0]?.totalMs).toBeCloseTo(2000 + 1450)
  // Thrice the curve's is another load: the ratio of the round counts.
  const calm = { ...workingSet, windows: [windowOf(800, 10_000), windowOf(2000, 13_000)] }
  expect(after(numbered(firstRound), [], { workingSet: calm }).remaining?.ms).toBeCloseTo(1369.68)
})

test('within a round it goes down by what was sent, as long as the guest dirties as before', () => {
  const progress = { round: 2, sentPages: 5000, dirtiedPages: 2000, remainingPages: 35_000 }
  const { remaining } = after(numbered([...firstRound, { kind: 'round-progress', atMs: 3100, ...progress }]))
  expect(remaining?.ms).toBeCloseTo(1369.68 - 100)
  expect(remaining?.bytes).toBeCloseTo(pages(35_000 + 16_000 + 6400 + 2560 + 1024))
})

test('within the first round the guest is measured as it is seen', () => {
  const progress = { round: 1, sentPages: 50_000, dirtiedPages: 20_000, remainingPages: 50_000 }
  const { remaining } = after(numbered([started(1000), { kind: 'round-progress', atMs: 2000, ...progress }]))
  expect(remaining?.ms).toBeCloseTo(1000 + 1369.68)
})

test('a bandwidth that is halved is reckoned with at once: then the guest is too fast for more rounds', () => {
  const command = { kind: 'bandwidth', bytesPerSecond: LINK_BYTES_PER_SECOND / 2 } as const
  const { remaining } = after(numbered(firstRound), [{ kind: 'answered', command, accepted: true }])
  // 20,000 over 25,000 pages/s is above theta: a pause and 40,000 pages at 25 a ms.
  expect(remaining?.ms).toBeCloseTo(50 + 1600)
})

test('what has been asked for is reckoned with: a stop makes what is left the pause', () => {
  const { remaining } = after(numbered(firstRound), [
    { kind: 'operator', command: { kind: 'stop-and-copy' } },
  ])
  expect(remaining?.downtimeMs).toBeCloseTo(50 + 800)
  expect(
    after(numbered(firstRound), [{ kind: 'operator', command: { kind: 'cancel' } }]).remaining,
  ).toBeNull()
})

test('a round that a switch cut short is predicted to be the last', () => {
  const [begun, cut] = numbered(firstRound)
  if (begun === undefined || cut === undefined) throw new Error('two reports are wanted')
  // 2,000 ms so far, 50 ms of pause and 40,000 pages at 50,000 a second.
  const { predictions } = after(
    [begun],
    [
      { kind: 'operator', command: { kind: 'switch' } },
      { kind: 'host', event: cut },
    ],
  )
  expect(predictions[0]?.totalMs).toBeCloseTo(2000 + 50 + 800)
  expect(predictions[0]?.bytesSent).toBeCloseTo(pages(140_000))
})

test('in post-copy it is what is missing at the pace seen; after the end nothing remains', () => {
  const paused = { kind: 'paused', atMs: 3000, remainingPages: 40_000 } as const
  const resumed = { kind: 'resumed', atMs: 3040, pauseMs: 40, remainingPages: 40_000 } as const
  const tail = { pushedPages: 9900, demandFaults: 100, remainingPages: 30_000, stallMs: 5 }
  const reports = [
    ...firstRound,
    paused,
    resumed,
    { kind: 'post-copy-progress', atMs: 3240, ...tail } as const,
  ]
  expect(after(numbered(reports)).remaining).toEqual({
    atMs: 3240,
    ms: 600,
    bytes: pages(30_000),
    downtimeMs: 40,
  })
  const done = { kind: 'completed', atMs: 3900, totalMs: 2900, bytesSent: 1e9, stallMs: 9 } as const
  expect(after(numbered([...reports, done])).remaining).toBeNull()
})

test('progress counts what remained at the latest report down', () => {
  const migration = after(numbered(firstRound))
  expect(migrationProgress(migration, 3100)).toEqual({
    progress: expect.closeTo(2100 / (2000 + 1369.68)),
    remainingMs: expect.closeTo(1269.68),
  })
})

test('the time in which its destination gets ready is none of what a migration takes', () => {
  const ordered = { ...after([]), phase: 'reserve' } as const
  const late = migrationProgress(ordered, ordered.startedAtMs + 5000)
  expect(late).toEqual(migrationProgress(ordered, ordered.startedAtMs))
  expect(late.progress).toBe(0)
})

test('a host that tells no rounds does not let anything be said', () => {
  const { remaining } = after(numbered([started(1000), { kind: 'progress', atMs: 1500, ratio: 0.3 }]))
  expect(remaining).toBeNull()
})

const disk = (atMs: number, copiedPages: number) =>
  ({ kind: 'disk-progress', atMs, copiedBytes: pages(copiedPages), totalBytes: pages(100_000) }) as const
/** Of the memory alone. */
const atStart = {
  afterRound: 0,
  totalMs: 3000,
  downtimeMs: 50,
  bytesSent: 1000,
  spread: {
    totalMs: { p10: 2000, p90: 4000 },
    downtimeMs: { p10: 50, p90: 50 },
    bytesSent: { p10: 900, p90: 1100 },
  },
}

test('what is expected at the start is more by the disk, as soon as the host has told of it', () => {
  const diskMs = (pages(100_000) * 1000) / LINK_BYTES_PER_SECOND
  const { predictions, remaining } = after(numbered([disk(1000, 0)]), [], { predictions: [atStart] })
  expect(predictions[0]).toMatchObject({
    totalMs: 3000 + diskMs,
    downtimeMs: 50,
    bytesSent: 1000 + pages(100_000),
  })
  expect(predictions[0]?.spread?.totalMs).toEqual({ p10: 2000 + diskMs, p90: 4000 + diskMs })
  expect(remaining?.ms).toBeCloseTo(3000 + diskMs)
})

test('a disk goes on at the pace it has, and the memory follows as it was expected to', () => {
  // A quarter in 5 s leaves 15 s.
  const { remaining } = after(numbered([disk(1000, 0), disk(6000, 25_000)]), [], { predictions: [atStart] })
  expect(remaining?.ms).toBeCloseTo(15_000 + 3000)
  expect(remaining?.bytes).toBeCloseTo(pages(75_000) + 1000)
})

test('what is expected after a round counts the disk that went before it', () => {
  const [start, ended] = firstRound
  const alone = after(numbered([start, ended])).predictions.at(-1)
  const both = after(numbered([disk(-9000, 0), disk(1000, 100_000), start, ended])).predictions.at(-1)
  expect(both?.totalMs).toBeCloseTo((alone?.totalMs ?? 0) + 10_000)
  expect(both?.bytesSent).toBeCloseTo((alone?.bytesSent ?? 0) + pages(100_000))
})
