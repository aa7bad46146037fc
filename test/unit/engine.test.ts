import { expect, test } from 'vitest'
import { defaultThresholds } from '../../src/main/core/decision/thresholds.ts'
import { stepMigration } from '../../src/main/core/migration/engine.ts'
import { beginMigration, type EngineState } from '../../src/main/core/migration/engine-state.ts'
import type { EngineContext, EngineEvent } from '../../src/main/core/migration/engine-step.ts'
import { migrationProgress } from '../../src/main/core/migration/migration-progress.ts'
import { policies } from '../../src/main/core/migration/policies/index.ts'
import type { PolicyView } from '../../src/main/core/migration/policy.ts'
import { migrationOf, stateOf } from '../../src/main/core/migration/told-migration.ts'
import { FULL_CAPABILITIES } from '../../src/main/core/simulation/case-capabilities.ts'
import type { HostMigrationEvent } from '../../src/shared/model/migration-event.ts'
import { hybridRun, numbered, roundEnded, started } from '../fakes/migration-events.ts'

const aContext = (change: Partial<EngineContext> = {}): EngineContext => ({
  policy: policies.s1,
  capabilities: { ...FULL_CAPABILITIES, throttle: false, priority: false, diskCopy: false },
  thresholds: defaultThresholds,
  forecast: null,
  surroundings: null,
  workingSet: null,
  ...change,
})

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
    linkBytesPerSecond: 1,
  })

const host = (event: HostMigrationEvent): EngineEvent => ({ kind: 'host', event })

const run = (events: readonly EngineEvent[], context = aContext()) => {
  let state = begun()
  const controls: string[] = []
  for (const event of events) {
    const step = stepMigration(state, event, context)
    state = step.state
    for (const command of step.commands) if (command.kind === 'control') controls.push(command.command.kind)
  }
  return { state, migration: migrationOf(state), controls }
}

test('what a first pass that was cut short had not sent is not sent again', () => {
  const cutShort = numbered([
    started(1000),
    roundEnded(1, 2200, { sentPages: 60_000, dirtiedPages: 5_000 }),
    { kind: 'paused', atMs: 2200, remainingPages: 45_000 },
    { kind: 'resumed', atMs: 2240, pauseMs: 40, remainingPages: 45_000 },
    {
      kind: 'post-copy-progress',
      atMs: 3140,
      pushedPages: 44_000,
      demandFaults: 1_000,
      remainingPages: 0,
      stallMs: 0,
    },
  ])
  expect(run(cutShort.map(host)).migration.retransmittedPages).toBe(5_000)
})

test('a hybrid migration goes from first round to completion and tells the host when to switch', () => {
  const { migration, controls } = run(hybridRun.map(host))
  expect(controls).toEqual(['continue', 'switch'])
  expect(migration).toMatchObject({
    phase: 'completed',
    startedAtMs: 1000,
    endedAtMs: 4480,
    downtimeMs: 40,
    bytesSent: 172_000 * 4096,
    retransmittedPages: 40_000 + 32_000,
    cancellable: false,
    ending: { kind: 'post-copy', afterRound: 2 },
    postCopy: { pushedPages: 31_800, demandFaults: 200, remainingPages: 0, stallMs: 40 },
  })
  expect(migration.ending?.reasons[0]).toContain('Round 2 dirtied memory at 80%')
  expect(migration.rounds.map(round => round.dirtiedPages)).toEqual([40_000, 32_000])
})

test('the round under way grows and starts where the last one ended', () => {
  const { migration } = run(
    numbered([
      started(1000),
      roundEnded(1, 3000, { sentPages: 100_000, dirtiedPages: 40_000 }),
      {
        kind: 'round-progress',
        atMs: 3100,
        round: 2,
        sentPages: 5000,
        dirtiedPages: 900,
        remainingPages: 35_000,
      },
    ]).map(host),
  )
  expect(migration.current).toEqual({
    round: 2,
    startedAtMs: 3000,
    atMs: 3100,
    sentPages: 5000,
    dirtiedPages: 900,
    remainingPages: 35_000,
  })
})

test('without post-copy the same ratio ends in stop-and-copy', () => {
  const context = aContext({
    capabilities: {
      dirtyRate: true,
      pageHeat: true,
      rounds: true,
      stopAndCopy: true,
      postCopy: false,
      requestsBeside: false,
      bandwidth: false,
      pageOrder: false,
      throttle: false,
      priority: false,
      diskCopy: false,
    },
  })
  const events = numbered([started(0), roundEnded(1, 2000, { sentPages: 100_000, dirtiedPages: 90_000 })])
  expect(run(events.map(host), context).controls).toEqual(['stop-and-copy'])
})

