import { expect, test } from 'vitest'
import type { FleetFacts } from '../../../src/renderer/features/fleet/fleet-line.ts'
import type { FleetRow } from '../../../src/renderer/features/fleet/fleet-rows.ts'
import { lineOfRow } from '../../../src/renderer/features/fleet/line-of-row.ts'
import { trendLines } from '../../../src/renderer/features/fleet/trend-lines.ts'
import { createFleetStore } from '../../../src/renderer/state/fleet-store.ts'
import { type FleetItem, fleetPacker, type Risk } from '../../../src/shared/contract/fleet.ts'
import { measured, UNAVAILABLE } from '../../../src/shared/model/measure.ts'
import { fakeFleet } from '../../fakes/fake-fleet.ts'
import { aMigration } from '../../fakes/fake-migration.ts'

const fleet = fakeFleet({ seed: 1, pools: 1, hostsPerPool: 1, vms: 2 })
const whole = fleet.item(10_000, { isFirst: true })
const sample = whole.vmSamples.find(({ vmId }) => vmId === 'vm-1')
if (!sample) throw new Error('the fake fleet has no sample of vm-1')

const vmRow: FleetRow = { kind: 'vm', key: 'vm vm-1', level: 3, vmId: 'vm-1' }
const hostRow: FleetRow = {
  kind: 'host',
  key: 'host pool-1-host-1',
  level: 2,
  hostId: 'pool-1-host-1',
  isOpen: false,
  vmCount: 2,
}

const factsWith = (change: Partial<FleetItem>, more: Partial<FleetFacts> = {}): FleetFacts => {
  const store = createFleetStore()
  store.apply(fleetPacker()({ ...whole, risks: [], forecasts: [], hostLoads: [], ...change }), 1)
  return { fleet: store.getState(), runningByVm: new Map(), connectionsById: new Map(), ...more }
}

test('a VM says its figures, where they are going, and how old they are', () => {
  const facts = factsWith({
    vmSamples: [
      {
        ...sample,
        cpuRatio: measured(0.345),
        memoryRatio: UNAVAILABLE,
        // 25,600 pages of 4 KiB are 100 MiB.
        dirtyPagesPerSecond: measured(25_600, 14_000),
      },
    ],
    forecasts: [
      {
        vmId: 'vm-1',
        atMs: 0,
        points: [{ aheadMs: 60_000, dirtyPagesPerSecond: 51_200, cpuRatio: 0 }],
      },
    ],
    triggerPagesPerSecond: { 'pool-1': 256_000 },
  })
  const line = lineOfRow(vmRow, facts)
  expect(line).toMatchObject({
    name: 'db-01',
    href: '#/vm/vm-1',
    state: { text: 'running', tone: 'plain' },
    host: 'host-1',
    load: { text: '' },
    cpu: { figure: '35', age: '' },
    memory: { figure: '-', age: '' },
    dirty: { now: '100 (14 s)', ahead: '200', direction: 'up' },
    theta: '1,000',
    risk: { level: 'low', word: '-' },
  })
  expect(line.dirty.title).toBe('Measured 14 s ago and held since. Forecast for 1:00 ahead, rising.')
})

test.each<[string, Partial<Risk>, string]>([
  ['none', { level: 'none' }, 'low low'],
  ['not known', { level: 'unknown' }, 'low not known'],
  ['to be watched', { level: 'watch' }, 'watch watch'],
  ['high already', { level: 'high' }, 'high HIGH now'],
])('a risk that is %s is a word, and a mark where it asks for attention', (_, change, words) => {
  const risk: Risk = { vmId: 'vm-1', level: 'none', expectedAtMs: null, reason: 'Because.', ...change }
  const { level, word, rest, title } = lineOfRow(vmRow, factsWith({ risks: [risk] })).risk
  expect(`${level} ${word} ${rest}`.trim()).toBe(words)
  expect(title).toBe('Because.')
})

test('a VM under way says its phase', () => {
  const running = { ...aMigration(), vmId: 'vm-1', phase: 'pre-copy' as const }
  const facts = factsWith({}, { runningByVm: new Map([['vm-1', running]]) })
  expect(lineOfRow(vmRow, facts).state).toEqual({
    text: 'pre-copy',
    title: 'Being migrated: pre-copy',
    tone: 'busy',
  })
})

test('a VM that is told to run on a host that does not answer says so, and why it cannot move', () => {
  const { pools } = fleet
  const immovableBecause = 'Its host does not answer.'
  const vms = fleet.vms.map(vm => ({ ...vm, immovableBecause }))
  const inventory = { pools, vms, hosts: fleet.hosts.map(host => ({ ...host, live: false })) }
  expect(lineOfRow(vmRow, factsWith({ inventory })).state).toMatchObject({
    text: 'host down',
    tone: 'faint',
    title: immovableBecause,
  })
})

test('figures of a pool whose connection is not live are old', () => {
  expect(lineOfRow(vmRow, factsWith({})).isStale).toBe(true)
})

test('a host says how many of its VMs are at risk, and what has just gone says nothing', () => {
  const risk: Risk = { vmId: 'vm-1', level: 'high', expectedAtMs: null, reason: '' }
  const line = lineOfRow(hostRow, factsWith({ risks: [risk] }))
  expect(line).toMatchObject({
    name: 'host-1',
    state: { text: 'up, 2 VMs' },
    load: { text: '-' },
    risk: { level: 'high', word: '', rest: '1 at risk' },
    isOpen: false,
  })
  expect(lineOfRow({ ...hostRow, hostId: 'none' }, factsWith({})).name).toBe('')
  expect(lineOfRow({ ...vmRow, vmId: 'none' }, factsWith({})).name).toBe('')
})

test('a trend is drawn in tenths of a pixel, what is estimated apart from what is measured', () => {
  expect(
    trendLines({
      stretches: [
        { isEstimated: false, points: [0, 1.23, 10, 4] },
        { isEstimated: true, points: [10, 4, 20.06, 5] },
      ],
      thetaY: 2.51,
    }),
  ).toEqual({ solid: 'M0 1.2L10 4', dashed: 'M10 4L20.1 5', theta: 'M0 2.5H160' })
})
