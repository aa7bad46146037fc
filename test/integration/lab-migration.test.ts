import { expect, test } from 'vitest'
import { z } from 'zod'
import type { HostMigrationEvent } from '../../src/shared/model/migration-event.ts'
import { pluginAnswers } from '../../src/shared/model/plugin.ts'
import { aLab } from '../support/a-lab.ts'

type Lab = Awaited<ReturnType<typeof aLab>>

/** Starts migration `id` of a VM from host-1 to host-3. */
const start = async (lab: Lab, name: string, id = 'move-1') => {
  const [vm, source, destination] = await Promise.all([
    lab.named('VM', name),
    lab.named('host', 'host-1'),
    lab.named('host', 'host-3'),
  ])
  const args = { vm: vm.uuid, destination: destination.uuid, id }
  const begin = async () =>
    pluginAnswers.migrate_start.parse(await lab.plugin(source.ref, 'migrate_start', args))
  const { task } = await begin()
  const status = async (after: number, timeoutMs = 5000) =>
    pluginAnswers.migrate_status.parse(
      await lab.plugin(source.ref, 'migrate_status', { id, after: `${after}`, timeout_ms: `${timeoutMs}` }),
    )
  const control = async (command: string) =>
    pluginAnswers.migrate_control.parse(await lab.plugin(source.ref, 'migrate_control', { id, command }))
  const follow = async (
    onEvent: (event: HostMigrationEvent) => Promise<unknown> | undefined = () => undefined,
  ) => {
    const events: HostMigrationEvent[] = []
    for (;;) {
      const answer = await status(events.length)
      for (const event of answer.events) {
        events.push(event)
        await onEvent(event)
      }
      if (answer.ended && answer.events.length === 0) return events
    }
  }
  return { vm, source, destination, task, begin, status, control, follow }
}

const kinds = (events: readonly HostMigrationEvent[]) =>
  events.map(({ kind }) => kind).filter(kind => !kind.endsWith('progress'))

test('a hybrid migration goes from the first round over the switch to completion, and the pool tells it', async () => {
  const lab = await aLab()
  const move = await start(lab, 'writer')
  const during = await lab.named('VM', 'writer')
  expect(during.record).toMatchObject({
    allowed_operations: [],
    current_operations: { [move.task]: 'pool_migrate' },
    resident_on: move.source.ref,
  })
  const events = await move.follow(event =>
    event.kind === 'round-ended' && event.round === 2 ? move.control('switch') : undefined,
  )
  expect([...new Set(kinds(events))]).toEqual(['started', 'round-ended', 'paused', 'resumed', 'completed'])
  expect(events.map(event => event.sequence)).toEqual(events.map((_, index) => index + 1))
  const after = await lab.named('VM', 'writer')
  expect(after.record).toMatchObject({
    allowed_operations: ['pool_migrate', 'migrate_send'],
    current_operations: {},
    resident_on: move.destination.ref,
  })
  expect(await lab.call('task.get_record', move.task)).toMatchObject({ status: 'success', progress: 1 })
  const [source, destination] = [await lab.named('host', 'host-1'), await lab.named('host', 'host-3')]
  expect(source.record.resident_VMs).not.toContain(move.vm.ref)
  expect(destination.record.resident_VMs).toContain(move.vm.ref)
  const free = await lab.call('host_metrics.get_memory_free', destination.record.metrics)
  expect(free).toBe((3 - 2) * 1024 ** 3 - 16 * 1024 ** 2)
  expect(await move.control('cancel')).toEqual({ accepted: false })
})

test('starting again with the same id starts nothing', async () => {
  const lab = await aLab()
  const move = await start(lab, 'writer')
  expect(await move.begin()).toEqual({ migration: 'move-1', task: move.task })
  await expect(start(lab, 'writer', 'move-2')).rejects.toThrow(
    'XENAPI_PLUGIN_FAILURE migrate_start OPERATION_IN_PROGRESS',
  )
})

test('a cancelled migration leaves the VM where it was', async () => {
  const lab = await aLab()
  const move = await start(lab, 'big')
  expect(await move.control('cancel')).toEqual({ accepted: true })
  expect(kinds(await move.follow())).toEqual(['started', 'cancelled'])
  const vm = await lab.named('VM', 'big')
  expect(vm.record).toMatchObject({
    resident_on: move.source.ref,
    allowed_operations: ['pool_migrate', 'migrate_send'],
  })
  expect(await lab.call('task.get_record', move.task)).toMatchObject({
    status: 'cancelled',
    error_info: ['TASK_CANCELLED', move.task],
    allowed_operations: [],
  })
})

test('task.cancel cancels too', async () => {
  const lab = await aLab()
  const move = await start(lab, 'big')
  await lab.call('task.cancel', move.task)
  expect(kinds(await move.follow())).toEqual(['started', 'cancelled'])
  await expect(lab.call('task.cancel', move.task)).rejects.toThrow('OPERATION_NOT_ALLOWED')
})

