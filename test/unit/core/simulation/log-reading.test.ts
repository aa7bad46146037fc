import { describe, expect, test } from 'vitest'
import { isReadEarly, msToLook } from '../../../../src/main/core/simulation/log-reading.ts'
import { simulated } from '../../../support/a-simulated-case.ts'

const qemu = { windowMs: 100, withinMs: 300, longestMs: 5000 }

describe('when a log is read early', () => {
  test.each([
    ['before the first window is over', 1, 50, 100, false],
    ['between two windows', 1, 250, 100, false],
    ['with more unsent than fits', 1, 300, 301, false],
    ['with no more unsent than fits', 1, 300, 300, true],
    ['in round 1, however long it takes', 1, 6000, 1000, false],
    ['in a later round that takes too long', 2, 5000, 1000, true],
  ])('%s', (_, round, sinceMs, leftMs, expected) => {
    expect(isReadEarly(qemu, { round, sinceMs, leftMs })).toBe(expected)
  })

  test('the next look is at the end of the window', () => {
    expect(msToLook(qemu, 0)).toBe(100)
    expect(msToLook(qemu, 130)).toBe(70)
    expect(msToLook(qemu, 200)).toBe(100)
  })
})

describe('on a link of 10 pages a ms', () => {
  const given = {
    link: { bandwidthBytesPerSecond: 40.96e6, latencyMs: 0 },
    workload: { kind: 'idle' },
    host: { roundMs: 0, pauseMs: 5, resumeMs: 5, suspendDirtyPages: 0 },
  }

  // 16,384 pages: after 14 windows 2,384 are unsent, the first time that they are no more than 3,000.
  test("QEMU's rule leaves what fits its downtime limit for the pause", () => {
    const { rounds, downtimeMs, totalMs } = simulated({ name: 'pre-copy-qemu' }, given)
    expect(rounds).toMatchObject([
      { sentPages: 14_000, dirtiedPages: 0, unsentPages: 2384 },
      { sentPages: 2384, unsentPages: 0 },
    ])
    expect(rounds[0]?.ms).toBeCloseTo(1400, 6)
    expect(downtimeMs).toBeCloseTo(10 + 238.4, 6)
    expect(totalMs).toBeCloseTo(1638.4 + 10, 6)
  })

  // A link of 100 pages a ms, limited to 10 while the guest runs: the same rounds, and a tenth of their pause.
  test("the limit of a host holds as long as QEMU's does, or to the end", () => {
    const { link, host } = given
    const faster = { link: { ...link, bandwidthBytesPerSecond: 409.6e6 }, limitBytesPerSecond: 40.96e6 }
    const byQemu = simulated({ name: 'pre-copy-qemu' }, { ...given, ...faster })
    expect(byQemu.rounds.map(({ sentPages }) => sentPages)).toEqual([14_000, 2384])
    expect(byQemu.preCopyMs).toBeCloseTo(1400, 6)
    expect(byQemu.downtimeMs).toBeCloseTo(10 + 23.84, 6)
    const held = { ...given, ...faster, host: { ...host, limitUntil: 'end' } }
    expect(simulated({ name: 'pre-copy-qemu' }, held).downtimeMs).toBeCloseTo(10 + 238.4, 6)
  })

  test('what is pushed after a switch has the whole link', () => {
    const faster = { link: { bandwidthBytesPerSecond: 409.6e6, latencyMs: 0 }, limitBytesPerSecond: 40.96e6 }
    expect(simulated({ name: 'post-copy' }, { ...given, ...faster }).totalMs).toBeCloseTo(10 + 163.84, 1)
  })

  test('a policy that sets no downtime limit, and a host that does not look, send everything', () => {
    const [byXen] = simulated({ name: 'pre-copy-xen' }, given).rounds
    const host = { ...given.host, logWindowMs: null }
    const [withoutLooks] = simulated({ name: 'pre-copy-qemu' }, { ...given, host }).rounds
    for (const first of [byXen, withoutLooks])
      expect(first).toMatchObject({ sentPages: 16_384, unsentPages: 0 })
  })

  // 16,384 pages written 4,000 times a second dirty half of what the link carries: a shorter limit leaves less.
  test('a shorter downtime limit leaves less, after more rounds', () => {
    const busy = { ...given, workload: { kind: 'uniform', workingSetPages: 8192, writesPerSecond: 4000 } }
    const short = simulated({ name: 'pre-copy-qemu', thresholds: { downtimeLimit: 50 } }, busy)
    const usual = simulated({ name: 'pre-copy-qemu' }, busy)
    expect(short.downtimeMs).toBeLessThan(60)
    expect(usual.downtimeMs).toBeLessThan(310)
    expect(short.rounds.length).toBeGreaterThan(usual.rounds.length)
  })

  // Nothing is lost between rounds: what one leaves is what the next sends and leaves unsent.
  test('what a round leaves is what the next one sends and leaves', () => {
    const workload = { kind: 'uniform', workingSetPages: 16_000, writesPerSecond: 9000 }
    const { rounds } = simulated(
      { name: 'pre-copy-auto-converge' },
      { ...given, workload, maxLiveSeconds: 30 },
    )
    expect(rounds.length).toBeGreaterThan(5)
    for (const [i, { sentPages, unsentPages }] of rounds.slice(1).entries()) {
      const before = rounds[i]
      expect(sentPages + unsentPages).toBe((before?.dirtiedPages ?? 0) + (before?.unsentPages ?? 0))
    }
  })
})
