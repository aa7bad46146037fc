import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Random } from '../../../../src/main/core/numeric/random.ts'
import { checkConservation } from '../../../../src/main/core/simulation/conservation.ts'
import type { MigrationFact, PageMigration } from '../../../../src/main/core/simulation/page-migration.ts'
import { aGuest, aMigration } from '../../../support/a-guest.ts'

const STEP_MS = 20

/** Runs to the end; `decide` may give a command after each fact. */
const runToEnd = (
  migration: PageMigration,
  writesPerSecond: number,
  decide: (fact: MigrationFact) => 'continue' | 'switch' | 'stop-and-copy' | 'cancel' | undefined = () =>
    undefined,
): readonly MigrationFact[] => {
  const facts: MigrationFact[] = []
  for (let steps = 0; !migration.ended; steps++) {
    if (steps > 20_000) throw new Error('the migration does not end')
    for (const fact of migration.advance(STEP_MS, [writesPerSecond])) {
      facts.push(fact)
      const command = decide(fact)
      if (command !== undefined) migration.control({ kind: command })
    }
  }
  return [...facts, ...migration.advance(0, [])]
}

const ofKind = <K extends MigrationFact['kind']>(facts: readonly MigrationFact[], kind: K) =>
  facts.filter((fact): fact is Extract<MigrationFact, { kind: K }> => fact.kind === kind)

test('the first round sends every page and takes memory over bandwidth', () => {
  const [round] = ofKind(
    runToEnd(aMigration(), 0, () => 'stop-and-copy'),
    'round-ended',
  )
  expect(round).toMatchObject({ round: 1, live: true, sentPages: 10_000, dirtiedPages: 0 })
  expect(round?.ms).toBeCloseTo(1000, 6)
  expect(round?.bytesSent).toBe(10_000 * 4096)
})

test('zero pages cost 16 bytes each', () => {
  const migration = aMigration({ guest: aGuest({ share: 0.3, zeroShare: 0.5 }) })
  const [round] = ofKind(
    runToEnd(migration, 0, () => 'switch'),
    'round-ended',
  )
  const zeroPages = 128 * 39
  expect(round?.bytesSent).toBe((10_000 - zeroPages) * 4096 + zeroPages * 16)
})

test('a round dirties N (1 - exp(-r t / N)) unique pages', () => {
  const [round] = ofKind(
    runToEnd(aMigration(), 5000, () => 'switch'),
    'round-ended',
  )
  const written = 128 * 39
  expect(round?.dirtiedPages).toBeGreaterThan(written * (1 - Math.exp(-5000 / written)) * 0.97)
  expect(round?.dirtiedPages).toBeLessThan(written * (1 - Math.exp(-5000 / written)) * 1.03)
})

test('without a command the next round starts by itself 100 ms after a round and sends what was dirtied since', () => {
  const migration = aMigration()
  const rounds = ofKind(
    runToEnd(migration, 1000, fact =>
      fact.kind === 'round-ended' && fact.round === 2 ? 'cancel' : undefined,
    ),
    'round-ended',
  )
  const [first, second] = rounds
  if (first === undefined || second === undefined) throw new Error('two rounds expected')
  expect(second.sentPages).toBeGreaterThan(first.dirtiedPages)
  expect(second.atMs - second.ms - first.atMs).toBeCloseTo(100, 6)
})

test('a switch pauses for the handshake, the state and the page bitmap, then fetches exactly the dirty pages', () => {
  const facts = runToEnd(aMigration(), 5000, fact => (fact.kind === 'round-ended' ? 'switch' : undefined))
  const [paused] = ofKind(facts, 'paused')
  const [resumed] = ofKind(facts, 'resumed')
  const last = ofKind(facts, 'post-copy-progress').at(-1)
  expect(resumed?.pauseMs).toBeCloseTo(30 + 0.2 + (1000 * (2 * 1024 * 1024 + 1250)) / (10_000 * 4096), 6)
  expect(resumed?.remainingPages).toBe(paused?.remainingPages)
  expect((last?.pushedPages ?? 0) + (last?.demandFaults ?? 0)).toBe(paused?.remainingPages)
  expect(last?.demandFaults).toBeGreaterThan(0)
  const [completed] = ofKind(facts, 'completed')
  const waitPerFaultMs = 0.2 + 0.1
  expect(completed?.stallMs).toBeCloseTo(((last?.demandFaults ?? 0) * waitPerFaultMs) / 2, 6)
})

