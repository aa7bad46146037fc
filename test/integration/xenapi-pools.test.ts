import { expect, onTestFinished, test } from 'vitest'
import { type OpenLab, openLab } from '../../src/main/adapters/lab/lab.ts'
import type { LabConfig, LabVmConfig } from '../../src/main/adapters/lab/lab-config.ts'
import { CertificateFailure } from '../../src/main/ports/certificate-failure.ts'
import type { Hypervisor, Inventory } from '../../src/main/ports/hypervisor.ts'
import type { HostMigrationEvent } from '../../src/shared/model/migration-event.ts'
import { GIB, MIB } from '../../src/shared/units.ts'
import { FakeTrust } from '../fakes/fake-trust.ts'
import { never, openXenApi } from '../support/open-xenapi.ts'

const aVm = (name: string, host: string, memoryBytes: number): LabVmConfig => ({
  name,
  description: 'steady <b>&amp; calm',
  host,
  memoryBytes,
  vcpuCount: 2,
  workload: { kind: 'steady', cpuRatio: 0.5, writesPerSecond: 1000, writtenShare: 0.25 },
})

const aPool = (poolName: string, net: number, hasPlugin: boolean): LabConfig => ({
  poolName,
  hosts: [1, 2, 3].map(n => ({
    name: `${poolName}-${n}`,
    address: `127.0.${net}.${n}`,
    cpuCount: 4,
    memoryBytes: 8 * GIB,
  })),
  vms: [aVm(`${poolName}-db`, `${poolName}-1`, 256 * MIB), aVm(`${poolName}-web`, `${poolName}-2`, 64 * MIB)],
  linkBytesPerSecond: 100 * MIB,
  roundTripMs: 0.2,
  handshakeMs: 10,
  handshakeSpreadMs: 5,
  zeroShare: 0,
  msPerTraceRow: 10_000,
  remark: 'A lab for a test',
  hasPlugin,
})

const aLab = async (
  options: { tls?: boolean; xmlOnly?: boolean; hasPlugin?: boolean; pools?: readonly LabConfig[] } = {},
): Promise<OpenLab> => {
  const { hasPlugin = true, pools = [aPool('tiny', 1, hasPlugin)], ...rest } = options
  const lab = await openLab({ pools, port: 0, seed: 7, user: 'root', password: 'secret', ...rest })
  onTestFinished(() => lab.close())
  return lab
}

const controlsOf = (lab: OpenLab) => {
  const [controls] = lab.controls
  if (controls === undefined) throw new Error('no pool')
  return controls
}

/** The next inventory that is as the test wants it. */
const inventoryWhere = async (
  hypervisor: Hypervisor,
  isWanted: (inventory: Inventory) => boolean = () => true,
): Promise<Inventory> => {
  for await (const inventory of hypervisor.watchInventory(never)) if (isWanted(inventory)) return inventory
  throw new Error('the inventory ended')
}

const vmNamed = (inventory: Inventory, name: string) => {
  const vm = inventory.vms.find(one => one.name === name)
  if (vm === undefined) throw new Error(`no VM ${name}`)
  return vm
}

const masterName = ({ pool, hosts }: Inventory) => hosts.find(host => host.id === pool.masterHostId)?.name

/** Ends the rounds early where the host can be told to; one that is past that needs no telling. */
const hurry = async (hypervisor: Hypervisor, event: HostMigrationEvent): Promise<void> => {
  if (event.kind === 'round-ended' && event.live)
    await hypervisor.controlMigration('m-1', { kind: 'stop-and-copy' }, never).catch(() => undefined)
}

const pinAll = (lab: OpenLab): FakeTrust => {
  const trust = new FakeTrust()
  const { port } = new URL(lab.info.url)
  for (const { address, fingerprint = '' } of lab.info.pools[0]?.members ?? [])
    trust.pin(`${address}:${port}`, fingerprint)
  return trust
}

test('the same pool read over JSON and over XML is the same inventory', async () => {
  const [json, xml] = [await aLab(), await aLab({ xmlOnly: true })]
  const read = async (lab: OpenLab) => inventoryWhere(await openXenApi(lab.info.url))
  const [overJson, overXml] = [await read(json), await read(xml)]
  expect(overXml.vms.length).toBe(2)
  expect(overXml).toEqual(overJson)
})

