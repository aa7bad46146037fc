import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Random } from '../../../../src/main/core/numeric/random.ts'
import { DiskCopy } from '../../../../src/main/core/simulation/disk-copy.ts'
import type { MigrationFact } from '../../../../src/main/core/simulation/migration-fact.ts'
import { NetworkPath } from '../../../../src/main/core/simulation/network-path.ts'
import { layOutPages, type WriteOrder } from '../../../../src/main/core/simulation/page-layout.ts'
import { plainCosts } from '../../../../src/main/core/simulation/page-transfer.ts'
import { SimulatedMigration } from '../../../../src/main/core/simulation/simulated-migration.ts'
import { SinglePages } from '../../../../src/main/core/simulation/single-pages.ts'
import { singlePageSteps } from '../../../../src/main/core/simulation/steps.ts'
import { WriteSchedule } from '../../../../src/main/core/simulation/write-schedule.ts'
import type { MigrationCommand } from '../../../../src/shared/model/migration-command.ts'

interface Given {
  readonly pages?: number
  readonly working?: number
  readonly order?: WriteOrder
  readonly writesPerSecond?: number
  readonly bandwidthBytesPerSecond?: number
  readonly latencyMs?: number
  readonly lossRatio?: number
  readonly competingRatio?: number
  readonly cuts?: readonly { fromMs: number; toMs: number }[]
  readonly vcpuCount?: number
  readonly preempts?: boolean
  readonly prepagePages?: number
  readonly zeroPages?: number
  readonly suspendDirtyPages?: number
  readonly peeks?: boolean
  readonly graceMs?: number
  readonly disk?: DiskCopy
  readonly seed?: number
}

const aMigration = (given: Given = {}): SimulatedMigration => {
  const { pages = 4096, working = 1024, zeroPages = 0, seed = 1 } = given
  const random = new Random(seed)
  const order = given.order ?? { kind: 'random' }
  const layout = layOutPages({ pages, classes: [{ name: 'w', pages: working, order }], zeroPages }, random)
  const path = {
    bandwidthBytesPerSecond: given.bandwidthBytesPerSecond ?? 4096e3,
    latencyMs: given.latencyMs ?? 1,
    lossRatio: given.lossRatio ?? 0,
    congestionControl: 'reno' as const,
    jitterMs: 0,
    competingRatio: given.competingRatio ?? 0,
    variation: 0,
    cuts: given.cuts ?? [],
    seed,
  }
  const networkPath = new NetworkPath(path, random)
  const singlePages = new SinglePages({
    memory: new WriteSchedule(layout, random),
    vcpuCount: given.vcpuCount ?? 2,
    path: networkPath,
    costs: plainCosts(4096, 16),
    logRead: 'region',
    service: {
      preempts: given.preempts ?? true,
      backlogBytes: 400 * 1024,
      prepagePages: given.prepagePages ?? 0,
    },
    images: null,
    peeks: given.peeks ?? true,
    random,
  })
  return new SimulatedMigration({
    pages: singlePages,
    writesAt: () => [given.writesPerSecond ?? 500],
    path: networkPath,
    host: { roundMs: 2, pauseMs: 5, resumeMs: 5, suspendDirtyPages: given.suspendDirtyPages ?? 0 },
    disk: given.disk ?? null,
    images: null,
    graceMs: given.graceMs ?? 0,
    earlyReading: null,
    compressor: null,
    limit: null,
    startedAtMs: 0,
    stepsOf: singlePageSteps,
  })
}

/** Runs to the end; `decide` is asked after every report. */
const run = (
  migration: SimulatedMigration,
  decide: (fact: MigrationFact) => MigrationCommand | null,
): readonly MigrationFact[] => {
  const all: MigrationFact[] = []
  while (!migration.ended)
    for (const fact of migration.next()) {
      all.push(fact)
      const command = decide(fact)
      if (command) migration.control(command)
    }
  return all
}