test('stop-and-copy sends what is dirty in a last round that is not live, while the guest stands still', () => {
  const facts = runToEnd(aMigration(), 5000, fact =>
    fact.kind === 'round-ended' && fact.live ? 'stop-and-copy' : undefined,
  )
  expect(facts.map(fact => fact.kind).filter(kind => !kind.endsWith('progress'))).toEqual([
    'started',
    'round-ended',
    'paused',
    'round-ended',
    'resumed',
    'completed',
  ])
  const [paused] = ofKind(facts, 'paused')
  const last = ofKind(facts, 'round-ended').at(-1)
  expect(last).toMatchObject({ round: 2, live: false, dirtiedPages: 0, sentPages: paused?.remainingPages })
  expect(ofKind(facts, 'resumed')[0]?.pauseMs).toBeGreaterThan((paused?.remainingPages ?? 0) / 10)
})

test('a cancelled guest runs on at the source and nothing follows', () => {
  const guest = aGuest()
  const before = guest.versions
  const facts = runToEnd(aMigration({ guest }), 1000, fact => (fact.atMs > 1400 ? 'cancel' : undefined))
  expect(facts.at(-1)?.kind).toBe('cancelled')
  expect(guest.versions).toBe(before)
})

test('after the pause every command comes too late', () => {
  const migration = aMigration()
  runToEnd(migration, 5000, fact => {
    if (fact.kind === 'resumed') expect(migration.control({ kind: 'cancel' })).toBe(false)
    return fact.kind === 'round-ended' ? 'switch' : undefined
  })
  expect(migration.control({ kind: 'switch' })).toBe(false)
})

test('after 30 live rounds the rest is stopped and copied', () => {
  const facts = runToEnd(aMigration(), 50_000)
  const rounds = ofKind(facts, 'round-ended')
  expect(rounds.filter(({ live }) => live)).toHaveLength(30)
  expect(rounds.at(-1)).toMatchObject({ round: 31, live: false })
})

test.each([
  { writes: 50_000, live: 4, why: 'after the fourth round of a guest that never converges' },
  { writes: 0, live: 1, why: 'after the first round of an idle guest' },
])('the rule of Xen stops $why', ({ writes, live }) => {
  const rounds = ofKind(runToEnd(aMigration({ stopRule: 'xen' }), writes), 'round-ended')
  expect(rounds.filter(round => round.live)).toHaveLength(live)
})

test('the same seed gives the same facts to the byte', () => {
  const run = () =>
    JSON.stringify(
      runToEnd(aMigration({ guest: aGuest({ seed: 5 }), random: new Random(6) }), 7000, fact =>
        fact.kind === 'round-ended' && fact.round === 2 ? 'switch' : undefined,
      ),
    )
  expect(run()).toBe(run())
})

test('whatever is done with it, a migration ends with every page at its last version', () => {
  const command = fc.constantFrom('continue', 'switch', 'stop-and-copy', undefined)
  fc.assert(
    fc.property(
      fc.record({
        pages: fc.integer({ min: 1, max: 3000 }),
        share: fc.double({ min: 0, max: 0.8, noNaN: true }),
        zeroShare: fc.double({ min: 0, max: 0.2, noNaN: true }),
        seed: fc.integer({ min: 0, max: 1e6 }),
        writes: fc.integer({ min: 0, max: 40_000 }),
        vcpuCount: fc.integer({ min: 1, max: 16 }),
        commands: fc.array(command, { maxLength: 8 }),
        stopRule: fc.constantFrom('controlled' as const, 'xen' as const),
      }),
      ({ pages, share, zeroShare, seed, writes, vcpuCount, commands, stopRule }) => {
        const guest = aGuest({ pages, share, zeroShare, seed })
        const source = guest.versions
        const migration = aMigration({ guest, vcpuCount, stopRule, random: new Random(seed) })
        const given = [...commands]
        const facts = runToEnd(migration, writes, () => given.shift())
        expect(facts.at(-1)?.kind).toBe('completed')
        expect(guest.versions).not.toBe(source)
        expect(guest.versions.every((version, page) => version >= (source[page] ?? 0))).toBe(true)
        const times = facts.map(fact => fact.atMs)
        expect(times).toEqual(times.toSorted((a, b) => a - b))
      },
    ),
    { seed: 20_261_120, numRuns: 60 },
  )
})

test('a page that is lost or altered on the way breaks the law', () => {
  const versions = (...values: number[]) => Uint32Array.from(values)
  expect(() => checkConservation(versions(3, 1, 0), versions(3, 2, 0), 1)).not.toThrow()
  expect(() => checkConservation(versions(3, 1, 0), versions(2, 1, 0), 0)).toThrow('page 0')
  expect(() => checkConservation(versions(3, 1, 0), versions(3, 2, 0), 0)).toThrow('1 versions ahead')
})