test('over XML a pool is watched, measured and its VMs moved', async () => {
  const lab = await aLab({ xmlOnly: true })
  const hypervisor = await openXenApi(lab.info.url)
  const { hosts, vms } = await inventoryWhere(hypervisor)
  const { vms: samples } = await hypervisor.readMetrics(never)
  expect(samples.map(sample => sample.cpuRatio.origin)).toEqual(vms.map(() => 'measured'))
  const web = vms.find(vm => vm.name === 'tiny-web')
  expect((await hypervisor.listDestinations(web?.id ?? '', never)).length).toBe(2)
  const destinationHostId = hosts.find(host => host.name === 'tiny-3')?.id ?? ''
  await hypervisor.startMigration({ id: 'm-1', vmId: web?.id ?? '', destinationHostId }, never)
  const kinds: string[] = []
  for await (const event of hypervisor.watchMigration('m-1', 0, never)) {
    kinds.push(event.kind)
    await hurry(hypervisor, event)
  }
  expect([kinds[0], kinds.at(-1)]).toEqual(['started', 'completed'])
  await inventoryWhere(hypervisor, now => vmNamed(now, 'tiny-web').hostId === destinationHostId)
})

test('a restart of the toolstack changes no id and is not noticed by who watches and asks', async () => {
  const lab = await aLab()
  const hypervisor = await openXenApi(lab.info.url)
  const before = await inventoryWhere(hypervisor)
  const vmId = vmNamed(before, 'tiny-db').id
  controlsOf(lab).restartToolstack()
  const destinations = await hypervisor.listDestinations(vmId, never)
  expect(destinations.toSorted()).toEqual(
    before.hosts
      .filter(host => host.name !== 'tiny-1')
      .map(host => host.id)
      .toSorted(),
  )
  controlsOf(lab).restartToolstack()
  expect((await hypervisor.readDirtyRate(vmId, 100, never)).pages).toBeGreaterThan(0)
  expect(await inventoryWhere(hypervisor)).toEqual(before)
})

test.for([
  ['with our plugin', true],
  ['by stock Xen', false],
] as const)('a migration %s is followed across a restart of the toolstack', async ([, hasPlugin]) => {
  const lab = await aLab({ hasPlugin })
  const hypervisor = await openXenApi(lab.info.url)
  const { hosts, vms } = await inventoryWhere(hypervisor)
  const vmId = vms.find(vm => vm.name === 'tiny-db')?.id ?? ''
  const destinationHostId = hosts.find(host => host.name === 'tiny-2')?.id ?? ''
  await hypervisor.startMigration({ id: 'm-1', vmId, destinationHostId }, never)
  const kinds: string[] = []
  for await (const event of hypervisor.watchMigration('m-1', 0, never)) {
    kinds.push(event.kind)
    expect(event.sequence).toBe(kinds.length)
    if (kinds.length === 2) controlsOf(lab).restartToolstack()
    await hurry(hypervisor, event)
  }
  expect([kinds[0], kinds.at(-1)]).toEqual(['started', 'completed'])
  await inventoryWhere(hypervisor, now => vmNamed(now, 'tiny-db').hostId === destinationHostId)
})

test('when another member becomes master it is followed there', async () => {
  const lab = await aLab()
  const hypervisor = await openXenApi(lab.info.url)
  await inventoryWhere(hypervisor)
  controlsOf(lab).promote('tiny-2')
  const after = await inventoryWhere(hypervisor, now => masterName(now) === 'tiny-2')
  expect((await hypervisor.listDestinations(vmNamed(after, 'tiny-web').id, never)).length).toBe(2)
})

test('when the master dies the new one is found by asking the members', async () => {
  const lab = await aLab()
  const told: (readonly string[])[] = []
  const hypervisor = await openXenApi(lab.info.url, { onMembers: members => told.push(members) })
  await inventoryWhere(hypervisor)
  expect(told).toEqual([['127.0.1.1', '127.0.1.2', '127.0.1.3']])
  controlsOf(lab).promote('tiny-3')
  await controlsOf(lab).stopHost('tiny-1')
  const after = await inventoryWhere(hypervisor, now => masterName(now) === 'tiny-3')
  expect((await hypervisor.listDestinations(vmNamed(after, 'tiny-web').id, never)).length).toBe(1)
})

