import fc from 'fast-check'
import { expect, test } from 'vitest'
import { defaultThresholds } from '../../src/main/core/decision/thresholds.ts'
import { canBeTold } from '../../src/main/core/migration/can-be-told.ts'
import { stepMigration } from '../../src/main/core/migration/engine.ts'
import { beginMigration, type EngineState } from '../../src/main/core/migration/engine-state.ts'
import type { EngineContext, EngineEvent } from '../../src/main/core/migration/engine-step.ts'
import { policies } from '../../src/main/core/migration/policies/index.ts'
import { migrationOf, stateOf } from '../../src/main/core/migration/told-migration.ts'
import { hasEnded, mayFollow } from '../../src/main/core/migration/transitions.ts'
import { migrationPhases } from '../../src/shared/model/migration.ts'
import type { MigrationCommand } from '../../src/shared/model/migration-command.ts'
import type { HostMigrationEvent } from '../../src/shared/model/migration-event.ts'
import { hybridRun, numbered, roundEnded, started } from '../fakes/migration-events.ts'

const begun = (): EngineState =>
  beginMigration({
    id: 'm',
    connectionId: 'c',
    vmId: 'vm',
    vmName: 'db-07',
    sourceHostId: 'a',
    destinationHostId: 'b',
    policy: 's1',
    startedBy: 'trigger',
    startedAtMs: 900,
    memoryPages: 100_000,
    linkBytesPerSecond: 50_000 * 4096,
  })

/** A run that ends by stop-and-copy, after disks. */
const stopped: readonly HostMigrationEvent[] = numbered([
  { kind: 'disk-progress', atMs: 950, copiedBytes: 1000, totalBytes: 4000 },
  started(1000),
  roundEnded(1, 3000, { sentPages: 100_000, dirtiedPages: 100 }),
  { kind: 'round-progress', atMs: 3001, round: 2, sentPages: 10, dirtiedPages: 3, remainingPages: 90 },
  { kind: 'paused', atMs: 3010, remainingPages: 40 },
  roundEnded(2, 3020, { sentPages: 40, dirtiedPages: 0, live: false }),
  { kind: 'resumed', atMs: 3050, pauseMs: 40, remainingPages: 0 },
  { kind: 'completed', atMs: 3060, totalMs: 2060, bytesSent: 100_040 * 4096, stallMs: 0 },
])

const commands: readonly MigrationCommand[] = [
  { kind: 'continue' },
  { kind: 'switch' },
  { kind: 'stop-and-copy' },
  { kind: 'cancel' },
  { kind: 'bandwidth', bytesPerSecond: 1e8 },
  { kind: 'bandwidth', bytesPerSecond: null },
  { kind: 'page-order', regionPages: 10, classes: new Uint8Array(4) },
  { kind: 'throttle', speed: 0.8 },
  { kind: 'priority', share: 1 },
]

/** A run with reports left out, doubled and moved, numbered as they came or as they were. */
const shuffledRun = fc
  .record({
    run: fc.constantFrom(hybridRun, stopped),
    picks: fc.array(fc.nat(8), { maxLength: 20 }),
    isRenumbered: fc.boolean(),
    isInOrder: fc.boolean(),
  })
  .map(({ run, picks, isRenumbered, isInOrder }): readonly EngineEvent[] => {
    const order = isInOrder ? picks.toSorted((a, b) => a - b) : picks
    return order.flatMap((pick, index) => {
      const event = run[pick]
      return event
        ? [{ kind: 'host' as const, event: isRenumbered ? { ...event, sequence: index + 1 } : event }]
        : []
    })
  })

const otherEvent: fc.Arbitrary<EngineEvent> = fc.oneof(
  fc.record({
    kind: fc.constant('operator' as const),
    command: fc.constantFrom(
      { kind: 'switch' as const },
      { kind: 'stop-and-copy' as const },
      { kind: 'cancel' as const },
      { kind: 'bandwidth' as const, bytesPerSecond: 1e8 },
    ),
  }),
  fc.record({
    kind: fc.constant('answered' as const),
    command: fc.constantFrom(...commands),
    accepted: fc.boolean(),
  }),
  fc.constantFrom<EngineEvent>(
    {
      kind: 'heat',
      heat: { hotPages: 1, warmPages: 2, coldPages: 3 },
      order: { regionPages: 5, classes: new Uint8Array(3) },
    },
    { kind: 'waiting', because: 'It waits.' },
    { kind: 'ordered' },
    { kind: 'silent', sinceMs: 5 },
    { kind: 'heard' },
    { kind: 'host', event: { kind: 'progress', sequence: 30, atMs: 2000, ratio: 0.5 } },
    { kind: 'host', event: { kind: 'cancelled', sequence: 40, atMs: 5000 } },
    { kind: 'host', event: { kind: 'failed', sequence: 41, atMs: 5000, reason: 'cut', vmRunsAt: 'unknown' } },
  ),
)

/** Host reports in their order among each other, with anything else between them. */
const anyHistory = fc
  .tuple(shuffledRun, fc.array(fc.tuple(otherEvent, fc.nat(20)), { maxLength: 15 }))
  .map(([reports, others]) => {
    const history = [...reports]
    for (const [event, at] of others) history.splice(at, 0, event)
    return history
  })