const afterRound =
  (round: number, kind: 'switch' | 'stop-and-copy') =>
  (fact: MigrationFact): MigrationCommand | null =>
    fact.kind === 'round-ended' && fact.live && fact.round >= round ? { kind } : null

const roundsOf = (facts: readonly MigrationFact[]) => facts.filter(fact => fact.kind === 'round-ended')

describe('rounds', () => {
  test('the first sends every page at the pace of the link, each later one what was dirtied', () => {
    const rounds = roundsOf(run(aMigration(), afterRound(3, 'stop-and-copy')))
    expect(rounds).toHaveLength(4)
    const [first, second, third, last] = rounds
    expect(first).toMatchObject({ sentPages: 4096, live: true })
    expect(first?.ms).toBeCloseTo(4096, -1)
    expect(second?.sentPages).toBe(first?.dirtiedPages)
    // Between two rounds the guest goes on: what it dirties then is found at the end of the next one.
    expect(third?.sentPages).toBe(second?.dirtiedPages)
    expect(last).toMatchObject({ live: false, dirtiedPages: 0 })
  })

  test('zero pages cost next to nothing', () => {
    const [first] = roundsOf(run(aMigration({ zeroPages: 2048 }), afterRound(1, 'stop-and-copy')))
    expect(first?.bytesSent).toBe(2048 * 4096 + 2048 * 16)
  })

  test('a slower guest dirties less and loses the time', () => {
    const slow = aMigration()
    slow.control({ kind: 'throttle', speed: 0.25 })
    const [throttled] = roundsOf(run(slow, afterRound(1, 'stop-and-copy')))
    const [free] = roundsOf(run(aMigration(), afterRound(1, 'stop-and-copy')))
    expect(throttled?.dirtiedPages).toBeLessThan((free?.dirtiedPages ?? 0) * 0.8)
    expect(slow.slowedMs).toBeCloseTo(0.75 * (throttled?.ms ?? 0), -1)
  })
})

describe('post-copy', () => {
  test('at the start it sends every page once', () => {
    const migration = aMigration()
    run(migration, fact => (fact.kind === 'started' ? { kind: 'switch' } : null))
    expect(migration.transfer.pagesSent).toBe(4096)
    expect(migration.paging?.faults).toBeGreaterThan(100)
  })

  test('at the start it has no round, and a stop at the start has one, of every page', () => {
    const at = (kind: 'switch' | 'stop-and-copy') =>
      roundsOf(run(aMigration(), fact => (fact.kind === 'started' ? { kind } : null)))
    expect(at('switch')).toEqual([])
    expect(at('stop-and-copy')).toMatchObject([{ round: 1, live: false, sentPages: 4096 }])
  })

  test('requests that overtake the push cost a round trip, those that queue the backlog too', () => {
    const lostMs = (preempts: boolean) => {
      const migration = aMigration({ preempts, vcpuCount: 1, writesPerSecond: 50 })
      run(migration, fact => (fact.kind === 'started' ? { kind: 'switch' } : null))
      return (migration.paging?.lostMs ?? 0) / (migration.paging?.faults ?? 1)
    }
    // A page takes 1 ms on this link, the backlog 100 ms.
    expect(lostMs(true)).toBeCloseTo(2, 0)
    expect(lostMs(false)).toBeCloseTo(102, -1)
  })

  test('neighbours sent along save a walk most of its faults', () => {
    const faults = (prepagePages: number) => {
      const migration = aMigration({ order: { kind: 'sequential' }, prepagePages, writesPerSecond: 300 })
      run(migration, fact => (fact.kind === 'started' ? { kind: 'switch' } : null))
      return migration.paging?.faults ?? 0
    }
    expect(faults(8)).toBeLessThan(faults(0) / 4)
  })

  test('while the path is cut the guest waits, and goes on when it is back', () => {
    const migration = aMigration({ cuts: [{ fromMs: 1000, toMs: 3000 }] })
    run(migration, fact => (fact.kind === 'started' ? { kind: 'switch' } : null))
    expect(migration.ended).toBe(true)
    expect(migration.paging?.stallMs).toBeGreaterThan(1900)
    expect(migration.elapsedMs).toBeGreaterThan(6000)
  })
})

