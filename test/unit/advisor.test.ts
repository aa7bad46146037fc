import { expect, test } from 'vitest'
import { defaultThresholds } from '../../src/main/core/decision/thresholds.ts'
import { Advisor } from '../../src/main/services/advisor.ts'
import { Decisions } from '../../src/main/services/decisions.ts'
import { figuresOfTick } from '../../src/main/services/host-load.ts'
import { LiveValue } from '../../src/main/services/live-value.ts'
import type { ConnectionItem } from '../../src/shared/contract/connection.ts'
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

/** Ticks a second, in which the VM is busy or nothing is told of it: at which seconds it was decided on. */
const decidedAt = async (ticks: readonly ('busy' | 'off')[]): Promise<readonly number[]> => {
  const decisions = new Decisions(memoryStore())
  const advisor = new Advisor({
    connections: { overview, state: () => undefined },
    decisions,
    migrator: { running: [], lastMoved: () => null, start: () => Promise.reject(new Error('started')) },
    history: { usualPageFaults: () => null },
    thresholds: defaultThresholds,
    log: silentLog,
    mayAct: () => true,
    onBreach: () => undefined,
  })
  for (const [second, is] of ticks.entries()) {
    const tick = { atMs: second * 1000, vms: is === 'busy' ? [busy(second * 1000)] : [], hosts: [] }
    advisor.consider(pool, tick, figuresOfTick(pool.inventory, tick, []))
    await new Promise(setImmediate)
  }
  return Array.from(decisions.states.values(), ({ atMs }) => atMs / 1000)
}
const seconds = (count: number, is: 'busy' | 'off') => Array.from({ length: count }, () => is)

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