const anyContext: fc.Arbitrary<EngineContext> = fc.record({
  policy: fc.constantFrom(...Object.values(policies)),
  capabilities: fc.record({
    dirtyRate: fc.boolean(),
    pageHeat: fc.boolean(),
    rounds: fc.boolean(),
    stopAndCopy: fc.boolean(),
    postCopy: fc.boolean(),
    requestsBeside: fc.boolean(),
    bandwidth: fc.boolean(),
    pageOrder: fc.boolean(),
    throttle: fc.boolean(),
    priority: fc.boolean(),
    diskCopy: fc.boolean(),
  }),
  thresholds: fc.constant(defaultThresholds),
  forecast: fc.constant(null),
  surroundings: fc.constant(null),
  workingSet: fc.constant(null),
})

type Visit = (before: EngineState, event: EngineEvent, step: ReturnType<typeof stepMigration>) => void

const holdsAlways = (visit: (context: EngineContext) => Visit) =>
  fc.assert(
    fc.property(anyHistory, anyContext, (history, context) => {
      const look = visit(context)
      let state = begun()
      for (const event of history) {
        const step = stepMigration(state, event, context)
        look(state, event, step)
        state = step.state
      }
    }),
    { seed: 7, numRuns: 1500 },
  )

test('a phase is only ever followed by one that may follow it', () => {
  holdsAlways(() => (before, _, { state }) => {
    const [from, to] = [before.stage.phase, state.stage.phase]
    if (from !== to) expect(mayFollow(from, to), `${from} to ${to}`).toBe(true)
  })
})

test('an end is final and comes once', () => {
  holdsAlways(() => {
    let ends = 0
    return (before, _, { state, commands: told }) => {
      if (hasEnded(before.stage.phase)) {
        expect(state).toBe(before)
        expect(told).toEqual([])
      } else if (hasEnded(state.stage.phase)) ends++
      expect(ends).toBeLessThanOrEqual(1)
    }
  })
})

test('from the pause on nothing can be cancelled or asked', () => {
  holdsAlways(() => (before, event, { state, commands: told }) => {
    const migration = migrationOf(before)
    if (migration.pausedAtMs === null && migration.resumedAtMs === null && !migration.postCopy) return
    expect(migrationOf(state).cancellable).toBe(false)
    expect(migrationOf(state).requested).toBeNull()
    if (event.kind === 'operator') expect(told).toEqual([])
  })
})

test('rounds, bytes and pages that arrived never become fewer', () => {
  holdsAlways(() => (before, _, { state }) => {
    const [was, is] = [migrationOf(before), migrationOf(state)]
    expect(is.rounds.slice(0, was.rounds.length)).toEqual(was.rounds)
    expect(is.bytesSent).toBeGreaterThanOrEqual(was.bytesSent)
    expect(is.postCopy?.pushedPages ?? 0).toBeGreaterThanOrEqual(was.postCopy?.pushedPages ?? 0)
    expect(is.predictions.length).toBeGreaterThanOrEqual(was.predictions.length)
    const indices = is.rounds.map(round => round.index)
    expect(indices).toEqual(indices.toSorted((a, b) => a - b))
    expect(new Set(indices).size).toBe(indices.length)
  })
})

test('a command that the host refused leaves no trace', () => {
  holdsAlways(context => (before, event, { state, commands: told }) => {
    if (event.kind !== 'operator' || told.length === 0) return
    const refused = stepMigration(
      state,
      { kind: 'answered', command: event.command, accepted: false },
      context,
    )
    const { requested: _, remaining: __, ...is } = migrationOf(refused.state)
    const { requested, remaining, ...was } = migrationOf(before)
    expect(is).toEqual(was)
    expect(migrationOf(refused.state).requested === null || requested !== null).toBe(true)
  })
})

test('no host is told what it cannot do', () => {
  holdsAlways(({ capabilities }) => (_, __, { commands: told }) => {
    for (const each of told)
      if (each.kind === 'control') expect(canBeTold(each.command.kind, capabilities)).toBe(true)
  })
})

test('what remains is never negative or not a number', () => {
  holdsAlways(() => (_, __, { state }) => {
    const { remaining } = state.ledger
    if (remaining)
      for (const figure of Object.values(remaining)) {
        expect(Number.isFinite(figure)).toBe(true)
        expect(figure).toBeGreaterThanOrEqual(0)
      }
  })
})

test('a state that was told is the same state when it is taken up again', () => {
  holdsAlways(() => (_, __, { state }) => {
    expect(migrationOf(stateOf(migrationOf(state)))).toEqual(migrationOf(state))
  })
})

test('the table of phases: each leads to an end, none comes again, and the pause is no way back', () => {
  const followersOf = (phase: (typeof migrationPhases)[number]) =>
    migrationPhases.filter(next => mayFollow(phase, next))
  for (const [index, phase] of migrationPhases.entries()) {
    const next = followersOf(phase)
    expect(hasEnded(phase)).toBe(next.length === 0)
    for (const follower of next) expect(migrationPhases.indexOf(follower)).toBeGreaterThan(index)
    if (next.length > 0) expect(next).toEqual(expect.arrayContaining(['completed', 'failed']))
  }
  for (const phase of ['paused', 'stop-and-copy', 'post-copy', 'completing'] as const)
    expect(followersOf(phase)).not.toContain('cancelled')
  expect(followersOf('paused')).not.toContain('stop-and-copy')
})