test('fewer than epsilon pages left end pre-copy by a short pause', () => {
  const events = numbered([started(0), roundEnded(1, 2000, { sentPages: 100_000, dirtiedPages: 49 })])
  expect(run(events.map(host)).controls).toEqual(['stop-and-copy'])
})

test('N_max rounds are the last, however well they go', () => {
  const rounds = [100_000, 60_000, 36_000, 21_600, 12_960, 7776]
  const events = numbered([
    started(0),
    ...rounds
      .slice(0, 5)
      .map((sentPages, i) =>
        roundEnded(i + 1, 2000 * (i + 1), { sentPages, dirtiedPages: rounds[i + 1] ?? 0 }),
      ),
  ])
  expect(run(events.map(host)).controls).toEqual(['continue', 'continue', 'continue', 'continue', 'switch'])
})

test('a forecast of growth switches a round earlier', () => {
  const forecast = {
    vmId: 'vm',
    atMs: 0,
    points: [
      { aheadMs: 1000, dirtyPagesPerSecond: 100, cpuRatio: 0 },
      { aheadMs: 1100, dirtyPagesPerSecond: 150, cpuRatio: 0 },
    ],
  }
  const events = numbered([
    started(0),
    roundEnded(1, 2000, { sentPages: 100_000, dirtiedPages: 60_000 }),
  ]).map(host)
  expect(run(events).controls).toEqual(['continue'])
  expect(run(events, aContext({ forecast })).controls).toEqual(['switch'])
})

test("Xen's rule stops at 50 pages or at the fourth live round, and never switches", () => {
  const context = aContext({ policy: policies['pre-copy-xen'] })
  const heavy = numbered([
    started(0),
    ...[1, 2, 3, 4].map(n => roundEnded(n, 2000 * n, { sentPages: 100_000, dirtiedPages: 99_000 })),
  ])
  expect(run(heavy.map(host), context).controls).toEqual([
    'continue',
    'continue',
    'continue',
    'stop-and-copy',
  ])
  const idle = numbered([started(0), roundEnded(1, 2000, { sentPages: 100_000, dirtiedPages: 50 })])
  expect(run(idle.map(host), context).controls).toEqual(['stop-and-copy'])
})

test("an operator's switch is passed on at once, and the policy keeps quiet after it", () => {
  const { controls, migration } = run([
    host({ ...started(0), sequence: 1 } as HostMigrationEvent),
    { kind: 'operator', command: { kind: 'switch' } },
    host({
      ...roundEnded(1, 2000, { sentPages: 100_000, dirtiedPages: 10_000 }),
      sequence: 2,
    } as HostMigrationEvent),
  ])
  expect(controls).toEqual(['switch'])
  expect(migration).toMatchObject({ requested: 'switch', ending: null })
})

test('a switch the operator asked for is dated by the pause it led to', () => {
  const { migration } = run([
    host({ ...started(0), sequence: 1 } as HostMigrationEvent),
    { kind: 'operator', command: { kind: 'switch' } },
    host({
      ...roundEnded(1, 2000, { sentPages: 100_000, dirtiedPages: 10_000 }),
      sequence: 2,
    } as HostMigrationEvent),
    host({ kind: 'paused', atMs: 2001, remainingPages: 10_000, sequence: 3 }),
  ])
  expect(migration).toMatchObject({
    phase: 'paused',
    requested: null,
    ending: { kind: 'post-copy', atMs: 2001, afterRound: 1, reasons: ['The operator asked for it.'] },
  })
})

test('a refused command is taken back', () => {
  const { migration } = run([
    { kind: 'operator', command: { kind: 'switch' } },
    { kind: 'answered', command: { kind: 'switch' }, accepted: false },
  ])
  expect(migration).toMatchObject({ requested: null, ending: null })
})

test('after the pause nothing can be asked of it any more', () => {
  const { controls, migration } = run([
    ...hybridRun.slice(0, 6).map(host),
    { kind: 'operator', command: { kind: 'cancel' } },
  ])
  expect(controls).toEqual(['continue', 'switch'])
  expect(migration.cancellable).toBe(false)
})

test('a host that cannot be told anything ends pre-copy by its own rule', () => {
  const capabilities = {
    dirtyRate: true,
    pageHeat: true,
    rounds: true,
    stopAndCopy: false,
    postCopy: false,
    requestsBeside: false,
    bandwidth: false,
    pageOrder: false,
    throttle: false,
    priority: false,
    diskCopy: false,
  }
  const events = numbered([
    started(0),
    roundEnded(1, 2000, { sentPages: 100_000, dirtiedPages: 90_000 }),
    { kind: 'paused', atMs: 2000, remainingPages: 90_000 },
  ])
  const { controls, migration } = run(events.map(host), aContext({ capabilities }))
  expect(controls).toEqual([])
  expect(migration.ending?.reasons).toEqual(['The host ended pre-copy by its own rule.'])
})

