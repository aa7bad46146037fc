import { expect, test } from 'vitest'
import { type Candidate, chooseDestination } from '../../src/main/core/placement/choose-destination.ts'
import { GIB } from '../../src/shared/units.ts'

const aHost = (change: Partial<Candidate> = {}): Candidate => ({
  id: change.name ?? 'host',
  name: 'host',
  isPossible: true,
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
  ['a full host', { memoryFreeBytes: 7 * GIB }, 'too little free memory'],
  ['a host the server refuses', { isPossible: false }, 'server would not accept'],
  ['a disabled host', { enabled: false }, 'disabled'],
  ['a dead host', { live: false }, 'does not answer'],
  ['a host of unknown memory', { memoryFreeBytes: null }, 'not known'],
  ['a host that is taking two already', { incomingMigrations: 2 }, 'as many migrations'],
] as const)('%s is never a target', (_, change, because) => {
  const choice = chooseDestination([aHost(change)], 8 * GIB, 2)
  expect(choice.hostId).toBeNull()
  expect(choice.alternatives[0]?.because).toContain(because)
})
