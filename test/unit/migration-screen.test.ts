import { expect, test } from 'vitest'
import { formatElapsed } from '../../src/renderer/features/migration/format-elapsed.ts'
import { lastKnownTimeMs } from '../../src/renderer/features/migration/last-known-time.ts'
import {
  balloonWords,
  endingHeading,
  failureWords,
  lastRoundFigure,
  recoveringWords,
  stockXenWords,
  waitingWords,
} from '../../src/renderer/features/migration/migration-words.ts'
import { phaseSteps } from '../../src/renderer/features/migration/phase-steps.ts'
import { createPoolClock } from '../../src/renderer/features/migration/pool-clock.ts'
import { predictedAgainstActual } from '../../src/renderer/features/migration/predicted-actual.ts'
import { taskProgressWords } from '../../src/renderer/features/migration/task-progress-words.ts'
import { timelineOf } from '../../src/renderer/features/migration/timeline-data.ts'
import { whyNotControl } from '../../src/renderer/state/actions/migration-actions.ts'
import { NO_CAPABILITIES } from '../../src/shared/model/capabilities.ts'
import type { Host } from '../../src/shared/model/host.ts'
import type { Migration, Round } from '../../src/shared/model/migration.ts'
import { GIB } from '../../src/shared/units.ts'
import { aVm } from '../fakes/fake-hypervisor.ts'
import { aMigration } from '../fakes/fake-migration.ts'

const aRound = (changes: Partial<Round> = {}): Round => ({
  index: 1,
  live: true,
  startedAtMs: 1100,
  ms: 1000,
  sentPages: 262_144,
  dirtiedPages: 131_072,
  bandwidthBytesPerSecond: 1_073_741_824,
  ...changes,
})

const steps = (migration: Migration) => phaseSteps(migration).map(step => `${step.name}: ${step.state}`)

const aTail = (remainingPages: number) => ({
  pushedPages: 1,
  demandFaults: 1,
  stallMs: 1,
  remainingPages,
  marks: [],
})

const ending = { kind: 'post-copy', atMs: 2100, afterRound: 1, reasons: ['Too fast.'] } as const

test('a hybrid in its second round shows what is done, under way and ahead', () => {
  const current = { round: 2, startedAtMs: 2100, sentPages: 1, dirtiedPages: 1, remainingPages: 9 }
  expect(steps(aMigration({ phase: 'pre-copy', rounds: [aRound()], current }))).toEqual([
    'checks: done',
    'reserve: done',
    'pre-copy 2: current',
    'switch: ahead',
    'pause: ahead',
    'post-copy: ahead',
    'completing: ahead',
    'done: ahead',
  ])
})

test('a hybrid that converged shows no switch and no post-copy', () => {
  const converged = { ...ending, kind: 'stop-and-copy' } as const
  expect(steps(aMigration({ phase: 'completed', rounds: [aRound()], ending: converged }))).toEqual([
    'checks: done',
    'reserve: done',
    'pre-copy 1: done',
    'pause: stop and copy: done',
    'completing: done',
    'done: done',
  ])
})

test('a host that does not say how pre-copy ended is not said to have switched', () => {
  expect(steps(aMigration({ phase: 'completed', rounds: [], ending: null }))).toEqual([
    'checks: done',
    'reserve: done',
    'pre-copy: done',
    'pause: stop and copy: done',
    'completing: done',
    'done: done',
  ])
})

test('what a task says is told as it is, and why it went back', () => {
  const at = (ratio: number, highestRatio: number, changes: Partial<Migration> = {}) =>
    taskProgressWords(aMigration({ taskProgress: { ratio, highestRatio, atMs: 0 }, ...changes }))
  const noRounds =
    'This host tells no rounds: there are no rates and no dirty pages, and what was predicted at the start is never corrected.'
  expect(taskProgressWords(aMigration())).toEqual([])
  expect(at(0.4, 0.4)).toEqual(["The pool's task is at 40%.", noRounds])
  expect(at(0.4, 0.61)).toEqual([
    "The pool's task is at 40%.",
    'It was at 61%. Xen counts what is left; it rises again when the guest writes faster than the link sends.',
    noRounds,
  ])
  expect(at(0.4, 0.61, { phase: 'failed', endedAtMs: 9 })).toEqual(['It had come to 40%.', noRounds])
})

