import { expect, test } from 'vitest'
import { z } from 'zod'
import type { HostMigrationEvent } from '../../src/shared/model/migration-event.ts'
import { pluginAnswers } from '../../src/shared/model/plugin.ts'
import { MIB } from '../../src/shared/units.ts'
import { aLab, tinyLab } from '../support/a-lab.ts'

/** A VM whose disk of 80 MiB, half a second of the link, lies on its host. */
const aMove = async () => {
  const vms = tinyLab.vms.map(vm => (vm.name === 'writer' ? { ...vm, localDiskBytes: 80 * MIB } : vm))
  const lab = await aLab({ ...tinyLab, vms })
  const [vm, source, destination] = await Promise.all([
    lab.named('VM', 'writer'),
    lab.named('host', 'host-1'),
    lab.named('host', 'host-3'),
  ])
  const start = () =>
    lab.plugin(source.ref, 'migrate_start', { vm: vm.uuid, destination: destination.uuid, id: 'move' })
  const control = (command: string) => lab.plugin(source.ref, 'migrate_control', { id: 'move', command })
  const follow = async (onEvent: (event: HostMigrationEvent) => unknown = () => undefined) => {
    const events: HostMigrationEvent[] = []
    for (;;) {
      const status = { id: 'move', after: `${events.length}`, timeout_ms: '5000' }
      const answer = pluginAnswers.migrate_status.parse(
        await lab.plugin(source.ref, 'migrate_status', status),
      )
      for (const event of answer.events) {
        events.push(event)
        await onEvent(event)
      }
      if (answer.ended && answer.events.length === 0) return events
    }
  }
  const storage = async () => {
    const [disk] = z.array(z.string()).parse(await lab.call('VM.get_VBDs', vm.ref))
    const image = await lab.call('VBD.get_VDI', disk)
    const ref = await lab.call('VDI.get_SR', image)
    return {
      name: await lab.call('SR.get_name_label', ref),
      disks: z.array(z.string()).parse(await lab.call('SR.get_VDIs', ref)),
    }
  }
  return { lab, vm, source, destination, start, control, follow, storage }
}

test('a VM moves with its disk: that goes first, and lies on the new host then', async () => {
  const { start, control, follow, storage } = await aMove()
  expect((await storage()).name).toBe('Local storage of host-1')
  await start()
  const events = await follow(event =>
    event.kind === 'round-ended' && event.live ? control('stop-and-copy') : undefined,
  )
  const kinds = events.map(({ kind }) => kind)
  expect(kinds[0]).toBe('disk-progress')
  expect(kinds.lastIndexOf('disk-progress')).toBeLessThan(kinds.indexOf('started'))
  const copied = events.findLast(({ kind }) => kind === 'disk-progress')
  expect(copied).toMatchObject({ copiedBytes: 80 * MIB, totalBytes: 80 * MIB })
  expect(events.at(-1)).toMatchObject({ kind: 'completed' })
  const { name, disks } = await storage()
  expect(name).toBe('Local storage of host-3')
  expect(disks).toHaveLength(1)
})

test('while the disk is copied a move can be given up, and not handed over', async () => {
  const { lab, vm, source, start, control, follow, storage } = await aMove()
  await start()
  expect(await control('switch')).toEqual({ accepted: false })
  expect(await control('cancel')).toEqual({ accepted: true })
  expect((await follow()).at(-1)).toMatchObject({ kind: 'cancelled' })
  expect(await lab.call('VM.get_resident_on', vm.ref)).toBe(source.ref)
  expect((await storage()).name).toBe('Local storage of host-1')
})

test('without the plugin no other host can take the VM: none sees its disk', async () => {
  const { lab, vm, source, destination } = await aMove()
  expect(await lab.call('VM.get_possible_hosts', vm.ref)).toEqual([source.ref])
  await expect(lab.call('VM.assert_can_boot_here', vm.ref, destination.ref)).rejects.toThrow('VM_REQUIRES_SR')
  await expect(lab.call('VM.pool_migrate', vm.ref, destination.ref, {})).rejects.toThrow('VM_REQUIRES_SR')
})
