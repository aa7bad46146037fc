import { expect, test } from 'vitest'
import { defaultThresholds } from '../../src/main/core/decision/thresholds.ts'
import type { LivePool } from '../../src/main/services/connections.ts'
import { DirtyRateReader } from '../../src/main/services/dirty-rate-reader.ts'
import { Failure } from '../../src/shared/failure.ts'
import type { Vm } from '../../src/shared/model/vm.ts'
import { FakeClock } from '../fakes/fake-clock.ts'
import { aHost, anInventory, aVm, FakeHypervisor } from '../fakes/fake-hypervisor.ts'
import { silentLog } from '../fakes/silent-log.ts'

/** A pool whose windows take their second, and what was read when. */
const watch = (vms: readonly Vm[], hosts = ['host-1'], moving: ReadonlySet<string> = new Set()) => {
  const clock = new FakeClock(0)
  const hypervisor = new FakeHypervisor(
    anInventory(
      vms,
      hosts.map(id => aHost({ id })),
    ),
  )
  const begun: { readonly vmId: string; readonly atMs: number }[] = []
  const windowsBegun: number[] = []
  let open = 0
  let mostOpen = 0
  hypervisor.readDirtyRate = async (vmId, windowMs) => {
    windowsBegun.push(windowMs)
    if (windowMs === 1000) begun.push({ vmId, atMs: clock.now() })
    mostOpen = Math.max(mostOpen, ++open)
    await clock.wait(windowMs + 20, new AbortController().signal)
    open--
    return { pages: 100, windowMs, atMs: clock.now() }
  }
  const pool: LivePool = { connectionId: 'c', hypervisor, inventory: hypervisor.inventory }
  const taken: string[] = []
  const curves: { readonly vmId: string; readonly windowsMs: readonly number[] }[] = []
  const reader = new DirtyRateReader({
    clock,
    log: silentLog,
    thresholds: defaultThresholds,
    livePool: () => ({ ...pool, inventory: hypervisor.inventory }),
    movingVmIds: () => moving,
    onReading: (_, vm) => taken.push(vm.id),
    onCurve: (vm, windows) => curves.push({ vmId: vm.id, windowsMs: windows.map(w => w.windowMs) }),
  })
  const pass = async (seconds: number, rising: ReadonlySet<string> = new Set()) => {
    for (let i = 0; i < seconds; i++) {
      reader.plan({ ...pool, inventory: hypervisor.inventory }, clock.now(), vm => ({
        rising: rising.has(vm.id),
        pagesPerSecond: Number(vm.id.split('-')[1]),
      }))
      await clock.advance(1000)
    }
  }
  return { pass, begun, windowsBegun, taken, curves, reader, hypervisor, clock, mostOpen: () => mostOpen }
}

const someVms = (count: number, hosts = 1): readonly Vm[] =>
  Array.from({ length: count }, (_, i) => aVm({ id: `vm-${i}`, hostId: `host-${1 + (i % hosts)}` }))

test('at connect every VM is read within a minute, the riskiest first, never more than two at once', async () => {
  const { pass, begun, mostOpen } = watch(someVms(60))
  await pass(60)
  const first = new Map(begun.toReversed().map(({ vmId, atMs }) => [vmId, atMs]))
  expect(first.size).toBe(60)
  expect(begun[0]?.vmId).toBe('vm-59')
  expect(first.get('vm-58')).toBeLessThan(first.get('vm-0') ?? 0)
  expect(begun.filter(({ atMs }) => atMs < 5000).length).toBeLessThan(12)
  expect(mostOpen()).toBe(2)
})

test('at rest each VM is read about once a minute, and the readings stay spread', async () => {
  const { pass, begun } = watch(someVms(30))
  await pass(60)
  begun.length = 0
  await pass(600)
  for (let i = 0; i < 30; i++) {
    const count = begun.filter(({ vmId }) => vmId === `vm-${i}`).length
    expect(count).toBeGreaterThanOrEqual(9)
    expect(count).toBeLessThanOrEqual(12)
  }
  const inOneSecond = Map.groupBy(begun, ({ atMs }) => Math.floor(atMs / 1000))
  expect(Math.max(...[...inOneSecond.values()].map(list => list.length))).toBeLessThanOrEqual(3)
})

test('a VM that rises is read every five seconds, and does not wait for the end of its rest', async () => {
  const { pass, begun } = watch(someVms(4))
  await pass(20)
  begun.length = 0
  await pass(60, new Set(['vm-2']))
  const risen = begun.filter(({ vmId }) => vmId === 'vm-2').map(({ atMs }) => atMs)
  expect(risen[0]).toBe(20_000)
  expect(risen.length).toBeGreaterThanOrEqual(10)
  expect(risen.length).toBeLessThanOrEqual(15)
})

test('VMs that all rise share the places of their host, and those at rest are still read', async () => {
  const { pass, begun, mostOpen } = watch(someVms(40))
  await pass(60)
  begun.length = 0
  await pass(240, new Set(Array.from({ length: 39 }, (_, i) => `vm-${i}`)))
  expect(mostOpen()).toBe(2)
  expect(begun.filter(({ vmId }) => vmId === 'vm-39').length).toBeGreaterThanOrEqual(2)
})