test("a move by Xen shows Xen's own steps while it runs, no switch line and no post-copy to come", () => {
  const byXen = aMigration({ policy: 'pre-copy-xen', phase: 'pre-copy', rounds: [] })
  expect(steps(byXen)).toEqual([
    'checks: done',
    'reserve: done',
    'pre-copy: current',
    'pause: stop and copy: ahead',
    'completing: ahead',
    'done: ahead',
  ])
  expect(
    timelineOf(byXen, { nowMs: 5000, heardAtMs: 5000, switchTheta: 0.5, tellsRounds: true }),
  ).toMatchObject({
    switchRatio: null,
    postCopyNote: 'none: this policy copies everything before the VM moves',
  })
})

test('a host without the plugin is said to leave the move to Xen, one with it not', () => {
  expect(stockXenWords({ ...aHost(false), capabilities: NO_CAPABILITIES })).toBe(
    'host-1 carries no host plugin: Xen moves the VM by its own rule, tells no rounds, and knows neither switch nor post-copy.',
  )
  expect(stockXenWords(aHost(true))).toBeNull()
})

test('a VM that Xen shrinks before it moves it is warned of, one of fixed memory not', () => {
  const vm = aVm({ id: 'db', memoryBytes: 4 * GIB, memoryMinBytes: GIB })
  expect(balloonWords(vm)).toBe('Xen first shrinks this VM from 4.00 GiB to 1.00 GiB: its guest may swap.')
  expect(balloonWords({ ...vm, memoryMinBytes: vm.memoryBytes })).toBeNull()
})

test.each([
  ['checks', { waitingFor: 'Two others go over its link.' }],
  ['reserve', {}],
  ['disk copy', { diskCopy: { copiedBytes: 1, totalBytes: 9, atMs: 1 } }],
  ['pre-copy 1', { current: { round: 1, startedAtMs: 1, sentPages: 1, dirtiedPages: 0, remainingPages: 9 } }],
  ['switch', { rounds: [aRound()], ending }],
  ['pause', { rounds: [aRound()], ending, pausedAtMs: 2100 }],
  ['post-copy', { ending, pausedAtMs: 2100, resumedAtMs: 2140, postCopy: aTail(7) }],
  ['completing', { ending, pausedAtMs: 2100, resumedAtMs: 2140, postCopy: aTail(0) }],
] as const)('a link that dies in %s is told there', (step, left) => {
  const died = aMigration({ phase: 'failed', endedAtMs: 3000, ...left })
  expect(phaseSteps(died).filter(({ state }) => state === 'broken')).toEqual([
    { name: step, state: 'broken' },
    { name: 'failed', state: 'broken' },
  ])
  const moment = { nowMs: 3000, heardAtMs: 3000, switchTheta: 0.7, tellsRounds: true }
  expect(timelineOf(died, moment).endWord).toBe(`failed in ${step}`)
})

test('one that was cancelled broke nowhere', () => {
  const cancelled = aMigration({ phase: 'cancelled', rounds: [aRound()], endedAtMs: 3000 })
  expect(steps(cancelled)).toContain('pre-copy 1: cancelled')
  expect(steps(cancelled).at(-1)).toBe('cancelled: cancelled')
})

test('nothing is said to go on before pre-copy has begun', () => {
  expect(endingHeading(aMigration())).toBe('How pre-copy will end')
  expect(endingHeading(aMigration({ rounds: [aRound()] }))).toBe('Pre-copy goes on')
})

