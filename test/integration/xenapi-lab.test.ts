import { expect, onTestFinished, test } from 'vitest'
import type { LabConfig, LabVmConfig } from '../../src/main/adapters/lab/lab-config.ts'
import { type RunningLab, startLab } from '../../src/main/adapters/lab/start-lab.ts'
import type { Hypervisor, Inventory } from '../../src/main/ports/hypervisor.ts'
import type { HostMigrationEvent } from '../../src/shared/model/migration-event.ts'
import { GIB, MIB } from '../../src/shared/units.ts'
import { never, openXenApi } from '../support/open-xenapi.ts'

const aVm = (name: string, host: string, memoryBytes: number, writesPerSecond: number): LabVmConfig => ({
  name,
  description: '',
  host,
  memoryBytes,
  vcpuCount: 1,
  workload: { kind: 'steady', cpuRatio: 0.5, writesPerSecond, writtenShare: 0.25 },
})

const aHost = (name: string, address: string) => ({ name, address, cpuCount: 4, memoryBytes: 8 * GIB })

/** Two hosts and VMs so small that one moves within a second, and one that takes long enough to be cancelled. */
const tiny: LabConfig = {
  poolName: 'tiny',
  hosts: [aHost('host-1', '127.0.0.1'), aHost('host-2', '127.0.0.2')],
  vms: [
    aVm('small', 'host-1', 64 * MIB, 2000),
    aVm('busy', 'host-1', 64 * MIB, 20_000),
    aVm('large', 'host-2', 2 * GIB, 1000),
  ],
  linkBytesPerSecond: 200 * MIB,
  roundTripMs: 0.2,
  handshakeMs: 10,
  handshakeSpreadMs: 5,
  zeroShare: 0,
  msPerTraceRow: 10_000,
  remark: 'A lab for a test',
}

const open = async (
  config = tiny,
): Promise<{ lab: RunningLab; hypervisor: Hypervisor; inventory: Inventory }> => {
  const lab = await startLab({ port: 0, seed: 1, pools: [config] })
  onTestFinished(() => lab.close())
  const { url, user, password } = lab.info
  const hypervisor = await openXenApi(url, { user, password })
  return { lab, hypervisor, inventory: await inventoryOf(hypervisor) }
}

const inventoryOf = async (hypervisor: Hypervisor): Promise<Inventory> => {
  for await (const inventory of hypervisor.watchInventory(never)) return inventory
  throw new Error('no inventory')
}

const vmNamed = (inventory: Inventory, name: string) => {
  const vm = inventory.vms.find(one => one.name === name)
  if (vm === undefined) throw new Error(`no VM ${name}`)
  return vm
}

const orderFor = (inventory: Inventory, name: string, id: string) => {
  const vm = vmNamed(inventory, name)
  const destination = inventory.hosts.find(host => host.id !== vm.hostId)
  if (destination === undefined) throw new Error('no destination')
  return { id, vmId: vm.id, destinationHostId: destination.id }
}

const collect = async (
  events: AsyncIterable<HostMigrationEvent>,
  onEvent: (event: HostMigrationEvent) => Promise<void> | undefined = () => undefined,
): Promise<HostMigrationEvent[]> => {
  const all: HostMigrationEvent[] = []
  for await (const event of events) {
    all.push(event)
    await onEvent(event)
  }
  return all
}

const stopAfterRound2 = (hypervisor: Hypervisor) => (event: HostMigrationEvent) =>
  event.kind === 'round-ended' && event.live && event.round === 2
    ? hypervisor.controlMigration('m-small', { kind: 'stop-and-copy' }, never)
    : undefined

const kindsOf = (events: readonly HostMigrationEvent[]): readonly string[] =>
  events.map(event => event.kind).filter(kind => !kind.endsWith('-progress'))

test('the inventory of a pool is read through its own protocol', async () => {
  const { inventory } = await open()
  expect(inventory.pool).toMatchObject({
    name: 'tiny',
    linkBytesPerSecond: 200 * MIB,
    remarks: ['A lab for a test'],
  })
  expect(inventory.hosts.map(host => [host.name, host.live, host.capabilities.postCopy])).toEqual([
    ['host-1', true, true],
    ['host-2', true, true],
  ])
  expect(inventory.vms.map(vm => [vm.name, vm.immovableBecause])).toEqual([
    ['small', null],
    ['busy', null],
    ['large', null],
  ])
})

test('metrics, dirty rate, page heat and destinations are measured', async () => {
  const { hypervisor, inventory } = await open()
  const { id } = vmNamed(inventory, 'busy')
  const reading = await hypervisor.readMetrics(never)
  expect(reading.hosts.map(host => host.memoryFreeBytes.origin)).toEqual(['measured', 'measured'])
  const sample = reading.vms.find(vm => vm.vmId === id)
  expect(sample?.cpuRatio).toMatchObject({ origin: 'measured', value: 0.5 })
  expect(sample?.memoryRatio.origin).toBe('measured')
  expect(sample?.ioBytesPerSecond.origin).toBe('measured')

  const dirty = await hypervisor.readDirtyRate(id, 200, never)
  expect(dirty.windowMs).toBe(200)
  expect(dirty.pages).toBeGreaterThan(0)
  expect(Math.abs(dirty.atMs - (sample?.atMs ?? 0))).toBeLessThan(3000)

  const heat = await hypervisor.readPageHeat(id, 1024, never)
  expect(heat.frequency.length).toBe(Math.ceil(heat.totalPages / heat.regionPages))
  expect(heat.frequency.length).toBeLessThanOrEqual(1024)
  expect(await hypervisor.listDestinations(id, never)).toEqual([inventory.hosts[1]?.id])
  expect(await hypervisor.checkDestinations(id, never)).toEqual([
    {
      copiesDisk: false,
      hostId: inventory.hosts[1]?.id,
      refusal: null,
      networks: [
        {
          name: 'Pool-wide network associated with eth0',
          linkBytesPerSecond: 209_750_000,
          id: expect.any(String),
        },
        { name: 'Storage and migration', linkBytesPerSecond: 524_250_000, id: expect.any(String) },
      ],
    },
  ])
})