test('what was decided after a round is kept before the host is told', () => {
  const events = numbered([started(0), roundEnded(1, 2000, { sentPages: 100_000, dirtiedPages: 90_000 })])
  const kinds = events.flatMap((event, index) => {
    const before = run(events.slice(0, index).map(host)).state
    return stepMigration(before, host(event), aContext()).commands.map(command => command.kind)
  })
  expect(kinds).toEqual(['decided', 'control'])
})

test('a migration that is cancelled within a round keeps how far that had come', () => {
  const progress = {
    kind: 'round-progress',
    round: 1,
    sentPages: 10,
    dirtiedPages: 1,
    remainingPages: 90,
  } as const
  const told = numbered([started(1000), { ...progress, atMs: 1500 }, { kind: 'cancelled', atMs: 2000 }])
  const { migration } = run(told.map(host))
  expect(migration).toMatchObject({ phase: 'cancelled', current: { round: 1, sentPages: 10 } })
  expect(migrationOf(stateOf(migration)).current).toEqual(migration.current)
})

test('an order taken back before the host had it is cancelled', () => {
  const { migration } = run([{ kind: 'withdrawn', atMs: 950 }])
  expect(migration).toMatchObject({ phase: 'cancelled', endedAtMs: 950, failure: null })
})

test('an order the host did not take leaves the VM at its source', () => {
  const { migration } = run([{ kind: 'refused', reason: 'no memory', atMs: 5 }])
  expect(migration).toMatchObject({ phase: 'failed', failure: { vmRunsAt: 'source' } })
})

test("a task's progress is kept as it is told, with the furthest it was, while an operation's never goes back", () => {
  const at = (ratio: number, atMs: number) => ({ kind: 'progress', ratio, atMs }) as const
  const told = numbered([started(1000), at(0.3, 1500), at(0.7, 2000), at(0.4, 2500)]).map(host)
  const seen = [2, 3, 4].map(count => run(told.slice(0, count)).migration)
  expect(seen.map(({ taskProgress }) => taskProgress)).toEqual([
    { ratio: 0.3, highestRatio: 0.3, atMs: 1500 },
    { ratio: 0.7, highestRatio: 0.7, atMs: 2000 },
    { ratio: 0.4, highestRatio: 0.7, atMs: 2500 },
  ])
  const shown = seen.map(migration => migrationProgress(migration, 9000))
  expect(shown.map(({ progress }) => progress)).toEqual([0.3, 0.7, 0.7])
  expect(shown.map(({ remainingMs }) => remainingMs)).toEqual([null, null, null])
})

test('what was heard of the guest from outside is told at the end, and known again after a restart', () => {
  const probes = { lostProbes: 3, intervalMs: 20, longestGapMs: 80 }
  const told = { probes, hostDowntimeMs: 12 }
  const events = hybridRun.map(event => (event.kind === 'completed' ? { ...event, ...told } : event))
  const { migration } = run(events.map(host))
  expect(migration).toMatchObject(told)
  expect(migrationOf(stateOf(migration))).toEqual(migration)
})

test('events that come twice change nothing', () => {
  const doubled = hybridRun.flatMap(event => [host(event), host(event)])
  expect(run(doubled).migration).toEqual(run(hybridRun.map(host)).migration)
})

test("an accepted switch is under way until the pause, which keeps the policy's reasons", () => {
  const switching = run([
    ...hybridRun.slice(0, 4).map(host),
    { kind: 'answered', command: { kind: 'switch' }, accepted: true },
  ])
  expect(switching.migration).toMatchObject({ phase: 'switching', cancellable: true, pausedAtMs: null })
  const paused = run([
    ...hybridRun.slice(0, 4).map(host),
    { kind: 'answered', command: { kind: 'switch' }, accepted: true },
    ...hybridRun.slice(4, 5).map(host),
  ])
  expect(paused.migration).toMatchObject({ phase: 'paused', cancellable: false, ending: { afterRound: 2 } })
  expect(paused.migration.ending?.reasons[0]).toContain('Round 2 dirtied memory at 80%')
})