test('a VM with an operation running, one that we move, and one that is halted are not read', async () => {
  const vms = [
    aVm({ id: 'vm-1', currentOperations: ['snapshot'] }),
    aVm({ id: 'vm-2' }),
    aVm({ id: 'vm-3', powerState: 'halted' }),
    aVm({ id: 'vm-4' }),
  ]
  const { pass, begun, hypervisor } = watch(vms, ['host-1'], new Set(['vm-2']))
  await pass(20)
  expect(new Set(begun.map(({ vmId }) => vmId))).toEqual(new Set(['vm-4']))
  hypervisor.inventory = anInventory(
    [aVm({ id: 'vm-1' })],
    ['host-1'].map(id => aHost({ id })),
  )
  await pass(3)
  expect(begun.at(-1)?.vmId).toBe('vm-1')
})

test('an operation that begins between two seconds keeps a window from being opened in the place of another', async () => {
  const { pass, begun, hypervisor, clock, reader } = watch(someVms(6))
  await pass(1)
  hypervisor.inventory = anInventory(
    someVms(6).map(vm => ({ ...vm, currentOperations: ['pool_migrate'] })),
    ['host-1'].map(id => aHost({ id })),
  )
  const before = begun.length
  await clock.advance(60_000)
  expect(begun).toHaveLength(before)
  reader.close()
})

test.for([
  ['a window that is not the one asked for', { pages: 10, windowMs: 5, atMs: 1 }],
  ['more pages than the VM has', { pages: 1e9, windowMs: 1000, atMs: 1 }],
] as const)('a reading with %s is not believed', async ([, answer]) => {
  const { pass, taken, hypervisor } = watch(someVms(1))
  hypervisor.readDirtyRate = async () => answer
  await pass(3)
  expect(taken).toEqual([])
})

test('a pool whose clock is set back is read on', async () => {
  const { pass, begun, reader, clock, hypervisor } = watch(someVms(1))
  await pass(5)
  begun.length = 0
  for (let second = 0; second < 70; second++) {
    const pool: LivePool = { connectionId: 'c', hypervisor, inventory: hypervisor.inventory }
    reader.plan(pool, -3_600_000 + second * 1000, () => ({ rising: false, pagesPerSecond: 0 }))
    await clock.advance(1000)
  }
  expect(begun.length).toBeGreaterThanOrEqual(1)
})

test('within half an hour each VM at rest tells its curve once, by windows of 1, 0.1 and 5 s', async () => {
  const { pass, curves, mostOpen } = watch(someVms(6))
  await pass(1800)
  expect(new Set(curves.map(({ vmId }) => vmId)).size).toBe(6)
  expect(curves.length).toBeLessThanOrEqual(7)
  expect(curves[0]?.windowsMs).toEqual([1000, 100, 5000])
  expect(mostOpen()).toBeLessThanOrEqual(2)
})

test('a curve is told by the windows that its host can read', async () => {
  const { pass, curves, reader, hypervisor, clock } = watch(someVms(1))
  hypervisor.readDirtyRate = async (_, windowMs) => {
    if (windowMs < 1000)
      throw new Failure({ code: 'unsupported', message: 'Whole seconds.', remedy: 'Ask for them.' })
    return { pages: 100, windowMs, atMs: clock.now() }
  }
  await pass(1800)
  expect(curves[0]?.windowsMs).toEqual([1000, 5000])
  await reader.close()
})

test('a curve that somebody looks at is read at once, and not again while it is fresh', async () => {
  const { pass, curves, reader } = watch(someVms(2))
  await pass(2)
  reader.wantCurve('vm-0')
  await pass(10)
  expect(curves.map(({ vmId }) => vmId)).toEqual(['vm-0'])
  reader.wantCurve('vm-0')
  await pass(120)
  expect(curves.filter(({ vmId }) => vmId === 'vm-0')).toHaveLength(1)
  reader.wantCurve('vm-0')
  await pass(300)
  expect(curves.filter(({ vmId }) => vmId === 'vm-0')).toHaveLength(2)
})

test('two curves are never read at once on a host', async () => {
  const { pass, curves, reader, clock } = watch(someVms(4))
  await pass(8)
  for (let i = 0; i < 4; i++) reader.wantCurve(`vm-${i}`)
  await pass(5)
  expect(curves).toHaveLength(0)
  await pass(3)
  expect(curves).toHaveLength(1)
  await clock.advance(1)
})

test('a VM that rises tells how its curve begins, and all of it when it rests again', async () => {
  const { pass, curves, reader } = watch(someVms(1))
  await pass(2, new Set(['vm-0']))
  reader.wantCurve('vm-0')
  await pass(60, new Set(['vm-0']))
  expect(new Set(curves.map(({ windowsMs }) => windowsMs.join()))).toEqual(new Set(['1000,100']))
  await pass(70)
  expect(curves.at(-1)?.windowsMs).toEqual([1000, 100, 5000])
})

test('an operation that begins after the first window of a curve keeps the others closed', async () => {
  const { pass, windowsBegun, curves, reader, hypervisor } = watch(someVms(1))
  await pass(5)
  reader.wantCurve('vm-0')
  windowsBegun.length = 0
  await pass(1)
  hypervisor.inventory = anInventory(
    [aVm({ id: 'vm-0', currentOperations: ['pool_migrate'] })],
    [aHost({ id: 'host-1' })],
  )
  await pass(20)
  expect(windowsBegun).toEqual([1000])
  expect(curves).toEqual([])
})