test('the last known time of a migration is that of the latest report of its round', () => {
  const current = { round: 2, startedAtMs: 2000, sentPages: 1, dirtiedPages: 0, remainingPages: 9 }
  expect(lastKnownTimeMs(aMigration({ startedAtMs: 1, current }))).toBe(2000)
  expect(lastKnownTimeMs(aMigration({ startedAtMs: 1, current: { ...current, atMs: 2600 } }))).toBe(2600)
})

test('a migration that failed shows at which phase it broke off', () => {
  const failed = aMigration({ phase: 'failed', rounds: [aRound()], ending, pausedAtMs: 2100 })
  expect(steps(failed)).toEqual([
    'checks: done',
    'reserve: done',
    'pre-copy 1: done',
    'switch: done',
    'pause: broken',
    'post-copy: ahead',
    'completing: ahead',
    'failed: broken',
  ])
})

test('one that broke off within a round shows what it had sent of it', () => {
  const current = {
    round: 1,
    startedAtMs: 1000,
    sentPages: 512,
    dirtiedPages: null,
    remainingPages: 9,
    atMs: 3000,
  }
  const failed = aMigration({ phase: 'failed', startedAtMs: 1000, endedAtMs: 3200, current })
  expect(steps(failed)).toContain('pre-copy 1: broken')
  const moment = { nowMs: 9000, heardAtMs: 9000, switchTheta: null, tellsRounds: true }
  expect(timelineOf(failed, moment)).toMatchObject({
    elapsedMs: 2200,
    endWord: 'failed in pre-copy 1',
    rounds: [{ index: 1, ms: 2000, sentBytes: 512 * 4096, countsDirtied: false, partial: true }],
  })
})

const aHost = (postCopy: boolean): Host => ({
  id: 'h',
  poolId: 'p',
  name: 'host-1',
  address: '10.0.0.1',
  cpuCount: 8,
  memoryBytes: 2 ** 35,
  enabled: true,
  live: true,
  capabilities: {
    dirtyRate: true,
    pageHeat: true,
    rounds: true,
    stopAndCopy: true,
    postCopy,
    requestsBeside: false,
    bandwidth: true,
    pageOrder: true,
    throttle: false,
    priority: false,
    diskCopy: false,
  },
})

test.each([
  ['switch', { phase: 'pre-copy' }, true, null],
  ['switch', { phase: 'pre-copy' }, false, 'host-1 cannot do post-copy.'],
  ['switch', { phase: 'checks' }, true, 'The first round has not begun.'],
  ['stop-and-copy', { phase: 'pre-copy' }, false, null],
  ['stop-and-copy', { phase: 'post-copy', ending }, true, 'Pre-copy has ended already.'],
  [
    'cancel',
    { phase: 'post-copy', cancellable: false },
    true,
    'Past the pause the move can only go forward: there is no way back.',
  ],
  ['cancel', { phase: 'pre-copy', requested: 'switch' }, true, null],
  ['cancel', { phase: 'completed', cancellable: false }, true, 'The migration is over.'],
  [
    'stop-and-copy',
    { phase: 'pre-copy', requested: 'switch' },
    true,
    'Switch to post-copy asked for: it happens when this round ends.',
  ],
] as const)('%s with %o and post-copy %s: %s', (control, changes, postCopy, because) => {
  const host = aHost(postCopy)
  expect(whyNotControl(aMigration(changes), control, { source: host, destination: host })).toBe(because)
})

test('the figure behind the switch compares the dirty rate with what the link carried', () => {
  expect(lastRoundFigure(aMigration({ rounds: [aRound()] }))).toBe(
    'Round 1: the guest dirtied 512 MiB/s while the link carried 1,024 MiB/s, that is 50% of it.',
  )
})

