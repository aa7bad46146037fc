import { expect, onTestFinished, test } from 'vitest'
import { openLab } from '../../src/main/adapters/lab/lab.ts'
import type { HostMigrationEvent } from '../../src/shared/model/migration-event.ts'
import { tinyLab } from '../support/a-lab.ts'
import { never, openXenApi } from '../support/open-xenapi.ts'

const aConnection = async () => {
  const lab = await openLab({ pools: [tinyLab], port: 0, seed: 1, user: 'root', password: 'secret' })
  onTestFinished(() => lab.close())
  const hypervisor = await openXenApi(lab.info.url)
  for await (const inventory of hypervisor.watchInventory(never)) return { hypervisor, inventory }
  throw new Error('an inventory expected')
}

test('the console takes the lab for a XenServer pool with the plugin', async () => {
  const { hypervisor, inventory } = await aConnection()
  expect(inventory.pool).toMatchObject({
    name: 'tiny',
    linkBytesPerSecond: tinyLab.linkBytesPerSecond,
    timeScale: 1,
    remarks: ['a remark'],
  })
  expect(inventory.vms.map(({ name, immovableBecause }) => [name, immovableBecause]).toSorted()).toEqual([
    ['big', null],
    ['idle', null],
    ['other-big', null],
    ['writer', null],
  ])
  expect(inventory.hosts.every(host => host.capabilities.postCopy && host.capabilities.dirtyRate)).toBe(true)
  const metrics = await hypervisor.readMetrics(never)
  expect([metrics.vms.length, metrics.hosts.length]).toEqual([4, 3])
  const writer = inventory.vms.find(({ name }) => name === 'writer')
  expect(metrics.vms.find(({ vmId }) => vmId === writer?.id)?.cpuRatio).toMatchObject({
    origin: 'measured',
    value: 0.25,
  })
})

test('the console moves a VM of the lab by a hybrid migration', async () => {
  const { hypervisor, inventory } = await aConnection()
  const vm = inventory.vms.find(({ name }) => name === 'writer')
  if (vm === undefined) throw new Error('the writer expected')
  const [destinationHostId] = await hypervisor.listDestinations(vm.id, never)
  if (destinationHostId === undefined) throw new Error('a destination expected')
  expect((await hypervisor.readDirtyRate(vm.id, 100, never)).pages).toBeGreaterThan(0)
  await hypervisor.startMigration({ id: 'm', vmId: vm.id, destinationHostId }, never)
  const events: HostMigrationEvent[] = []
  for await (const event of hypervisor.watchMigration('m', 0, never)) {
    events.push(event)
    if (event.kind === 'round-ended' && event.round === 1)
      await hypervisor.controlMigration('m', { kind: 'switch' }, never)
  }
  expect(events.map(({ sequence }) => sequence)).toEqual(events.map((_, index) => index + 1))
  expect(events.at(-1)?.kind).toBe('completed')
  for await (const { vms } of hypervisor.watchInventory(never))
    if (vms.find(({ id }) => id === vm.id)?.hostId === destinationHostId) return
})
