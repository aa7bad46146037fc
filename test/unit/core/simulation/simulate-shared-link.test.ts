import fc from 'fast-check'
import { expect, test } from 'vitest'
import { casesOf } from '../../../../src/main/cli/read-cases.ts'
import { simulate, simulateTogether } from '../../../../src/main/workers/simulation.worker.ts'
import { sharedLinkCase } from '../../../../src/shared/model/shared-link-case.ts'
import { simulationCase } from '../../../../src/shared/model/simulation-case.ts'

const link = { bandwidthBytesPerSecond: 100e6, latencyMs: 0.5 }

const aMigration = (changes: object = {}) => ({
  memoryBytes: 32 * 2 ** 20,
  policy: { name: 'pre-copy-qemu' },
  workload: { kind: 'uniform', workingSetPages: 2048, writesPerSecond: 500 },
  warmupSeconds: 1,
  seed: 5,
  ...changes,
})

const together = (migrations: readonly object[], changes: object = {}) => {
  const answer = simulateTogether(sharedLinkCase.parse({ link: { ...link, ...changes }, migrations }))
  if (answer.kind === 'faults') throw new Error(JSON.stringify(answer.faults))
  return answer.result
}

const alone = (migration: object, changes: object = {}) => {
  const answer = simulate(simulationCase.parse({ ...migration, link: { ...link, ...changes } }))
  if (answer.kind === 'faults') throw new Error(JSON.stringify(answer.faults))
  return answer.result
}

test('two equal migrations take twice as long each as one alone', () => {
  const idle = aMigration({ workload: { kind: 'idle' } })
  const one = alone(idle)
  const both = together([idle, idle])
  for (const { totalMs, bytesSent } of both.migrations) {
    expect(totalMs / one.totalMs).toBeCloseTo(2, 1)
    expect(bytesSent / one.bytesSent).toBeCloseTo(1, 2)
  }
  expect(both.totalMs).toBe(both.migrations[0]?.totalMs)
})

test('one that starts after the other has ended is as alone', () => {
  const jittery = { jitterMs: 0.4, variation: 0.3, lossRatio: 1e-4 }
  const last = aMigration({ policy: { name: 'hybrid-static' } })
  const { migrations, totalMs } = together([aMigration(), { ...last, startSeconds: 0 }], jittery)
  expect(migrations[1]?.totalMs).toBeGreaterThan(alone(last, jittery).totalMs)
  const apart = together([aMigration(), { ...last, startSeconds: 600 }], { ...jittery, variation: 0 })
  expect(apart.migrations).toEqual([
    alone(aMigration(), { ...jittery, variation: 0 }),
    alone(last, { ...jittery, variation: 0 }),
  ])
  expect(apart.totalMs).toBeGreaterThan(600_000)
  expect(totalMs).toBeLessThan(10_000)
})

test('the first alone on the link is as fast as it can be until the second starts', () => {
  const idle = aMigration({ workload: { kind: 'idle' } })
  // 32 MiB take 336 ms alone: after 168 ms half is left, which takes 336 ms more at half the link.
  const { migrations } = together([idle, { ...idle, startSeconds: 0.168 }])
  expect(migrations[0]?.totalMs).toBeCloseTo(168 + 336 + 13, -1)
})

test('what a slow compressor leaves of the link the other one has', () => {
  const idle = aMigration({ workload: { kind: 'idle' } })
  const content = { compressedRatio: 0.5, compressBytesPerSecond: 20e6 }
  const { migrations } = together([idle, { ...idle, content }])
  // Content of 20 MB/s is 10 MB/s on the link: 90 are left.
  expect(migrations[0]?.rounds[0]?.bandwidthBytesPerSecond).toBeCloseTo(90e6, -7)
})

test('streams that loss slows down do not hold each other up', () => {
  const lossy = { latencyMs: 40, lossRatio: 0.001 }
  const idle = aMigration({ workload: { kind: 'idle' } })
  const { totalMs } = alone(idle, lossy)
  expect((together([idle, idle], lossy).migrations[0]?.totalMs ?? 0) / totalMs).toBeCloseTo(1, 3)
})

