import { afterEach, expect, test } from 'vitest'
import { placementAt } from '../../src/main/core/placement/placement-at.ts'
import { figuresOfTick } from '../../src/main/services/host-load.ts'
import { hostSeries } from '../../src/main/services/host-series.ts'
import { Failure } from '../../src/shared/failure.ts'
import { measured, UNAVAILABLE } from '../../src/shared/model/measure.ts'
import type { VmSample } from '../../src/shared/model/sample.ts'
import { FakeClock } from '../fakes/fake-clock.ts'
import { anInventory, aVm, FakeHypervisor } from '../fakes/fake-hypervisor.ts'
import { aConsole, constantBackend } from '../support/a-console.ts'

const closers: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of closers.splice(0)) await close()
})

/** A pool whose host-1 uses 20 % and host-2 80 % of its CPU for 29 s; half of memory is in use everywhere. */
const afterHalfAMinute = async () => {
  const vms = [aVm({ id: 'db' }), aVm({ id: 'web', hostId: 'host-2' })]
  const hypervisor = new FakeHypervisor(anInventory(vms))
  hypervisor.hostCpu.set('host-2', 0.8)
  const clock = new FakeClock()
  hypervisor.atMs = clock.now()
  const running = aConsole({
    connect: async () => hypervisor,
    clock,
    level: 'observe',
    backend: constantBackend(0),
  })
  closers.push(running.close)
  const fromMs = clock.now()
  for (let second = 0; second < 29; second++) {
    hypervisor.atMs += 1000
    await clock.advance(1000)
  }
  return { ...running, fromMs, toMs: fromMs + 60_000 }
}

test('the heat of hosts is what was stored of them, by column, and what the last tick forecasts', async () => {
  const { poolHeat, fromMs, toMs } = await afterHalfAMinute()
  const rowIds = ['host-1', 'host-2', 'host-3']
  const order = { poolId: 'pool', by: 'hosts', figure: 'load', columns: 2 } as const
  const heat = await poolHeat.heat({ ...order, rowIds, fromMs, toMs })
  expect(heat.rowIds).toEqual(rowIds)
  // 1 / (0.8 * 0.5), 1 / (0.2 * 0.5); the second half minute has not come.
  const [first, later, second] = heat.values
  expect([first, later, second]).toEqual([expect.closeTo(2.5, 4), Number.NaN, expect.closeTo(10, 2)])
  expect(heat.aheadMs).toEqual([1000, 10_000, 30_000, 60_000])
  expect(heat.forecastAtMs).toBeGreaterThan(fromMs)
  // host-3 has no VM whose forecasts could add up.
  expect([...heat.forecast.slice(8)]).toEqual([Number.NaN, Number.NaN, Number.NaN, Number.NaN])
})

test("a host's risk is its CPU over the trigger, a VM's its dirty rate over theta", async () => {
  const { poolHeat, fromMs, toMs } = await afterHalfAMinute()
  const order = { poolId: 'pool', figure: 'risk', fromMs, toMs, columns: 1 } as const
  const hosts = await poolHeat.heat({ ...order, by: 'hosts', rowIds: ['host-1', 'host-2', 'host-3'] })
  expect([...hosts.values]).toEqual([expect.closeTo(0.25), expect.closeTo(1), expect.closeTo(0.25)])
  const vms = await poolHeat.heat({ ...order, by: 'vms', rowIds: ['db', 'web'] })
  expect(vms.rowIds).toEqual(['db', 'web'])
  for (const value of vms.values) expect(Number.isNaN(value) || value < 1).toBe(true)
})

test('only the rows that are asked for are told, in that order, and of them those that are there', async () => {
  const { poolHeat, fromMs, toMs } = await afterHalfAMinute()
  const order = { poolId: 'pool', by: 'vms', figure: 'cpu', fromMs, toMs, columns: 1 } as const
  const heat = await poolHeat.heat({ ...order, rowIds: ['web', 'gone', 'db'] })
  expect(heat.rowIds).toEqual(['web', 'db'])
  expect(heat.values).toHaveLength(2)
  expect(heat.forecast).toHaveLength(8)
  const none = await poolHeat.heat({ ...order, rowIds: [] })
  expect([none.rowIds, none.aheadMs, none.forecastAtMs]).toEqual([[], [], null])
})