test('a switch is told by the round it took effect after and the one it was decided after', () => {
  const asked = { ...ending, afterRound: 1, reasons: ['The operator asked for it.'] }
  const rounds = [aRound(), aRound({ index: 2, startedAtMs: 2100 })]
  const pending = aMigration({ phase: 'pre-copy', rounds: rounds.slice(0, 1), ending: asked })
  expect(endingHeading(pending)).toBe('Why it is about to switch to post-copy')
  const done = aMigration({ phase: 'post-copy', rounds, ending: asked, pausedAtMs: 3100 })
  expect(endingHeading(done)).toBe('Why it switched to post-copy after round 2, as decided after round 1')
})

test.each([
  ['source', 'db-01 runs on at the source, A. Nothing was lost.'],
  ['destination', 'db-01 runs at the destination, B.'],
  [
    'nowhere',
    'db-01 runs nowhere. It was lost with a host: what its memory held is gone, its disks hold what was written.',
  ],
  ['unknown', 'It is not known where db-01 runs.'],
] as const)('a failure with the VM at %s says where it runs', (vmRunsAt, where) => {
  const failed = aMigration({ phase: 'failed', failure: { reason: 'broken', vmRunsAt } })
  const name = (id: string) => (id === failed.sourceHostId ? 'A' : 'B')
  expect(failureWords(failed, name)?.where.replace(/[\u2068\u2069]/g, '')).toBe(where)
})

test('times on the timeline count from the start, and pages become bytes', () => {
  const migration = aMigration({
    phase: 'post-copy',
    startedAtMs: 1000,
    rounds: [aRound()],
    ending,
    pausedAtMs: 2110,
    resumedAtMs: 2150,
    postCopy: {
      pushedPages: 10,
      demandFaults: 3,
      remainingPages: 20,
      stallMs: 1,
      marks: [{ atMs: 2200, pushedPages: 10, demandFaults: 3 }],
    },
    predictions: [{ afterRound: 1, totalMs: 1500, downtimeMs: 40, bytesSent: 1 }],
  })
  expect(
    timelineOf(migration, { nowMs: 2300, heardAtMs: 2300, switchTheta: 0.7, tellsRounds: true }),
  ).toMatchObject({
    elapsedMs: 1300,
    rounds: [{ startMs: 100, ms: 1000, sentBytes: 1_073_741_824, partial: false }],
    ending: { atMs: 1110, afterRound: 1 },
    pause: { startMs: 1110, endMs: 1150 },
    postCopy: {
      startMs: 1150,
      endMs: 1300,
      totalBytes: 30 * 4096,
      marks: [{ atMs: 1200, pushedBytes: 40_960 }],
    },
    predictions: [{ madeAtMs: 1100 }],
    switchRatio: 0.7,
  })
})

test('a pass just begun makes no burst, however late its clock is heard', () => {
  const current = { round: 1, startedAtMs: 1000, sentPages: 250_000, dirtiedPages: 0, remainingPages: 9 }
  const migration = aMigration({ phase: 'pre-copy', startedAtMs: 1000, linkBytesPerSecond: 1.024e9, current })
  const [round] = timelineOf(migration, {
    nowMs: 1000,
    heardAtMs: 1000,
    switchTheta: 0.7,
    tellsRounds: true,
  }).rounds
  expect(round).toMatchObject({ ms: 1000, partial: true, bandwidthBytesPerSecond: 1.024e9 })
})

test('each prediction is held against what came', () => {
  const migration = aMigration({
    phase: 'completed',
    startedAtMs: 0,
    endedAtMs: 10_000,
    downtimeMs: 40,
    bytesSent: 2 ** 30,
    predictions: [
      { afterRound: 1, totalMs: 12_000, downtimeMs: 30, bytesSent: 2 ** 30 },
      { afterRound: 2, totalMs: 9000, downtimeMs: 44, bytesSent: 2 ** 30 },
    ],
  })
  expect(predictedAgainstActual(migration)).toEqual({
    predicted: [
      {
        name: 'after round 1',
        figures: [
          { text: '12.0 s', range: null, error: '+20%' },
          { text: '30.0 ms', range: null, error: '-25%' },
          { text: '1.00 GiB', range: null, error: '0%' },
        ],
      },
      {
        name: 'after round 2',
        figures: [
          { text: '9.00 s', range: null, error: '-10%' },
          { text: '44.0 ms', range: null, error: '+10%' },
          { text: '1.00 GiB', range: null, error: '0%' },
        ],
      },
    ],
    leftOut: 0,
    actual: ['10.0 s', '40.0 ms', '1.00 GiB'],
    covered: null,
  })
})