test('a new connection to a pool whose server is dead begins with the members known from before', async () => {
  const lab = await aLab()
  controlsOf(lab).promote('tiny-3')
  await controlsOf(lab).stopHost('tiny-1')
  await expect(openXenApi(lab.info.url)).rejects.toMatchObject({ code: 'unreachable' })
  const members = ['127.0.1.1', '127.0.1.2', '127.0.1.3']
  const hypervisor = await openXenApi(lab.info.url, { members })
  expect(masterName(await inventoryWhere(hypervisor))).toBe('tiny-3')
})

test('a VM that its pool goes on telling of on a dead host is neither measured nor moved', async () => {
  const lab = await aLab()
  const hypervisor = await openXenApi(lab.info.url)
  const before = vmNamed(await inventoryWhere(hypervisor), 'tiny-web')
  await hypervisor.readMetrics(never)
  await controlsOf(lab).stopHost('tiny-2')
  const after = await inventoryWhere(hypervisor, now => vmNamed(now, 'tiny-web').immovableBecause !== null)
  expect(vmNamed(after, 'tiny-web')).toMatchObject({
    powerState: 'running',
    hostId: before.hostId,
    immovableBecause: expect.stringContaining('tiny-2, on which it ran, does not answer its pool'),
  })
  const { vms, hosts } = await hypervisor.readMetrics(never)
  expect(vms.map(({ vmId }) => vmId)).toEqual([vmNamed(after, 'tiny-db').id])
  expect(hosts.find(({ hostId }) => hostId === before.hostId)?.cpuRatio).toEqual({ origin: 'unavailable' })
})

test('over TLS every member is measured, and stands in for the master', async () => {
  const lab = await aLab({ tls: true })
  const hypervisor = await openXenApi(lab.info.url, { trust: pinAll(lab) })
  await inventoryWhere(hypervisor)
  const { hosts } = await hypervisor.readMetrics(never)
  expect(hosts.map(host => host.cpuRatio.origin)).toEqual(['measured', 'measured', 'measured'])
  controlsOf(lab).promote('tiny-2')
  await controlsOf(lab).stopHost('tiny-1')
  await inventoryWhere(hypervisor, now => masterName(now) === 'tiny-2')
})

test('a master that comes back with another certificate is not told the password', async () => {
  const lab = await aLab({ tls: true })
  const trust = pinAll(lab)
  const hypervisor = await openXenApi(lab.info.url, { trust })
  const items = hypervisor.watchInventory(never)[Symbol.asyncIterator]()
  await items.next()
  const fingerprint = await controlsOf(lab).renewCertificate('tiny-1')
  const lost = await (async () => {
    for (;;) await items.next()
  })().catch((error: unknown) => error)
  if (!(lost instanceof CertificateFailure)) throw new Error('expected a question', { cause: lost })
  expect(lost.question.seen.fingerprint).toBe(fingerprint)
  expect(lost.question.pinned?.by).toBe('operator')
})

test('a pool that fails over does not disturb another', async () => {
  const pools = [aPool('east', 2, true), aPool('west', 3, false)]
  const lab = await aLab({ pools })
  const [east, west] = await Promise.all(lab.info.pools.map(({ url }) => openXenApi(url)))
  if (east === undefined || west === undefined) throw new Error('no pools')
  await Promise.all([inventoryWhere(east), inventoryWhere(west)])
  controlsOf(lab).promote('east-3')
  await controlsOf(lab).stopHost('east-1')
  expect((await west.readMetrics(never)).vms).toHaveLength(2)
  await inventoryWhere(east, now => masterName(now) === 'east-3')
  expect(masterName(await inventoryWhere(west))).toBe('west-1')
})

test('a host that left the pool for another does not stand in for it', async () => {
  const east = { ...aPool('east', 2, false), vms: [] }
  const lab = await aLab({ pools: [east] })
  const { port } = new URL(lab.info.url)
  const members = ['127.0.1.1', '127.0.1.2', '127.0.2.1']
  await expect(openXenApi(`http://127.0.1.1:${port}`, { members })).rejects.toMatchObject({
    code: 'unreachable',
    message: 'No server of the pool answers: a host that was in it is in the pool east now.',
  })
})