test('stock Xen migration stops by its own rule, has a task, and needs no plugin', async () => {
  const lab = await aLab()
  const [vm, destination] = [await lab.named('VM', 'idle'), await lab.named('host', 'host-2')]
  const { token } = z.object({ token: z.string() }).parse(await lab.call('event.from', ['task'], '', 1.5))
  const task = await lab.call('Async.VM.pool_migrate', vm.ref, destination.ref, { live: 'true' })
  const taskEvents = z.object({
    token: z.string(),
    events: z.array(z.object({ snapshot: z.object({ status: z.string(), progress: z.number() }) })),
  })
  const progress: number[] = []
  for (let since = token, status = ''; status !== 'success'; ) {
    const answer = taskEvents.parse(await lab.call('event.from', [`task/${task}`], since, 10.5))
    since = answer.token
    for (const { snapshot } of answer.events) {
      progress.push(snapshot.progress)
      status = snapshot.status
    }
  }
  expect(progress.at(-1)).toBe(1)
  expect(await lab.call('VM.get_resident_on', vm.ref)).toBe(destination.ref)
  expect(await lab.call('task.destroy', task)).toBe('')
})

test('a host without room is no possible host and is refused with both figures', async () => {
  const lab = await aLab()
  const vm = await lab.named('VM', 'big')
  const hosts = await Promise.all(['host-1', 'host-2', 'host-3'].map(name => lab.named('host', name)))
  const [first, second, third] = hosts
  expect(await lab.call('VM.get_possible_hosts', vm.ref)).toEqual([first?.ref, third?.ref])
  const figures = `${900 * 1024 ** 2} ${124 * 1024 ** 2}`
  await expect(lab.call('VM.pool_migrate', vm.ref, second?.ref, {})).rejects.toThrow(
    `HOST_NOT_ENOUGH_FREE_MEMORY ${figures}`,
  )
  const task = await lab.call('Async.VM.pool_migrate', vm.ref, second?.ref, {})
  await expect
    .poll(() => lab.call('task.get_error_info', task))
    .toEqual(['HOST_NOT_ENOUGH_FREE_MEMORY', `${900 * 1024 ** 2}`, `${124 * 1024 ** 2}`])
  expect(await lab.call('task.get_status', task)).toBe('failure')
})

test('the plugin announces itself, measures dirty rates and page heat, and names what it cannot do', async () => {
  const lab = await aLab()
  const [vm, host] = [await lab.named('VM', 'writer'), await lab.named('host', 'host-1')]
  const elsewhere = await lab.named('host', 'host-2')
  expect(pluginAnswers.capabilities.parse(await lab.plugin(host.ref, 'capabilities'))).toMatchObject({
    version: 1,
    postCopy: true,
    functions: ['dirty_rate', 'page_heat', 'migrate_start', 'migrate_status', 'migrate_control'],
  })
  const args = { vm: vm.uuid, window_ms: '200' }
  const rate = pluginAnswers.dirty_rate.parse(await lab.plugin(host.ref, 'dirty_rate', args))
  const expected = 2048 * (1 - Math.exp(-600 / 2048)) + 12
  expect(Math.abs(rate.pages - expected)).toBeLessThan(expected * 0.03)
  const heat = pluginAnswers.page_heat.parse(
    await lab.plugin(host.ref, 'page_heat', { vm: vm.uuid, max_regions: '64' }),
  )
  expect(heat).toMatchObject({ regionPages: 64, totalPages: 4096 })
  const bytes = Buffer.from(heat.frequency, 'base64')
  const frequency = Array.from({ length: 64 }, (_, i) => bytes.readFloatLE(i * 4))
  expect(frequency.reduce((sum, value) => sum + value * 64, 0)).toBeCloseTo(3000, -2)
  await expect(lab.plugin(host.ref, 'dirty_rate', { ...args, window_ms: '99' })).rejects.toThrow(
    'XENAPI_PLUGIN_FAILURE dirty_rate BAD_ARGUMENT Argument window_ms',
  )
  await expect(lab.plugin(elsewhere.ref, 'dirty_rate', args)).rejects.toThrow('dirty_rate NO_SUCH_VM')
  await expect(lab.plugin(host.ref, 'migrate_control', { id: 'none', command: 'cancel' })).rejects.toThrow(
    'NO_SUCH_MIGRATION',
  )
  await expect(lab.plugin(host.ref, 'dance')).rejects.toThrow('XENAPI_PLUGIN_FAILURE dance UNSUPPORTED')
  await expect(lab.call('host.call_plugin', host.ref, 'other', 'fn', {})).rejects.toThrow(
    'XENAPI_MISSING_PLUGIN other',
  )
})

test('the dirty rate of a VM that migrates is not read, its heat is', async () => {
  const lab = await aLab()
  const move = await start(lab, 'big')
  await expect(
    lab.plugin(move.source.ref, 'dirty_rate', { vm: move.vm.uuid, window_ms: '100' }),
  ).rejects.toThrow('OPERATION_IN_PROGRESS')
  const heat = await lab.plugin(move.source.ref, 'page_heat', { vm: move.vm.uuid, max_regions: '10' })
  expect(pluginAnswers.page_heat.parse(heat).totalPages).toBe((900 * 1024 * 1024) / 4096)
})