test('the pool clock runs on between what it hears, never back, and stops when nothing is heard', () => {
  const clock = createPoolClock()
  expect(clock.at(0)).toBeUndefined()
  clock.hear(10_000, 100)
  expect(clock.at(350)).toBe(10_250)
  clock.hear(10_100, 400)
  expect(clock.at(400)).toBe(10_250)
  expect(clock.at(60_000)).toBe(12_100)
})

test('elapsed time is written in minutes, seconds and tenths', () => {
  expect([7_449, 61_000, -5].map(formatElapsed)).toEqual(['00:07.4', '01:01.0', '00:00.0'])
})

test('a migration that nothing is heard of says since when', () => {
  const recovering = { sinceMs: new Date(2026, 0, 1, 12, 3, 4).getTime() }
  expect(recoveringWords(aMigration({ recovering }))).toContain('since 12:03:04')
  expect(recoveringWords(aMigration())).toBeNull()
  expect(recoveringWords(aMigration({ recovering, phase: 'completed', endedAtMs: 1 }))).toBeNull()
})

test('before anything is sent it says what it waits for', () => {
  const words = (changes: Partial<Migration>) => waitingWords(aMigration(changes), () => 'lab-b')
  expect(words({ phase: 'checks', waitingFor: 'It waits.' })).toBe('It waits.')
  expect(words({ phase: 'checks' })).toContain('a reading of its dirty rate')
  expect(words({ phase: 'reserve' })).toBe(
    'The order is given: \u2068lab-b\u2069 is getting ready to take the VM in, and nothing has been sent yet.',
  )
  expect(words({ phase: 'pre-copy' })).toBeNull()
})

test('its time begins with its host, not with the order', () => {
  const moment = { nowMs: 6000, heardAtMs: 6000, switchTheta: null, tellsRounds: true }
  const elapsed = (changes: Partial<Migration>) =>
    timelineOf(aMigration({ startedAtMs: 1000, ...changes }), moment).elapsedMs
  expect(elapsed({ phase: 'checks' })).toBe(0)
  expect(elapsed({ phase: 'reserve' })).toBe(0)
  expect(elapsed({ phase: 'disk-copy' })).toBe(5000)
  expect(elapsed({ phase: 'cancelled', endedAtMs: 4000 })).toBe(3000)
})

test('a round that was cut short is told as that: pre-copy ended in it, not after it', () => {
  const cut = aMigration({ rounds: [aRound({ unsentPages: 9 })], ending, pausedAtMs: 2100 })
  expect(endingHeading(cut)).toBe('Why it switched to post-copy in round 1')
  const moment = { nowMs: 2200, heardAtMs: 2200, switchTheta: null, tellsRounds: true }
  expect(timelineOf(cut, moment).ending?.isWithinRound).toBe(true)
})

test('a prediction made in a round that is to be cut short begins where that was decided', () => {
  const current = { round: 1, startedAtMs: 1100, sentPages: 1, dirtiedPages: 1, remainingPages: 9 }
  const predictions = [{ afterRound: 1, totalMs: 4000, downtimeMs: 50, bytesSent: 1 }]
  const cut = aMigration({ startedAtMs: 1000, current, ending, predictions })
  const moment = { nowMs: 2200, heardAtMs: 2200, switchTheta: null, tellsRounds: true }
  expect(timelineOf(cut, moment).predictions[0]?.madeAtMs).toBe(1100)
})