test('who made a host what it was is told by what its VMs used of it', async () => {
  const { poolHeat, fromMs, toMs } = await afterHalfAMinute()
  const order = { poolId: 'pool', fromMs, toMs } as const
  const web = { by: 'vms', rowIds: ['web'], figure: 'cpu', columns: 1 } as const
  const heat = await poolHeat.heat({ ...order, ...web })
  const makers = await poolHeat.makers({ ...order, hostId: 'host-2', figure: 'load' })
  // Its own CPU over 4 of the host's 16.
  expect(makers).toEqual([{ vmId: 'web', value: expect.closeTo((heat.values[0] ?? 0) / 4, 4) }])
})

test('the shapes of a pool are told once a minute, of its running VMs', async () => {
  const { workloadShapes } = await afterHalfAMinute()
  const shapes = workloadShapes.shapes('pool')
  expect(workloadShapes.shapes('pool')).toBe(shapes)
  expect((await shapes).groups.map(group => group.vmIds)).toEqual([['db', 'web']])
  await expect(workloadShapes.shapes('gone')).rejects.toThrow(Failure)
})

test('the past of a pool that is not connected is refused with what to do', async () => {
  const { poolHeat, fromMs, toMs } = await afterHalfAMinute()
  const asked = poolHeat.heat({
    poolId: 'gone',
    by: 'vms',
    rowIds: ['db'],
    figure: 'cpu',
    fromMs,
    toMs,
    columns: 1,
  })
  await expect(asked).rejects.toThrow(Failure)
})

test('where a VM was is found by taking back the moves since, those that were completed', () => {
  const vms = [aVm({ id: 'a', hostId: 'h3' }), aVm({ id: 'b', hostId: 'h1' })]
  const move = (sourceHostId: string, endedAtMs: number, phase: 'completed' | 'failed' = 'completed') => ({
    vmId: 'a',
    phase,
    endedAtMs,
    sourceHostId,
  })
  const moves = [move('h2', 2000), move('h1', 1000), move('h9', 2500, 'failed')]
  const hostOfA = (atMs: number) => placementAt(vms, moves, atMs).get('a')
  expect([500, 1500, 2500].map(hostOfA)).toEqual(['h1', 'h2', 'h3'])
  expect(placementAt(vms, moves, 500).get('b')).toBe('h1')
})

test('a host is stored with what its VMs dirty together, and an estimate among them makes the sum one', () => {
  const inventory = anInventory([aVm({ id: 'a' }), aVm({ id: 'b' }), aVm({ id: 'c', hostId: 'host-2' })])
  const vm = (vmId: string, dirtyPagesPerSecond: VmSample['dirtyPagesPerSecond']): VmSample => ({
    vmId,
    atMs: 0,
    cpuRatio: UNAVAILABLE,
    memoryRatio: UNAVAILABLE,
    ioBytesPerSecond: UNAVAILABLE,
    diskReadBytesPerSecond: UNAVAILABLE,
    networkReceiveBytesPerSecond: UNAVAILABLE,
    dirtyPagesPerSecond,
    pageFaultsPerSecond: UNAVAILABLE,
  })
  const host = (hostId: string) => ({
    hostId,
    atMs: 0,
    cpuRatio: measured(0.5),
    memoryRatio: measured(0.5),
    memoryFreeBytes: UNAVAILABLE,
    ioBytesPerSecond: measured(9),
    networkBytesPerSecond: measured(7),
  })
  const tick = {
    hosts: [host('host-1'), host('host-2')],
    vms: [
      vm('a', measured(100, 3000)),
      vm('b', { origin: 'estimated', value: 20, ageMs: 0 }),
      vm('c', UNAVAILABLE),
    ],
  }
  expect(hostSeries(figuresOfTick(inventory, tick, []))).toMatchObject([
    {
      vmId: 'host host-1',
      ioBytesPerSecond: { value: 7 },
      dirtyPagesPerSecond: { origin: 'estimated', value: 120, ageMs: 3000 },
    },
    { vmId: 'host host-2', dirtyPagesPerSecond: { origin: 'unavailable' } },
  ])
})