test('a bandwidth holds once the host has taken it; a refused one leaves no trace', () => {
  const command = { kind: 'bandwidth', bytesPerSecond: 1e8 } as const
  const asked = run([...hybridRun.slice(0, 2).map(host), { kind: 'operator', command }])
  expect(asked.controls).toEqual(['bandwidth'])
  expect(asked.migration.bandwidthLimitBytesPerSecond).toBeNull()
  const answered = (accepted: boolean) =>
    run([
      ...hybridRun.slice(0, 2).map(host),
      { kind: 'operator', command },
      { kind: 'answered', command, accepted },
    ])
  expect(answered(true).migration.bandwidthLimitBytesPerSecond).toBe(1e8)
  expect(answered(false).state).toEqual(asked.state)
})

test('pages are ordered by the heat just read, where the host takes an order and the policy wants one', () => {
  const heat: EngineEvent = {
    kind: 'heat',
    heat: { hotPages: 1, warmPages: 2, coldPages: 3 },
    order: { regionPages: 2, classes: Uint8Array.from([2, 1, 0]) },
  }
  const events = [...hybridRun.slice(0, 2).map(host), heat]
  expect(run(events).controls).toEqual(['page-order'])
  expect(run(events, aContext({ policy: policies['pre-copy-xen'] })).controls).toEqual([])
  const capabilities = { ...aContext().capabilities, pageOrder: false }
  expect(run(events, aContext({ capabilities })).controls).toEqual([])
  expect(run([...hybridRun.slice(0, 6).map(host), heat]).controls).toEqual(['continue', 'switch'])
})

test('what a policy sets goes to the host before its verdict, and only what the host takes', () => {
  const policy = {
    ...policies.s1,
    afterRound: () => ({
      action: 'switch' as const,
      adjustments: [
        { kind: 'bandwidth' as const, bytesPerSecond: 1e9 },
        { kind: 'page-order' as const, regionPages: 2, classes: new Uint8Array(3) },
      ],
      reasons: [],
      inputs: [],
      alternatives: [],
    }),
  }
  const events = hybridRun.slice(0, 3).map(host)
  expect(run(events, aContext({ policy })).controls).toEqual(['bandwidth', 'page-order', 'switch'])
  const capabilities = { ...aContext().capabilities, bandwidth: false, postCopy: false }
  expect(run(events, aContext({ policy, capabilities })).controls).toEqual(['page-order'])
})

test('a policy that gives up has the host cancel, and is asked no more', () => {
  const nothing = { reasons: ['It would take too long.'], inputs: [], alternatives: [] }
  const policy = { ...policies.s1, afterRound: () => ({ ...nothing, action: 'abort' as const }) }
  const { controls, migration } = run(hybridRun.slice(0, 4).map(host), aContext({ policy }))
  expect(controls).toEqual(['cancel'])
  expect(migration).toMatchObject({ requested: 'cancel', ending: null })
})

test('disks that are not shared go first', () => {
  const disk = { kind: 'disk-progress', copiedBytes: 10, totalBytes: 40 } as const
  const { migration } = run([
    { kind: 'ordered' },
    host({ ...disk, sequence: 1, atMs: 910 }),
    host({ ...disk, copiedBytes: 5, sequence: 2, atMs: 920 }),
  ])
  expect(migration).toMatchObject({ phase: 'disk-copy', diskCopy: { copiedBytes: 10, totalBytes: 40 } })
})

test('a migration counts from its disk on, and its first round from the end of that', () => {
  const { migration } = run(
    numbered([
      { kind: 'disk-progress', atMs: 1000, copiedBytes: 0, totalBytes: 4096 },
      { kind: 'disk-progress', atMs: 3000, copiedBytes: 4096, totalBytes: 4096 },
      started(3000),
      { kind: 'round-progress', atMs: 3100, round: 1, sentPages: 10, dirtiedPages: 1, remainingPages: 90 },
    ]).map(host),
  )
  expect(migration).toMatchObject({ phase: 'pre-copy', startedAtMs: 1000, bytesSent: 4096 })
  expect(migration.diskCopy?.atMs).toBe(3000)
  expect(migration.current?.startedAtMs).toBe(3000)
})

test('a report of the disk that comes after the memory has begun changes nothing', () => {
  const { state } = run(numbered([started(1000)]).map(host))
  const late = { kind: 'disk-progress', sequence: 9, atMs: 2000, copiedBytes: 1, totalBytes: 4 } as const
  const after = stepMigration(state, host(late), aContext()).state
  expect(after.ledger).toEqual(state.ledger)
})

test('what was lost on the way is made up for by what comes after it', () => {
  const lost = (...indices: readonly number[]) =>
    run(hybridRun.filter((_, index) => !indices.includes(index)).map(host)).migration
  // The pause.
  expect(lost(4)).toMatchObject({ phase: 'completed', pausedAtMs: 3800, downtimeMs: 40 })
  // The pause and its end.
  expect(lost(4, 5)).toMatchObject({ phase: 'completed', pausedAtMs: null, downtimeMs: null })
  // The start.
  expect(lost(0)).toMatchObject({ phase: 'completed', ending: { kind: 'post-copy' } })
})

