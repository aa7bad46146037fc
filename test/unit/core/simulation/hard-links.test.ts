import { expect, test } from 'vitest'
import { EVERY_CAPABILITY } from '../../../support/a-policy-view.ts'
import { simulated } from '../../../support/a-simulated-case.ts'

const link = { bandwidthBytesPerSecond: 100e6, latencyMs: 0.5 }
const minutes = (count: number): number => count * 60_000

test('cuts that overlap stall the guest no longer than they last', () => {
  const cuts = [
    { fromMs: 200, toMs: 6000 },
    { fromMs: 100, toMs: 5000 },
    { fromMs: 6000, toMs: 7000 },
  ]
  const { stallMs, totalMs } = simulated({ name: 'post-copy-preempt' }, { link: { ...link, cuts } })
  expect(totalMs).toBeGreaterThan(6900)
  expect(stallMs).toBeGreaterThan(6000)
  expect(stallMs).toBeLessThan(totalMs)
})

test('a pre-copy goes on after a cut of a minute', () => {
  const cuts = [{ fromMs: 100, toMs: minutes(1) }]
  expect(simulated({ name: 'pre-copy-qemu' }, { link: { ...link, cuts } }).outcome).toBe('completed')
})

test('a pre-copy whose connection is cut for half an hour fails after 924.6 s, and its guest was never away', () => {
  const cuts = [{ fromMs: 100, toMs: minutes(30) }]
  const { outcome, totalMs, unavailabilityMs } = simulated(
    { name: 'pre-copy-qemu' },
    { link: { ...link, cuts } },
  )
  expect(outcome).toBe('aborted')
  expect(totalMs).toBeCloseTo(100 + 924_600, -2)
  expect(unavailabilityMs).toBe(0)
})

test('a stop-and-copy whose connection is lost has cost all of its pause', () => {
  const { preCopyMs } = simulated({ name: 'pre-copy-qemu' }, { maxLiveSeconds: 0.2 })
  const cuts = [{ fromMs: preCopyMs + 50, toMs: minutes(30) }]
  const lost = simulated({ name: 'pre-copy-qemu' }, { maxLiveSeconds: 0.2, link: { ...link, cuts } })
  expect(lost).toMatchObject({ outcome: 'aborted', slaViolated: true, switched: false })
  expect(lost.downtimeMs).toBeCloseTo(50 + 924_600, -2)
})

test('a post-copy waits for its connection, however long that takes', () => {
  const cuts = [{ fromMs: 100, toMs: 1e12 }]
  const { outcome, totalMs, stallMs } = simulated({ name: 'post-copy' }, { link: { ...link, cuts } })
  expect(outcome).toBe('completed')
  expect(totalMs).toBeGreaterThan(1e12)
  expect(stallMs).toBeLessThan(totalMs)
})

test('a link of a byte a second is simulated in longer steps', () => {
  const slow = { bandwidthBytesPerSecond: 1, latencyMs: 0.5 }
  const workload = { kind: 'idle' } as const
  const { totalMs } = simulated({ name: 'post-copy' }, { link: slow, workload })
  expect(totalMs / 1000).toBeCloseTo(64 * 2 ** 20, -4)
})

test('live rounds end when their time is up, however slow the link', () => {
  const slow = { bandwidthBytesPerSecond: 1000, latencyMs: 0.5 }
  const { preCopyMs } = simulated({ name: 'pre-copy-qemu' }, { link: slow, maxLiveSeconds: 30 })
  expect(preCopyMs).toBeCloseTo(30_000, 0)
})

test('where live rounds cannot be ended the migration is given up when their time is up', () => {
  const workload = { kind: 'uniform', workingSetPages: 16_000, writesPerSecond: 1e6 } as const
  const { outcome, totalMs } = simulated(
    { name: 'pre-copy-qemu' },
    { workload, maxLiveSeconds: 30 },
    { ...EVERY_CAPABILITY, stopAndCopy: false },
  )
  expect(outcome).toBe('aborted')
  expect(totalMs).toBeCloseTo(30_000, 0)
})

test('a guest that was never written is migrated in one pass', () => {
  const { outcome, totalMs } = simulated(
    { name: 'longshore' },
    { content: { zeroRatio: 1 }, workload: { kind: 'idle' } },
  )
  expect(outcome).toBe('completed')
  expect(totalMs).toBeLessThan(100)
})
