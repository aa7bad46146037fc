import { expect, test } from 'vitest'
import { hostOf } from '../../../../src/main/core/simulation/host-presets.ts'
import { measuredRun } from '../../../../src/main/core/what-if/measured-run.ts'
import { observedGround } from '../../../../src/main/core/what-if/observed-ground.ts'
import { caseOf, groundsOf, writablePagesOf } from '../../../../src/main/core/what-if/simulated-ground.ts'
import { agreementOf, simulatedRow } from '../../../../src/main/core/what-if/simulated-rows.ts'
import { simulationCase } from '../../../../src/shared/model/simulation-case.ts'
import { aMigration } from '../../../fakes/fake-migration.ts'
import { simulated } from '../../../support/a-simulated-case.ts'

const round = (index: number, startedAtMs: number, sentPages: number, bytes: number) => ({
  index,
  live: index < 3,
  startedAtMs,
  ms: 1000,
  sentPages,
  dirtiedPages: 500,
  bandwidthBytesPerSecond: bytes,
})

/** 10,000 pages of which a fifth cost nothing; 20 ms between rounds; 600 pages in a pause that took 1,040 ms. */
const stopped = aMigration({
  phase: 'completed',
  memoryPages: 10_000,
  startedAtMs: 0,
  endedAtMs: 3060,
  rounds: [round(1, 0, 10_000, 8000 * 4096), round(2, 1020, 8000, 8000 * 4096), round(3, 2040, 600, 1e6)],
  downtimeMs: 1040,
  bytesSent: 6e7,
  retransmittedPages: 8600,
})

test('a migration shows its link, its zero pages, and the fixed costs of its host', () => {
  const observed = observedGround(stopped)
  expect(observed.bandwidthBytesPerSecond).toBeCloseTo(8000 * 4096, 3)
  expect(observed.zeroRatio).toBeCloseTo(0.2, 9)
  expect(observed).toMatchObject({ betweenRoundsMs: 20, fixedPauseMs: 40, suspendDirtyPages: 100 })
})

test('what a migration did not show is not made up', () => {
  expect(observedGround(aMigration())).toEqual({
    bandwidthBytesPerSecond: null,
    zeroRatio: null,
    betweenRoundsMs: null,
    fixedPauseMs: null,
    suspendDirtyPages: null,
  })
})

const subject = {
  memoryPages: 10_000,
  vcpuCount: null,
  linkBytesPerSecond: 1e8,
  hostLacks: ['throttle' as const],
  observed: observedGround(stopped),
}

test('the case stands on what was shown, and every simulator takes it', () => {
  const given = caseOf(subject, { policy: 's1', workload: { kind: 'idle' }, seed: 2 })
  expect(simulationCase.parse(given)).toEqual(given)
  expect(given).toMatchObject({ hostLacks: ['throttle'], seed: 2, logRead: 'round' })
  expect(given.host).toMatchObject({ roundMs: 19.5, pauseMs: 19.75, resumeMs: 19.75, suspendDirtyPages: 100 })
  expect(writablePagesOf(subject)).toBe(8000)
})

test('every policy of a comparison has the same host, whichever preset is its own', () => {
  const hosts = (['pre-copy-xen', 'pre-copy-qemu'] as const).map(policy =>
    hostOf(caseOf(subject, { policy, workload: { kind: 'idle' }, seed: 1 })),
  )
  expect(hosts[0]).toEqual(hosts[1])
})

test('what is measured is told before what is assumed', () => {
  const grounds = groundsOf(subject, 'It writes.')
  expect(grounds.map(({ origin }) => origin)).toEqual(
    [...grounds.map(({ origin }) => origin)].sort().toReversed(),
  )
  expect(grounds.map(({ sentence }) => sentence)).toContain(
    'A pause takes 40.0 ms beside what is copied in it.',
  )
})

test('without a switch the pause is all of the unavailability; after one, its host does not tell it', () => {
  expect(measuredRun(stopped, 200)).toMatchObject({
    figures: { totalMs: 3060, unavailabilityMs: 1040, retransmittedBytes: 8600 * 4096, demandFaults: 0 },
    slaViolated: true,
  })
  const postCopy = { pushedPages: 9, demandFaults: 7, remainingPages: 0, stallMs: 5, marks: [] }
  const switched = aMigration({ ...stopped, downtimeMs: 30, postCopy })
  const heard = { ...switched, postCopy: { ...postCopy, heartbeat: { stallMs: 180, longestGapMs: 90 } } }
  expect(measuredRun(heard, 200)).toMatchObject({
    figures: { unavailabilityMs: (switched.downtimeMs ?? 0) + 180 },
    slaViolated: true,
  })
  expect(measuredRun(switched, 200)).toMatchObject({
    figures: { downtimeMs: 30, unavailabilityMs: null, demandFaults: 7, lostGuestMs: 5 },
    slaViolated: null,
  })
  const untold = { ...switched, postCopy: { ...postCopy, stallMs: null } }
  expect(measuredRun(untold, 200).figures.lostGuestMs).toBeNull()
})

test('a disk that was copied first is left out of what is held against the simulations', () => {
  const diskCopy = { copiedBytes: 5e9, totalBytes: 5e9, atMs: stopped.startedAtMs }
  const withDisk = aMigration({
    ...stopped,
    startedAtMs: stopped.startedAtMs - 40_000,
    bytesSent: 6e9,
    diskCopy,
  })
  const { figures } = measuredRun(withDisk, 200)
  const sentBytes = stopped.rounds.map(
    ({ bandwidthBytesPerSecond, ms }) => (bandwidthBytesPerSecond * ms) / 1000,
  )
  expect(figures.totalMs).toBe(3060)
  expect(figures.bytesSent).toBeCloseTo(sentBytes.reduce((sum, bytes) => sum + bytes, 0))
})

test('runs are told by their median and the ends of their range', () => {
  const result = simulated({ name: 's1' })
  const row = simulatedRow(
    's1',
    [30, 10, 20].map(totalMs => ({ ...result, totalMs, slaViolated: totalMs > 15 })),
  )
  expect(row.figures.totalMs).toEqual({ median: 20, low: 10, high: 30 })
  expect(row).toMatchObject({ runs: 3, slaViolations: 2, aborted: 0 })
  const measured = measuredRun(stopped, 200)
  expect(agreementOf([row], measured)?.totalMs).toEqual({ simulated: 20, measured: 3060 })
  expect(agreementOf([row], { ...measured, phase: 'cancelled' })).toBeNull()
  expect(agreementOf([], measured)).toBeNull()
})
