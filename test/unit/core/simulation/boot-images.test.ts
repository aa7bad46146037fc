import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { simulated } from '../../../support/a-simulated-case.ts'

const MIB = 2 ** 20

/** 256 MiB of which the workload writes 64 MiB, over 128 MiB/s without latency. */
const given = {
  memoryBytes: 256 * MIB,
  link: { bandwidthBytesPerSecond: 128 * MIB, latencyMs: 0 },
  workload: { kind: 'uniform', workingSetPages: 16_384, writesPerSecond: 2000 },
  host: { roundMs: 0, pauseMs: 10, resumeMs: 10, suspendDirtyPages: 0 },
}
const images = { profileBytes: 128 * MIB, checkpointBytes: 96 * MIB, nasBytesPerSecond: 512 * MIB }

describe('a migration from profile and checkpoint', () => {
  test('reads the profile from the NAS, then sends the checkpoint, then hands over', () => {
    const result = simulated({ name: 's3' }, { ...given, ...images })
    // 128 MiB at 512 MiB/s, 96 MiB at 128 MiB/s.
    expect(result.preCopyMs).toBeCloseTo(250 + 750, -1)
    expect(result.rounds[0]?.sentPages).toBe(24_576)
    expect(result.switched).toBe(true)
    expect(result.downtimeMs).toBeCloseTo(20, 0)
  })

  test('leaves at least the 32 MiB that the checkpoint lacks for after the hand-over', () => {
    const result = simulated({ name: 's3' }, { ...given, ...images })
    expect(result.rounds[0]?.dirtiedPages).toBeGreaterThan(8192)
    expect(result.postCopyMs).toBeGreaterThanOrEqual(249)
  })

  test('moves V_mig bytes: profile, checkpoint and dirty blocks once each', () => {
    const result = simulated({ name: 's3' }, { ...given, ...images })
    const dirtyPages = result.rounds[0]?.dirtiedPages ?? 0
    expect(result.bytesSent / MIB).toBeCloseTo(128 + 96 + dirtyPages / 256, 0)
  })

  test('sends what the profile holds of an old state again', () => {
    const stale = simulated(
      { name: 's3' },
      { ...given, profileBytes: 256 * MIB, nasBytesPerSecond: 512 * MIB },
    )
    // 192 MiB are as they were at boot; the 64 MiB that the workload writes must come from the source.
    expect(stale.rounds[0]?.sentPages).toBe(16_384)
  })

  test('that may not take as long as its profile does is stopped then, and sends every page', () => {
    const cut = simulated({ name: 's3' }, { ...given, ...images, maxLiveSeconds: 0.1 })
    expect(cut.preCopyMs).toBeCloseTo(100, 6)
    // A tenth of a second of the profile came for nothing.
    expect(cut.rounds).toMatchObject([{ index: 1, sentPages: 65_536 }])
    expect(cut.bytesSent / MIB).toBeCloseTo(51.2 + 256, 6)
  })

  test('is a migration of all memory where nothing is stored', () => {
    expect(simulated({ name: 's3' }, given).rounds[0]?.sentPages).toBe(65_536)
  })

  test('is the same for the same seed', () => {
    expect(simulated({ name: 's3' }, { ...given, ...images, seed: 7 })).toEqual(
      simulated({ name: 's3' }, { ...given, ...images, seed: 7 }),
    )
  })

  test('changes nothing for a policy that does not start from images', () => {
    expect(simulated({ name: 'pre-copy-xen' }, { ...given, ...images })).toEqual(
      simulated({ name: 'pre-copy-xen' }, given),
    )
  })
})

test('whatever profile and checkpoint hold, every page arrives as the source last held it', () => {
  const mebibytes = fc.integer({ min: 0, max: 24 })
  fc.assert(
    fc.property(
      fc.record({
        profile: mebibytes,
        checkpoint: mebibytes,
        zeroRatio: fc.double({ min: 0, max: 0.6, noNaN: true }),
        workingSetPages: fc.integer({ min: 1, max: 4096 }),
        writesPerSecond: fc.integer({ min: 0, max: 60_000 }),
        kind: fc.constantFrom('uniform', 'sequential', 'zipf'),
        seed: fc.integer({ min: 0, max: 1e6 }),
      }),
      ({ profile, checkpoint, zeroRatio, workingSetPages, writesPerSecond, kind, seed }) => {
        // The simulation itself throws where a page is missing or old.
        const result = simulated(
          { name: 's3' },
          {
            memoryBytes: 16 * MIB,
            content: { zeroRatio },
            workload: { kind, workingSetPages, writesPerSecond },
            profileBytes: profile * MIB,
            checkpointBytes: checkpoint * MIB,
            nasBytesPerSecond: 400 * MIB,
            seed,
          },
        )
        expect(result.outcome).toBe('completed')
      },
    ),
    { numRuns: 200, seed: 11 },
  )
})

describe('the adaptive rate', () => {
  const shared = {
    ...given,
    link: { bandwidthBytesPerSecond: 128 * MIB, latencyMs: 10, competingRatio: 0.75 },
  }

  test('leaves other traffic its part of the link while the guest runs', () => {
    expect((simulated({ name: 's2' }, shared).rounds[0]?.bandwidthBytesPerSecond ?? 0) / MIB).toBeCloseTo(
      32,
      0,
    )
  })

  test('is three times as high in stop-and-copy', () => {
    const last = simulated({ name: 's2' }, shared).rounds.at(-1)
    expect((last?.bandwidthBytesPerSecond ?? 0) / MIB).toBeGreaterThan(80)
  })

  test('stops once the rest goes over within the downtime of the SLA', () => {
    const result = simulated({ name: 's2' }, shared)
    expect(result.downtimeMs).toBeLessThan(200 + 20 + 20)
    expect(result.switched).toBe(false)
  })

  test('falls where the round trip varies', () => {
    const varying = { ...shared, link: { ...shared.link, jitterMs: 20 } }
    expect((simulated({ name: 's2' }, varying).rounds[0]?.bandwidthBytesPerSecond ?? 0) / MIB).toBeCloseTo(
      16,
      0,
    )
  })
})
