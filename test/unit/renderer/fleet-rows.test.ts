import { expect, test } from 'vitest'
import {
  byName,
  type FleetRow,
  type FleetRowsInput,
  fleetRows,
  urgency,
} from '../../../src/renderer/features/fleet/fleet-rows.ts'
import type { Risk } from '../../../src/shared/contract/fleet.ts'
import { measured, UNAVAILABLE } from '../../../src/shared/model/measure.ts'
import type { Vm } from '../../../src/shared/model/vm.ts'
import { fakeFleet } from '../../fakes/fake-fleet.ts'
import { latestRowsOf } from '../../support/latest-rows.ts'

const fleet = fakeFleet({ seed: 1, pools: 2, hostsPerPool: 1, vms: 4 })
const [host1, host2] = fleet.hosts
const place = (name: string, hostId: string | null, poolId: string): Vm => ({
  id: name,
  poolId,
  hostId,
  name,
  description: '',
  powerState: hostId === null ? 'halted' : 'running',
  memoryBytes: 2 ** 30,
  memoryMinBytes: 2 ** 30,
  vcpuCount: 2,
  immovableBecause: null,
  currentOperations: [],
})
const vms = byName([
  place('db-10', host1?.id ?? '', 'pool-1'),
  place('db-2', host1?.id ?? '', 'pool-1'),
  place('web-1', host2?.id ?? '', 'pool-2'),
  place('old-1', null, 'pool-2'),
])
const sample = (vmId: string, dirty: number | undefined) => ({
  vmId,
  atMs: 0,
  cpuRatio: UNAVAILABLE,
  memoryRatio: UNAVAILABLE,
  ioBytesPerSecond: UNAVAILABLE,
  diskReadBytesPerSecond: UNAVAILABLE,
  networkReceiveBytesPerSecond: UNAVAILABLE,
  dirtyPagesPerSecond: measured(dirty),
  pageFaultsPerSecond: UNAVAILABLE,
})
const risk = (vmId: string, level: Risk['level'], expectedAtMs: number | null = null): Risk => ({
  vmId,
  level,
  expectedAtMs,
  reason: '',
})

const input = (changes: Partial<FleetRowsInput> = {}): FleetRowsInput => ({
  pools: fleet.pools,
  hosts: fleet.hosts,
  vms,
  hostsById: new Map(fleet.hosts.map(h => [h.id, h])),
  poolsById: new Map(fleet.pools.map(p => [p.id, p])),
  filter: '',
  group: 'tree',
  collapsed: new Set(),
  sort: null,
  live: {
    vmSamples: latestRowsOf([sample('db-10', 5), sample('db-2', undefined), sample('web-1', 900)]),
    risks: latestRowsOf([risk('db-2', 'high', 9_000)]),
    triggerPagesPerSecond: {},
    runningByVm: new Map([['web-1', true]]),
  },
  ...changes,
})
const keys = (rows: readonly FleetRow[]) => rows.map(row => row.key)

test('the tree lists pools, their hosts, their VMs by number rather than by letter, and last what runs nowhere', () => {
  expect(keys(fleetRows(input()))).toEqual([
    'pool pool-1',
    'host pool-1-host-1',
    'vm db-2',
    'vm db-10',
    'pool pool-2',
    'host pool-2-host-1',
    'vm web-1',
    'unplaced pool-2',
    'vm old-1',
  ])
})

test('a closed group keeps its line and its count, not its VMs', () => {
  const rows = fleetRows(input({ collapsed: new Set(['pool pool-1', 'host pool-2-host-1']) }))
  expect(keys(rows)).toEqual([
    'pool pool-1',
    'pool pool-2',
    'host pool-2-host-1',
    'unplaced pool-2',
    'vm old-1',
  ])
  expect(rows[0]).toMatchObject({ vmCount: 2, isOpen: false })
})

test('a filter leaves out the groups in which nothing matches', () => {
  expect(keys(fleetRows(input({ filter: 'web lab' })))).toEqual([
    'pool pool-2',
    'host pool-2-host-1',
    'vm web-1',
  ])
  expect(fleetRows(input({ filter: 'nothing' }))).toEqual([])
})

test.each([
  ['is:at-risk', ['vm db-2']],
  ['is:migrating', ['vm web-1']],
  ['halted', ['vm old-1']],
  ['HOST-1 db', ['vm db-2', 'vm db-10']],
])('the filter %s finds what it says', (filter, expected) => {
  expect(keys(fleetRows(input({ filter, group: 'flat' })))).toEqual(expected)
})

test('what has no figure comes last whichever way the figures are sorted', () => {
  const sorted = (descending: boolean) =>
    keys(fleetRows(input({ group: 'flat', sort: { column: 'dirty', descending } })))
  expect(sorted(true)).toEqual(['vm web-1', 'vm db-10', 'vm db-2', 'vm old-1'])
  expect(sorted(false)).toEqual(['vm db-10', 'vm web-1', 'vm db-2', 'vm old-1'])
})

test('a VM whose risk is not known is not sorted as one at low risk, and is not at risk', () => {
  const risks = [risk('db-2', 'unknown'), risk('web-1', 'high'), risk('db-10', 'none')]
  const sorted = (descending: boolean) =>
    keys(
      fleetRows(
        input({
          group: 'flat',
          sort: { column: 'risk', descending },
          live: { ...input().live, risks: latestRowsOf(risks) },
        }),
      ),
    )
  expect(sorted(true).slice(0, 2)).toEqual(['vm web-1', 'vm db-10'])
  expect(sorted(false).slice(0, 2)).toEqual(['vm db-10', 'vm web-1'])
  expect(urgency(risk('db-2', 'unknown'))).toBe(0)
})

test('trouble that is here comes before trouble that is coming, the sooner first, and before what is only watched', () => {
  const risks = [
    risk('none', 'none'),
    risk('watch', 'watch'),
    risk('later', 'high', 1_763_500_090_000),
    risk('sooner', 'high', 1_763_500_010_000),
    risk('now', 'high'),
  ]
  const order = [...risks].sort((a, b) => urgency(b) - urgency(a)).map(r => r.vmId)
  expect(order).toEqual(['now', 'sooner', 'later', 'watch', 'none'])
})
