import { expect, test } from 'vitest'
import {
  checkWords,
  destinationChoices,
  whyNotThere,
} from '../../src/renderer/features/migration/destination-choices.ts'
import { aHost, aVm } from '../fakes/fake-hypervisor.ts'

const vm = aVm({ id: 'db' })
const hosts = [
  aHost({ id: 'host-1' }),
  aHost({ id: 'host-2' }),
  aHost({ id: 'host-3', enabled: false }),
  aHost({ id: 'elsewhere', poolId: 'other' }),
]
const refusals = (...entries: readonly (readonly [string, string | null])[]) =>
  ({ kind: 'told', refusals: new Map(entries) }) as const

test('before the pool has answered the other hosts are offered by what is known of them', () => {
  expect(destinationChoices(hosts, vm, { kind: 'asking' })).toEqual([
    { hostId: 'host-2', name: 'host-2', refusal: null },
    { hostId: 'host-3', name: 'host-3', refusal: 'It is disabled.' },
  ])
  expect(checkWords({ kind: 'asking' })).toBe('Asking the pool which hosts can take it.')
})

test("the pool's reason stands at its host and against an order to it", () => {
  const choices = destinationChoices(hosts, vm, refusals(['host-2', 'No room.'], ['host-3', null]))
  expect(choices.map(choice => choice.refusal)).toEqual(['No room.', 'It is disabled.'])
  expect(whyNotThere(choices, 'host-2')).toBe('host-2: No room.')
  expect(whyNotThere(choices, null)).toContain('No other host of its pool can take it')
})

test("a check that failed says so and stands in nobody's way", () => {
  const failed = { kind: 'failed', because: 'The pool is away.' } as const
  const choices = destinationChoices(hosts, vm, failed)
  expect(whyNotThere(choices, null)).toBeNull()
  expect(whyNotThere(choices, 'host-2')).toBeNull()
  expect(checkWords(failed)).toMatch(/^The pool is away\. The hosts are offered unchecked/)
})

test('a pool of one host has nowhere to go', () => {
  expect(whyNotThere([], null)).toBe('Its pool has no other host.')
})