test('a cut is at the same time for all', () => {
  const idle = aMigration({ workload: { kind: 'idle' } })
  const { migrations } = together([idle, { ...idle, startSeconds: 1.5 }], {
    cuts: [{ fromMs: 100, toMs: 2000 }],
  })
  const [first, second] = migrations
  // Of the first 236 ms are left then, of the second all 336.
  expect(first?.totalMs).toBeCloseTo(2000 + 2 * 236, -2)
  expect(second?.totalMs).toBeCloseTo(500 + 2 * 236 + 100, -2)
})

const sharer = fc.record({
  memoryBytes: fc.integer({ min: 1, max: 8 }).map(mib => mib * 2 ** 20),
  policy: fc
    .constantFrom('pre-copy-xen', 'pre-copy-qemu', 'post-copy', 'post-copy-preempt', 's1', 's2', 'longshore')
    .map(name => ({ name })),
  workload: fc.integer({ min: 0, max: 20_000 }).map(writesPerSecond => ({
    kind: 'uniform',
    workingSetPages: 200,
    writesPerSecond,
  })),
  startSeconds: fc.double({ min: 0, max: 0.5, noNaN: true }),
  vcpuCount: fc.integer({ min: 1, max: 4 }),
  warmupSeconds: fc.constant(1),
  maxLiveSeconds: fc.constant(20),
  seed: fc.integer({ min: 0, max: 1000 }),
})

// Every run asserts of each migration that no page is lost; it throws if one is.
test('nothing is lost, and no more is sent than the link carries', () => {
  fc.assert(
    fc.property(fc.array(sharer, { minLength: 1, maxLength: 4 }), migrations => {
      const result = together(migrations, { bandwidthBytesPerSecond: 20e6 })
      // A page that is under way at the end of a slice is paid out of the next one.
      const owed = migrations.length * 16 * 4096
      expect(result.bytesSent).toBeLessThanOrEqual((20e6 * result.totalMs) / 1000 + owed)
      expect(result.migrations.every(({ outcome }) => outcome === 'completed')).toBe(true)
    }),
    { numRuns: 15, seed: 7 },
  )
})

test('the same seeds give the same bytes', () => {
  const migrations = [
    aMigration({ policy: { name: 'post-copy' } }),
    aMigration({ policy: { name: 's1' }, seed: 9 }),
  ]
  const varied = { variation: 0.4, jitterMs: 1 }
  expect(together(migrations, varied)).toEqual(together(migrations, varied))
})

const faultsOf = (given: object): readonly string[] =>
  casesOf(JSON.stringify(given)).flatMap(read =>
    read.kind === 'faults' ? read.faults.map(({ field, allowed }) => `${field}: ${allowed}`) : [],
  )

test.each([
  ['none', { migrations: [] }, 'migrations: a list with a length of at least 1'],
  [
    'too many',
    { migrations: Array.from({ length: 65 }, () => aMigration()) },
    'migrations: a list with a length of at most 64',
  ],
  ['a link of its own', { migrations: [aMigration({ link })] }, 'migrations.0.link: no field of this name'],
  [
    'a start in the past',
    { migrations: [aMigration(), aMigration({ startSeconds: -1 })] },
    'migrations.1.startSeconds: a number of at least 0',
  ],
  [
    'more pages written than there are',
    { migrations: [aMigration({ memoryBytes: 2 ** 22 })] },
    'migrations.0.workload.workingSetPages: at most 1024, the pages of memory that are not zero',
  ],
  [
    'more memory than can be simulated at once',
    { migrations: Array.from({ length: 3 }, () => aMigration({ memoryBytes: 100 * 2 ** 30 })) },
    'migrations: at most 67108864 pages of all together',
  ],
  [
    'disks that are written faster than the link carries',
    {
      migrations: [6e7, 6e7].map(writeBytesPerSecond =>
        aMigration({ disk: { bytes: 1e9, writeBytesPerSecond } }),
      ),
    },
    'migrations: disk.writeBytesPerSecond of all together less than 100000000, what the link carries at least: what is written is mirrored over it',
  ],
])('%s over one link is refused by its field', (_, given, fault) => {
  expect(faultsOf({ link, ...given })).toEqual([fault])
})

test('a policy that nobody knows is told by its migration', () => {
  const given = { link, migrations: [aMigration(), aMigration({ policy: { name: 'nobody' } })] }
  const answer = simulateTogether(sharedLinkCase.parse(given))
  expect(answer).toMatchObject({ kind: 'faults', faults: [{ field: 'migrations.1.policy.name' }] })
})
