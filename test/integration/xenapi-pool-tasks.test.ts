import { expect, onTestFinished, test } from 'vitest'
import type { Hypervisor } from '../../src/main/ports/hypervisor.ts'
import type { PoolTask } from '../../src/shared/model/pool-task.ts'
import { putHost, putVm, startFakePool } from '../fakes/fake-xen-pool.ts'
import { aLab, tinyLab } from '../support/a-lab.ts'
import { never, openXenApi } from '../support/open-xenapi.ts'

const quickly = { interval: 25 }

/** Every list of tasks that a hypervisor tells of, for the length of the test. */
const watched = (hypervisor: Hypervisor) => {
  const lists: (readonly PoolTask[])[] = []
  const abort = new AbortController()
  const watching = (async () => {
    for await (const tasks of hypervisor.watchTasks(abort.signal)) lists.push(tasks)
  })().catch(() => undefined)
  onTestFinished(async () => {
    abort.abort()
    await watching
  })
  return lists
}

test("another client's evacuation is seen as one task, on its host, with its progress and its end", async () => {
  const lab = await aLab({ ...tinyLab, linkBytesPerSecond: 400 * 1024 ** 2 })
  const hypervisor = await openXenApi(lab.url)
  const lists = watched(hypervisor)
  const host = await lab.named('host', 'host-2')
  const task = await lab.call('Async.host.evacuate', host.ref)
  await lab.call('task.add_to_other_config', task, 'XenCenterUUID', 'x')
  const seen = () => lists.flat().filter(({ name }) => name === 'Async.host.evacuate')
  await expect.poll(() => seen().at(-1)?.state, quickly).toBe('succeeded')
  expect(seen().findLast(({ state, subject }) => state === 'running' && subject !== null)).toMatchObject({
    subject: { operation: 'evacuate', kind: 'host', name: 'host-2' },
    by: 'XenCenter',
    cancellable: true,
    migrationId: null,
  })
  // What it consists of is not told beside it.
  expect(new Set(lists.flat().map(({ name }) => name))).toEqual(new Set(['Async.host.evacuate']))
})

test('that a pool has no tasks is told at once, not after the time that events are waited for', async () => {
  const lab = await aLab(tinyLab)
  const lists = watched(await openXenApi(lab.url))
  await expect.poll(() => lists, quickly).toEqual([[]])
})

test("another client's migration is cancelled where the server allows it", async () => {
  const lab = await aLab({ ...tinyLab, hasPlugin: false })
  const hypervisor = await openXenApi(lab.url)
  const lists = watched(hypervisor)
  const [vm, host] = [await lab.named('VM', 'big'), await lab.named('host', 'host-3')]
  const ref = await lab.call('Async.VM.pool_migrate', vm.ref, host.ref, {})
  const latest = () => lists.at(-1)?.[0]
  await expect.poll(() => latest()?.subject, quickly).toMatchObject({ kind: 'vm', name: 'big' })
  await expect.poll(() => latest()?.cancellable, quickly).toBe(true)
  await hypervisor.cancelTask(latest()?.id ?? '', never)
  await expect.poll(() => latest()?.state, quickly).toBe('cancelled')
  await expect(hypervisor.cancelTask(latest()?.id ?? '', never)).rejects.toMatchObject({ code: 'conflict' })
  expect(await lab.call('task.get_status', ref)).toBe('cancelled')
})

test('tasks of nonsense are read as far as they go, and of very many a hundred are told', async () => {
  const server = await startFakePool()
  onTestFinished(() => server.close())
  const hypervisor = await openXenApi(server.url)
  const lists = watched(hypervisor)
  server.put('task', 'OpaqueRef:odd', {
    uuid: 'odd',
    name_label: 'evil\u0007\n<b>',
    status: ['pending'],
    progress: 'NaN',
    allowed_operations: 7,
    other_config: { 'longshore:migration': { deep: true } },
    subtask_of: 'OpaqueRef:odd-parent',
  })
  server.put('task', 'OpaqueRef:none', { status: 'pending' })
  putVm(server, 'db-1', { current_operations: { 'OpaqueRef:odd': 'export' } })
  await expect.poll(() => lists.at(-1)?.[0]?.subject, quickly).toMatchObject({ operation: 'export' })
  expect(lists.at(-1)).toEqual([
    {
      id: 'odd',
      name: 'evil <b>',
      subject: { operation: 'export', kind: 'vm', id: 'db-1', name: 'db-1' },
      by: 'another Longshore',
      migrationId: '',
      progress: 0,
      cancellable: false,
      state: 'running',
      failure: null,
    },
  ])
  for (let index = 0; index < 300; index++)
    server.put('task', `OpaqueRef:t${index}`, { uuid: `t${index}`, status: 'pending', progress: 7 })
  putHost(server, 'host-3')
  await expect.poll(() => lists.at(-1)?.length, quickly).toBe(100)
  expect(lists.at(-1)?.at(-1)?.progress).toBe(1)
  await expect(hypervisor.cancelTask('odd', never)).rejects.toMatchObject({ code: 'conflict' })
})

test('a task that failed says why in a sentence', async () => {
  const server = await startFakePool()
  onTestFinished(() => server.close())
  const hypervisor = await openXenApi(server.url)
  const lists = watched(hypervisor)
  const error_info = ['HOST_DISABLED', 'OpaqueRef:host-2']
  server.put('task', 'OpaqueRef:t', { uuid: 't', name_label: 'x', status: 'failure', error_info })
  await expect.poll(() => lists.at(-1)?.length, quickly).toBe(1)
  expect(lists.at(-1)).toMatchObject([
    { state: 'failed', failure: { message: 'The task failed on lab A: host-2 is disabled.' } },
  ])
})
