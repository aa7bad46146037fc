import { expect, test } from 'vitest'
import { defaultThresholds } from '../../src/main/core/decision/thresholds.ts'
import { Advisor } from '../../src/main/services/advisor.ts'
import { Decisions } from '../../src/main/services/decisions.ts'
import { figuresOfTick } from '../../src/main/services/host-load.ts'
import { LiveValue } from '../../src/main/services/live-value.ts'
import type { ConnectionItem } from '../../src/shared/contract/connection.ts'
import type { Breach } from '../../src/shared/model/breach.ts'
import { measured, UNAVAILABLE } from '../../src/shared/model/measure.ts'
import type { VmSample } from '../../src/shared/model/sample.ts'
import { anInventory, aVm, FakeHypervisor } from '../fakes/fake-hypervisor.ts'
import { memoryStore } from '../fakes/memory-store.ts'
import { silentLog } from '../fakes/silent-log.ts'

const vm = aVm({ id: 'db', immovableBecause: 'It holds a device of its host.' })
const hypervisor = new FakeHypervisor(anInventory([vm]))
const pool = { connectionId: 'c', hypervisor, inventory: hypervisor.inventory }

/** Beyond what the pool's link carries. */
const busy = (atMs: number): VmSample => ({
  vmId: 'db',
  atMs,
  cpuRatio: UNAVAILABLE,
  memoryRatio: UNAVAILABLE,
  ioBytesPerSecond: UNAVAILABLE,
  diskReadBytesPerSecond: UNAVAILABLE,
  networkReceiveBytesPerSecond: UNAVAILABLE,
  dirtyPagesPerSecond: measured(1e6),
  pageFaultsPerSecond: UNAVAILABLE,
})

const overview = new LiveValue<ConnectionItem>({
  connections: [],
  stoppedSinceMs: null,
  secrets: { os: false, file: 'absent' },
})

/** Seconds in which the VM is busy, nothing is told of it, or there is no tick: when it was decided on, and its breaches. */
const decidedAt = async (
  ticks: readonly ('busy' | 'off' | 'silence')[],
  onBreach: (breach: Breach) => void = () => undefined,
): Promise<readonly number[]> => {
  const decisions = new Decisions(memoryStore())
  const advisor = new Advisor({
    connections: { overview, state: () => undefined },
    decisions,
    migrator: { running: [], lastMoved: () => null, start: () => Promise.reject(new Error('started')) },
    history: { usualPageFaults: () => null },
    thresholds: defaultThresholds,
    log: silentLog,
    mayAct: () => true,
    onBreach,
  })
  for (const [second, is] of ticks.entries()) {
    if (is === 'silence') continue
    const tick = { atMs: second * 1000, vms: is === 'busy' ? [busy(second * 1000)] : [], hosts: [] }
    advisor.consider(pool, tick, figuresOfTick(pool.inventory, tick, []))
    await new Promise(setImmediate)
  }
  return Array.from(decisions.states.values(), ({ atMs }) => atMs / 1000)
}
const seconds = (count: number, is: 'busy' | 'off' | 'silence') => Array.from({ length: count }, () => is)

test('a VM that is beyond its trigger for 30 s is decided on once while it stays so', async () => {
  expect(await decidedAt(seconds(100, 'busy'))).toEqual([30])
})

test('a VM that is started again begins its 30 s anew', async () => {
  const ticks = [...seconds(20, 'busy'), ...seconds(60, 'off'), ...seconds(31, 'busy')]
  expect(await decidedAt(ticks)).toEqual([110])
})

test('a VM that is started again after it was decided on is decided on anew', async () => {
  const ticks = [...seconds(40, 'busy'), ...seconds(60, 'off'), ...seconds(40, 'busy')]
  expect(await decidedAt(ticks)).toEqual([30, 130])
})

test('a time of which nothing is known holds no trigger, and no breach lasts through it', async () => {
  const breaches: (readonly [number, number | null])[] = []
  const ticks = [...seconds(20, 'busy'), ...seconds(7200, 'silence'), ...seconds(31, 'busy')]
  const decided = await decidedAt(ticks, ({ fromMs, untilMs }) => breaches.push([fromMs, untilMs]))
  expect(decided).toEqual([7250])
  expect(breaches).toEqual([
    [0, null],
    [0, 19_000],
    [7_220_000, null],
  ])
})

test('a tick that is late by some seconds leaves a trigger its time', async () => {
  expect(await decidedAt([...seconds(20, 'busy'), ...seconds(9, 'silence'), ...seconds(5, 'busy')])).toEqual([
    30,
  ])
})
