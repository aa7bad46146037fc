import { expect, test } from 'vitest'
import { type Candidate, chooseDestination } from '../../src/main/core/placement/choose-destination.ts'
import { GIB } from '../../src/shared/units.ts'

const aHost = (change: Partial<Candidate> = {}): Candidate => ({
  id: change.name ?? 'host',
  name: 'host',
  acceptance: { kind: 'accepted' },
  enabled: true,
  live: true,
  memoryBytes: 64 * GIB,
  memoryFreeBytes: 32 * GIB,
  cpuRatio: 0.5,
  incomingMigrations: 0,
  ...change,
})

test('the least loaded host with room is taken, and the others hear why not', () => {
  const choice = chooseDestination(
    [aHost({ name: 'busy', cpuRatio: 0.9 }), aHost({ name: 'calm', cpuRatio: 0.1 })],
    8 * GIB,
    2,
  )
  expect(choice.hostId).toBe('calm')
  expect(choice.alternatives.map(a => [a.name, a.chosen])).toEqual([
    ['busy', false],
    ['calm', true],
  ])
})

test.each([
  ['a full host', { memoryFreeBytes: 7 * GIB }, 'it has 7.00 GiB of memory free and 8.00 GiB are needed'],
  [
    'a host the server refuses',
    { acceptance: { kind: 'refused', because: null } },
    'server would not accept',
  ],
  ['a disabled host', { enabled: false }, 'disabled'],
  ['a dead host', { live: false }, 'does not answer'],
  [
    'a host that the server refuses for a reason',
    { acceptance: { kind: 'refused', because: 'It is too old' } },
    'It is too old',
  ],
  ['a host without the disk', { acceptance: { kind: 'with-disk' } }, 'copied only to a host that a person'],
  ['a host of unknown memory', { memoryFreeBytes: null }, 'not known'],
  ['a host that is taking two already', { incomingMigrations: 2 }, 'as many migrations'],
] as const)('%s is never a target', (_, change, because) => {
  const choice = chooseDestination([aHost(change)], 8 * GIB, 2)
  expect(choice.hostId).toBeNull()
  expect(choice.alternatives[0]?.because).toContain(because)
})

test('where no host will do, what would take least to let one is said of those it would help', () => {
  const full = aHost({ name: 'full', memoryFreeBytes: GIB })
  const remedyOf = (...hosts: readonly Candidate[]) => chooseDestination(hosts, 8 * GIB, 2).remedy
  expect(remedyOf(full, aHost({ name: 'off', enabled: false }))).toBe('Free memory on full.')
  const apart = [aHost({ name: 'a', acceptance: { kind: 'with-disk' } }), full]
  expect(remedyOf(...apart, aHost({ name: 'b', acceptance: { kind: 'with-disk' } }))).toBe(
    'Name a or b, which can take it with a copy of its disk.',
  )
  expect(remedyOf(aHost({ live: false }))).toBeNull()
  expect(remedyOf(aHost({ live: false, enabled: false }))).toBeNull()
  expect(remedyOf(full, aHost())).toBeNull()
})

test('what the server has against a host is said beside what we have, and no remedy is given that would not help', () => {
  const acceptance = { kind: 'refused', because: 'It is too old' } as const
  const busy = chooseDestination([aHost({ acceptance, incomingMigrations: 2 })], 8 * GIB, 2)
  expect(busy.alternatives[0]?.because).toMatch(/as many migrations.*; the server says: It is too old/)
  expect(busy.remedy).toBeNull()
  const full = chooseDestination([aHost({ acceptance, memoryFreeBytes: GIB })], 8 * GIB, 2)
  expect(full.alternatives[0]?.because).toMatch(/memory free.*; the server says: It is too old/)
  expect(full.remedy).toBe('Free memory on host.')
})

test('a host in full use is told of in words', () => {
  const choice = chooseDestination([aHost({ cpuRatio: 1 })], 8 * GIB, 2)
  expect(choice.alternatives[0]?.because).toBe(
    'least load index, without bound, as its CPU or memory is in full use',
  )
})