describe('in the pace of a clock', () => {
  /** As `run`, in steps of so many ms; what is told by then is never later than the clock. */
  const paced = (
    migration: SimulatedMigration,
    stepMs: number,
    decide: (fact: MigrationFact) => MigrationCommand | null,
  ): readonly MigrationFact[] => {
    const all: MigrationFact[] = []
    for (let clockMs = 0; !migration.ended; clockMs += stepMs) {
      if (clockMs > 1e6) throw new Error('the migration does not end')
      for (let facts = migration.next(clockMs); facts.length > 0; facts = migration.next(clockMs))
        for (const fact of facts) {
          expect(fact.atMs).toBeLessThanOrEqual(clockMs)
          all.push(fact)
          const command = decide(fact)
          if (command) migration.control(command)
        }
    }
    return all
  }

  test.each(['switch', 'stop-and-copy'] as const)('it comes to the same as at once, by %s', kind => {
    const [atOnce, inSteps] = [
      run(aMigration(), afterRound(2, kind)),
      paced(aMigration(), 3, afterRound(2, kind)),
    ]
    const total = (facts: readonly MigrationFact[]) => facts.at(-1)?.atMs ?? Number.NaN
    expect(inSteps.at(-1)?.kind).toBe('completed')
    expect(total(inSteps) / total(atOnce)).toBeCloseTo(1, 1)
    expect(roundsOf(inSteps)).toHaveLength(roundsOf(atOnce).length)
  })

  test('without a command the next round starts when the host has waited long enough', () => {
    const rounds = roundsOf(paced(aMigration({ graceMs: 100 }), 7, afterRound(2, 'stop-and-copy')))
    const [first, second] = rounds
    if (first === undefined || second === undefined) throw new Error('two rounds expected')
    // 2 ms from round to round and 1 ms for the way come on top.
    expect(second.atMs - second.ms - first.atMs).toBeCloseTo(103, 6)
  })

  test('a continue ends the waiting', () => {
    const decide = (fact: MigrationFact): MigrationCommand | null =>
      fact.kind === 'round-ended' && fact.round === 1
        ? { kind: 'continue' }
        : afterRound(2, 'stop-and-copy')(fact)
    const [first, second] = roundsOf(paced(aMigration({ graceMs: 100 }), 7, decide))
    expect((second?.atMs ?? 0) - (second?.ms ?? 0) - (first?.atMs ?? 0)).toBeCloseTo(3, 6)
  })

  test('a switch in the middle of a round comes at once, and moves what is unsent and dirty', () => {
    const migration = aMigration({ writesPerSecond: 0 })
    paced(migration, 50, fact => (fact.atMs > 2000 ? { kind: 'switch' } : null))
    expect(migration.transfer.pagesSent).toBe(4096)
    expect(migration.elapsedMs).toBeLessThan(4300)
  })

  test('a bound on the bandwidth is obeyed from then on, and taken back', () => {
    const migration = aMigration()
    const sentIn = (ms: number) => {
      const [before, until] = [migration.transfer.bytesSent, migration.elapsedMs + ms]
      while (migration.elapsedMs < until) migration.next(until)
      return (migration.transfer.bytesSent - before) / 4096
    }
    expect(sentIn(500)).toBeCloseTo(500, -1)
    expect(migration.control({ kind: 'bandwidth', bytesPerSecond: 409_600 })).toBe(true)
    expect(migration.demandBytesPerSecond).toBe(409_600)
    expect(sentIn(1000)).toBeCloseTo(100, -1)
    migration.control({ kind: 'bandwidth', bytesPerSecond: null })
    expect(sentIn(500)).toBeCloseTo(500, -1)
  })

  test('with the coldest first, fewer pages are dirty when their round ends', () => {
    const pages = 4096
    const classes = Uint8Array.from({ length: pages / 32 }, () => 0)
    const dirtied = (isOrdered: boolean) => {
      const migration = aMigration({ pages, seed: 3 })
      for (const region of hotRegions(pages, 3)) classes[region] = 2
      if (isOrdered) migration.control({ kind: 'page-order', regionPages: 32, classes })
      return roundsOf(run(migration, afterRound(1, 'stop-and-copy')))[0]?.dirtiedPages ?? Number.NaN
    }
    expect(dirtied(true)).toBeLessThan(dirtied(false) * 0.8)
  })
})

