import { expect, test } from 'vitest'
import {
  checkWords,
  destinationChoices,
  networkChoices,
  networkLabel,
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
  ({ kind: 'told', refusals: new Map(entries), copiesDisk: new Set<string>(), networks: new Map() }) as const

test('before the pool has answered the other hosts are offered by what is known of them', () => {
  expect(destinationChoices(hosts, vm, { kind: 'asking' })).toEqual([
    { hostId: 'host-2', name: 'host-2', refusal: null, copiesDisk: false },
    { hostId: 'host-3', name: 'host-3', refusal: 'It is disabled.', copiesDisk: false },
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

test('a disk is copied only to a host that was chosen, and the others say which that may be', () => {
  const checks = { ...refusals(['host-2', null]), copiesDisk: new Set(['host-2']) }
  const choices = destinationChoices(hosts, vm, checks)
  expect(whyNotThere(choices, 'host-2')).toBeNull()
  expect(whyNotThere(choices, null)).toBe(
    'Its disk lies on its own host, and is copied only to a host that you choose: host-2 can take it.',
  )
})

test('a pool of one host has nowhere to go', () => {
  expect(whyNotThere([], null)).toBe('Its pool has no other host.')
})

test('networks are offered that lead to where the VM may go, and only where there is a choice', () => {
  const [slow, fast, other] = [
    { id: 'eth0', name: 'management', linkBytesPerSecond: null },
    { id: 'eth1', name: 'storage', linkBytesPerSecond: 3.125e9 },
    { id: 'eth2', name: 'backup', linkBytesPerSecond: 1.25e8 },
  ]
  const checks = {
    ...refusals(['host-2', null], ['host-3', null], ['host-4', 'No room.']),
    networks: new Map([
      ['host-2', [slow, fast, other]],
      ['host-3', [slow, fast]],
      ['host-4', [slow]],
    ]),
  }
  expect(networkChoices(checks, 'host-2')).toEqual([slow, fast, other])
  expect(networkChoices(checks, null)).toEqual([slow, fast])
  expect(networkChoices(checks, 'host-4')).toEqual([])
  expect(networkChoices({ kind: 'asking' }, null)).toEqual([])
  expect([slow, fast, other].map(networkLabel)).toEqual([
    'management',
    'storage: 25.0 Gbit/s',
    'backup: 1.00 Gbit/s',
  ])
})
