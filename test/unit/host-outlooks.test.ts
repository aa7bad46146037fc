import { expect, test } from 'vitest'
import { defaultThresholds } from '../../src/main/core/decision/thresholds.ts'
import { figuresOfTick } from '../../src/main/services/host-load.ts'
import { HostOutlooks } from '../../src/main/services/host-outlooks.ts'
import type { Forecast } from '../../src/shared/model/forecast.ts'
import { type Measure, measured, UNAVAILABLE } from '../../src/shared/model/measure.ts'
import type { HostSample, VmSample } from '../../src/shared/model/sample.ts'
import { aHost, anInventory, aVm } from '../fakes/fake-hypervisor.ts'

const inventory = anInventory(
  [aVm({ id: 'db', vcpuCount: 16 })],
  [aHost({ id: 'host-1' }), aHost({ id: 'host-2' })],
)

const aHostSample = (hostId: string, atMs: number, cpuRatio: Measure): HostSample => ({
  hostId,
  atMs,
  cpuRatio,
  memoryRatio: measured(0.5),
  memoryFreeBytes: UNAVAILABLE,
  ioBytesPerSecond: UNAVAILABLE,
  networkBytesPerSecond: measured(inventory.pool.linkBytesPerSecond / 2),
})

const aVmSample = (atMs: number, cpu: number): VmSample => ({
  vmId: 'db',
  atMs,
  cpuRatio: measured(cpu),
  memoryRatio: UNAVAILABLE,
  ioBytesPerSecond: UNAVAILABLE,
  diskReadBytesPerSecond: UNAVAILABLE,
  networkReceiveBytesPerSecond: UNAVAILABLE,
  dirtyPagesPerSecond: UNAVAILABLE,
  pageFaultsPerSecond: UNAVAILABLE,
})

const aForecast = (atMs: number, cpuRatio: number): Forecast => ({
  vmId: 'db',
  atMs,
  points: [{ aheadMs: 1000, dirtyPagesPerSecond: 0, cpuRatio }],
})

/** One tick in which host-1 and its one VM, as large as the host, use the same. */
const figuresAt = (atMs: number, cpu: number, forecast = cpu) =>
  figuresOfTick(
    inventory,
    {
      vms: [aVmSample(atMs, cpu)],
      hosts: [aHostSample('host-1', atMs, measured(cpu)), aHostSample('host-2', atMs, UNAVAILABLE)],
    },
    [aForecast(atMs, forecast)],
  )

test('a load counts CPU, memory and the network against the link, and leaves out the disk', () => {
  const [first, second] = new HostOutlooks(defaultThresholds).consider(inventory, 0, figuresAt(0, 0.5))
  expect(first).toMatchObject({ index: 8, ratios: { cpu: 0.5, memory: 0.5, disk: null, network: 0.5 } })
  expect(first?.outlook).toEqual([{ aheadMs: 1000, cpuRatio: 0.5, loadIndex: 8 }])
  expect(second).toMatchObject({ index: null, outlook: [], overload: { kind: 'unknown' } })
})

test('a probability of overload is told once forecasts have been compared often enough', () => {
  const outlooks = new HostOutlooks(defaultThresholds)
  const overloadAt = (second: number, cpu: number) =>
    outlooks.consider(inventory, second * 1000, figuresAt(second * 1000, cpu, 0.7))[0]?.overload
  // Forecast 0.7 each time; in every third case 0.85 comes of it, over the trigger of 0.8.
  let last = overloadAt(0, 0.7)
  expect(last).toMatchObject({ kind: 'unknown' })
  for (let turn = 0; turn < 36; turn++) {
    overloadAt(10 + turn * 10, 0.7)
    last = overloadAt(11 + turn * 10, turn % 3 === 0 ? 0.85 : 0.7)
  }
  expect(last).toMatchObject({ kind: 'known', atMs: 362_000 })
  if (last?.kind === 'known') expect(last.probability).toBeCloseTo(1 / 3, 1)
})