/** Regions of 32 pages that hold pages which are written. */
const hotRegions = (pages: number, seed: number): ReadonlySet<number> => {
  const classes = [{ name: 'w', pages: 1024, order: { kind: 'random' as const } }]
  const { classOf } = layOutPages({ pages, classes, zeroPages: 0 }, new Random(seed))
  return new Set([...classOf.keys()].filter(page => classOf[page] === 0).map(page => page >>> 5))
}

describe('a disk that is not shared', () => {
  const aDisk = (bytes: number, writeBytesPerSecond = 0) =>
    new DiskCopy({ bytes, writeBytesPerSecondAt: () => writeBytesPerSecond }, new Random(4))
  const MIB = 1024 * 1024

  test('goes first; the rounds begin when it is there', () => {
    const migration = aMigration({ disk: aDisk(41 * MIB) })
    const facts = run(migration, afterRound(1, 'stop-and-copy'))
    const started = facts.findIndex(({ kind }) => kind === 'started')
    expect(new Set(facts.slice(0, started).map(({ kind }) => kind))).toEqual(new Set(['disk-progress']))
    expect(facts[0]).toMatchObject({ copiedBytes: 0, totalBytes: 41 * MIB })
    expect(facts[started - 1]).toMatchObject({ copiedBytes: 41 * MIB })
    // 41 MiB at 4,096,000 bytes/s, to the end of a slice.
    expect((facts[started]?.atMs ?? 0) / 10_496).toBeCloseTo(1, 2)
    expect(roundsOf(facts)[0]).toMatchObject({ sentPages: 4096 })
    expect((roundsOf(facts)[0]?.ms ?? 0) / 4096).toBeCloseTo(1, 2)
    expect(facts.at(-1)).toMatchObject({ bytesSent: 41 * MIB + migration.transfer.bytesSent })
  })

  // dx/dt = (B - w x) / D: x = 1 after -D / w ln(1 - w / B). 64 MiB, 1 MiB/s, 4,096,000 bytes/s: 18.93 s, without writes 16.38.
  test('takes longer the more of what is written must be mirrored, and takes that from the rounds', () => {
    const migration = aMigration({ disk: aDisk(64 * MIB, MIB) })
    const facts = run(migration, afterRound(1, 'switch'))
    expect((migration.disk?.ms ?? 0) / 18_926).toBeCloseTo(1, 1)
    // 4,096 pages while a quarter of the link mirrors.
    expect((roundsOf(facts)[0]?.ms ?? 0) / (4096 / (1 - MIB / 4_096_000))).toBeCloseTo(1, 1)
    expect(facts.at(-1)?.kind).toBe('completed')
  })

  test('can be given up, and not handed over, while it is copied', () => {
    const migration = aMigration({ disk: aDisk(41 * MIB) })
    migration.next(5000)
    expect(migration.control({ kind: 'switch' })).toBe(false)
    expect(migration.control({ kind: 'stop-and-copy' })).toBe(false)
    expect(migration.control({ kind: 'cancel' })).toBe(true)
    expect(migration.next()).toMatchObject([{ kind: 'cancelled' }])
  })

  test('arrives as it was when the guest stopped, however fast it is written to', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 3e7 }), fc.nat(8e6), fc.nat(), (bytes, writes, seed) => {
        const disk = new DiskCopy({ bytes, writeBytesPerSecondAt: () => writes }, new Random(seed))
        for (let atMs = 0; !disk.isCopied; atMs += 10) disk.run({ atMs, ms: 10, bytes: 1e5 })
        for (let atMs = 0; atMs < 1000; atMs += 10) disk.run({ atMs, ms: 10, bytes: 1e5 })
        disk.checkArrival()
        expect(disk.copiedBytes).toBe(bytes)
      }),
      { seed: 5 },
    )
  })
})