test('a host that says cancelled after the pause is not believed to have the VM at its source', () => {
  const { migration } = run([
    ...hybridRun.slice(0, 6).map(host),
    host({ kind: 'cancelled', sequence: 7, atMs: 4000 }),
  ])
  expect(migration).toMatchObject({ phase: 'failed', failure: { vmRunsAt: 'unknown' } })
})

test('that nothing is heard of the host is apart from the phase', () => {
  const silent: EngineEvent = { kind: 'silent', sinceMs: 77 }
  const { migration } = run([...hybridRun.slice(0, 2).map(host), silent, { kind: 'silent', sinceMs: 99 }])
  expect(migration).toMatchObject({ phase: 'pre-copy', recovering: { sinceMs: 77 } })
  expect(run([silent, { kind: 'heard' }]).migration.recovering).toBeNull()
})

const ahead = { totalMs: 7100, downtimeMs: 51, bytesSent: 2e9, converges: false }

test('what a policy expects of its course is kept in place of the recurrence, also of a round that it cuts short', () => {
  const decision = { reasons: ['It is best.'], inputs: [], alternatives: [], prediction: ahead }
  const policy = {
    ...policies.s1,
    afterRound: () => ({ ...decision, action: 'continue' as const }),
    duringRound: ({ migration }: PolicyView) =>
      migration.rounds.length === 0 ? null : { ...decision, action: 'switch' as const },
  }
  const progress = { sentPages: 10_000, dirtiedPages: 4000, remainingPages: 30_000 }
  const { migration, controls } = run(
    numbered([
      started(1000),
      roundEnded(1, 2200, { sentPages: 100_000, dirtiedPages: 40_000 }),
      { kind: 'round-progress', atMs: 2450, round: 2, ...progress },
      roundEnded(2, 2500, { sentPages: 11_000, dirtiedPages: 4500 }),
      { kind: 'paused', atMs: 2500, remainingPages: 33_500 },
    ]).flatMap(event => [
      host(event),
      ...(event.kind === 'round-progress'
        ? [{ kind: 'answered' as const, command: { kind: 'switch' as const }, accepted: true }]
        : []),
    ]),
    aContext({ policy }),
  )
  expect(controls).toEqual(['continue', 'switch'])
  expect(migration.ending).toMatchObject({ kind: 'post-copy', afterRound: 2 })
  expect(migration.predictions).toEqual([
    { afterRound: 1, ...ahead },
    { afterRound: 2, ...ahead },
  ])
})

test('how long the guest waited is unknown until its host tells it, were it at the end, and never shrinks', () => {
  const push = { kind: 'post-copy-progress', pushedPages: 10, demandFaults: 1 } as const
  const told = numbered([
    started(1000),
    { kind: 'paused', atMs: 1500, remainingPages: 100 },
    { kind: 'resumed', atMs: 1540, pauseMs: 40, remainingPages: 100 },
    { ...push, atMs: 1600, remainingPages: 90, stallMs: null },
    { ...push, atMs: 1650, remainingPages: 80, stallMs: 30 },
    { ...push, atMs: 1700, remainingPages: 70, stallMs: null },
    { kind: 'completed', atMs: 1800, totalMs: 800, bytesSent: 1e6, stallMs: 45 },
  ]).map(host)
  const after = [3, 4, 5, 6, 7].map(count => run(told.slice(0, count)).migration.postCopy?.stallMs)
  expect(after).toEqual([null, null, 30, 30, 45])
})

test('the gaps in a heartbeat that are told never shrink, and stay when a report does not tell them', () => {
  const push = { kind: 'post-copy-progress', pushedPages: 10, demandFaults: 1, stallMs: 50 } as const
  const { migration } = run(
    numbered([
      started(1000),
      { kind: 'paused', atMs: 1500, remainingPages: 100 },
      { kind: 'resumed', atMs: 1540, pauseMs: 40, remainingPages: 100 },
      { ...push, atMs: 1600, remainingPages: 90, heartbeat: { stallMs: 30, longestGapMs: 40 } },
      { ...push, atMs: 1650, remainingPages: 80, heartbeat: { stallMs: 20, longestGapMs: 45 } },
      { ...push, atMs: 1700, remainingPages: 70 },
    ]).map(host),
  )
  expect(migration.postCopy?.heartbeat).toEqual({ stallMs: 30, longestGapMs: 45 })
})