for (const hasPlugin of [true, false]) {
  test(`a migration goes by the network that was chosen, ${hasPlugin ? 'with' : 'without'} the plugin`, async () => {
    const { hypervisor, inventory } = await open({ ...tiny, hasPlugin })
    const order = orderFor(inventory, 'small', 'm-small')
    const [check] = await hypervisor.checkDestinations(order.vmId, never)
    const networkId = check?.networks.find(({ name }) => name === 'Storage and migration')?.id ?? ''
    await hypervisor.startMigration({ ...order, networkId }, never)
    const [started] = await collect(hypervisor.watchMigration('m-small', 0, never))
    expect(started).toMatchObject({ kind: 'started', linkBytesPerSecond: 524_250_000 })
  })
}

test('a network that does not lead to the destination is refused before the server is asked', async () => {
  const { hypervisor, inventory } = await open()
  const order = { ...orderFor(inventory, 'small', 'm-small'), networkId: 'elsewhere' }
  await expect(hypervisor.startMigration(order, never)).rejects.toMatchObject({
    code: 'conflict',
    message: 'The chosen network does not lead to host-2: both hosts need an address in it.',
  })
})

test('a migration is followed from its first round to completion and seen in the inventory', async () => {
  const { hypervisor, inventory } = await open()
  const order = orderFor(inventory, 'small', 'm-small')
  await hypervisor.startMigration(order, never)
  const events = await collect(hypervisor.watchMigration('m-small', 0, never), stopAfterRound2(hypervisor))
  expect(events.map(event => event.sequence)).toEqual(events.map((_, index) => index + 1))
  const kinds = kindsOf(events)
  expect(kinds[0]).toBe('started')
  expect(kinds).toContain('round-ended')
  expect(kinds.slice(-1)).toEqual(['completed'])
  expect(kinds.indexOf('paused')).toBeLessThan(kinds.indexOf('resumed'))
  await expect
    .poll(async () => vmNamed(await inventoryOf(hypervisor), 'small').hostId)
    .toBe(order.destinationHostId)
})

test('a migration is switched to post-copy when it is told to', async () => {
  const { hypervisor, inventory } = await open()
  await hypervisor.startMigration(orderFor(inventory, 'busy', 'm-busy'), never)
  const events = await collect(hypervisor.watchMigration('m-busy', 0, never), event =>
    event.kind === 'round-ended' && event.live && event.round === 1
      ? hypervisor.controlMigration('m-busy', { kind: 'switch' }, never)
      : undefined,
  )
  const resumed = events.find(event => event.kind === 'resumed')
  expect(resumed).toMatchObject({ kind: 'resumed' })
  expect(resumed?.kind === 'resumed' ? resumed.remainingPages : 0).toBeGreaterThan(0)
  expect(kindsOf(events).at(-1)).toBe('completed')
})

test('another migration is cancelled and its VM stays where it is', async () => {
  const { hypervisor, inventory } = await open()
  const order = orderFor(inventory, 'large', 'm-large')
  await hypervisor.startMigration(order, never)
  const events = await collect(hypervisor.watchMigration('m-large', 0, never), event =>
    event.kind === 'round-progress' && event.sequence <= 3
      ? hypervisor.controlMigration('m-large', { kind: 'cancel' }, never)
      : undefined,
  )
  expect(events.at(-1)?.kind).toBe('cancelled')
  expect(vmNamed(await inventoryOf(hypervisor), 'large').hostId).not.toBe(order.destinationHostId)
})

test('a new connection goes on where an earlier one stopped watching', async () => {
  const { lab, hypervisor, inventory } = await open()
  const order = orderFor(inventory, 'small', 'm-small')
  await hypervisor.startMigration(order, never)
  let last = 0
  for await (const event of hypervisor.watchMigration('m-small', 0, never)) {
    last = event.sequence
    if (event.kind === 'round-progress' || event.kind === 'round-ended') break
  }
  await hypervisor.close()
  const again = await openXenApi(lab.info.url, { user: lab.info.user, password: lab.info.password })
  const rest = await collect(again.watchMigration('m-small', last, never), stopAfterRound2(again))
  expect(rest[0]?.sequence).toBe(last + 1)
  expect(rest.at(-1)?.kind).toBe('completed')
})

test('a wrong password is refused, and the pool that goes away is told', async () => {
  const { lab, hypervisor } = await open()
  await expect(openXenApi(lab.info.url, { password: 'wrong' })).rejects.toMatchObject({
    code: 'unauthenticated',
  })
  const items = hypervisor.watchInventory(never)[Symbol.asyncIterator]()
  await items.next()
  const lost = expect(items.next()).rejects.toMatchObject({ name: 'Failure', code: 'unreachable' })
  await lab.close()
  await lost
})