test('a cancel leaves the VM where it is', () => {
  const facts = run(aMigration(), fact => (fact.kind === 'round-progress' ? { kind: 'cancel' } : null))
  expect(facts.at(-1)).toMatchObject({ kind: 'cancelled' })
})

test('other traffic is displaced by what is sent, and by no wait', () => {
  const migration = aMigration({ competingRatio: 0.5, writesPerSecond: 0, graceMs: 5000 })
  migration.control({ kind: 'priority', share: 1 })
  run(migration, afterRound(2, 'stop-and-copy'))
  // 4,096 pages: half of them in place of what the others would have sent.
  expect(migration.displacedBytes / (2048 * 4096)).toBeCloseTo(1, 1)
})

test('commands after the pause are refused', () => {
  const migration = aMigration()
  migration.control({ kind: 'stop-and-copy' })
  expect(migration.control({ kind: 'cancel' })).toBe(false)
  expect(migration.control({ kind: 'switch' })).toBe(false)
})

const order: fc.Arbitrary<WriteOrder> = fc.constantFrom(
  { kind: 'random' },
  { kind: 'sequential' },
  { kind: 'curve', firstWriteSeconds: (page: number) => page / 700 },
)

const command: fc.Arbitrary<MigrationCommand> = fc.oneof(
  fc.constantFrom<MigrationCommand>(
    { kind: 'continue' },
    { kind: 'switch' },
    { kind: 'stop-and-copy' },
    { kind: 'throttle', speed: 0.3 },
    { kind: 'bandwidth', bytesPerSecond: 1e6 },
    { kind: 'priority', share: 0.5 },
  ),
  fc
    .uint8Array({ minLength: 32, maxLength: 32, max: 2 })
    .map(classes => ({ kind: 'page-order' as const, regionPages: 32, classes })),
)

// The law itself is checked by every simulation when it completes: it throws when a page is lost or too old.
test('no page is ever lost or left behind, whatever is written, sent and told when', () => {
  fc.assert(
    fc.property(
      fc.record({
        working: fc.nat(1024),
        order,
        writesPerSecond: fc.nat(20_000),
        bandwidthBytesPerSecond: fc.integer({ min: 200_000, max: 20_000_000 }),
        latencyMs: fc.double({ min: 0, max: 50, noNaN: true }),
        lossRatio: fc.constantFrom(0, 0.001, 0.05),
        vcpuCount: fc.integer({ min: 1, max: 8 }),
        preempts: fc.boolean(),
        prepagePages: fc.nat(8),
        suspendDirtyPages: fc.nat(64),
        cuts: fc.constantFrom([], [{ fromMs: 50, toMs: 400 }]),
        seed: fc.nat(),
      }),
      fc.array(fc.tuple(fc.nat(40), command), { maxLength: 6 }),
      (given, told) => {
        const migration = aMigration({ pages: 1024, ...given })
        let reports = 0
        const facts = run(migration, () => {
          reports++
          const due = told.find(([at]) => at === reports)
          return due?.[1] ?? (reports > 60 ? { kind: 'stop-and-copy' } : null)
        })
        expect(facts.at(-1)).toMatchObject({ kind: 'completed' })
        const times = facts.map(fact => fact.atMs)
        expect(times).toEqual([...times].sort((a, b) => a - b))
      },
    ),
    { seed: 11, numRuns: 2000 },
  )
}, 60_000)

test('the same seed gives the same migration, to the byte', () => {
  const facts = (seed: number) => run(aMigration({ seed }), afterRound(2, 'switch'))
  expect(facts(3)).toEqual(facts(3))
  expect(facts(3)).not.toEqual(facts(4))
})
