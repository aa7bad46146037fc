import { afterEach, expect, test } from 'vitest'
import { foreignTaskTitle } from '../../src/main/services/foreign-task-title.ts'
import { Failure } from '../../src/shared/failure.ts'
import type { PoolTask } from '../../src/shared/model/pool-task.ts'
import { FakeClock } from '../fakes/fake-clock.ts'
import { anInventory, aVm, FakeHypervisor } from '../fakes/fake-hypervisor.ts'
import { aConsole } from '../support/a-console.ts'

const closers: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of closers.splice(0)) await close()
})

const start = async () => {
  const hypervisor = new FakeHypervisor(anInventory([aVm({ id: 'db' }), aVm({ id: 'web' })]))
  const clock = new FakeClock()
  hypervisor.atMs = clock.now()
  const running = aConsole({ connect: async () => hypervisor, clock, level: 'observe' })
  closers.push(running.close)
  const pass = async (seconds: number) => {
    for (let i = 0; i < seconds; i++) {
      hypervisor.atMs += 1000
      await clock.advance(1000)
    }
  }
  await pass(2)
  const tell = async (...tasks: readonly PoolTask[]) => {
    hypervisor.tasks.set(tasks)
    await pass(1)
  }
  return { ...running, hypervisor, pass, tell, shown: () => running.operations.states.values() }
}

const aTask = (change: Partial<PoolTask> = {}): PoolTask => ({
  id: 't',
  name: 'Async.VM.pool_migrate',
  subject: { operation: 'pool_migrate', kind: 'vm', id: 'db', name: 'db' },
  by: null,
  migrationId: null,
  progress: 0,
  cancellable: true,
  state: 'running',
  failure: null,
  ...change,
})

test('what somebody else has the pool do is an operation, with its progress and its end', async () => {
  const { tell, shown } = await start()
  await tell(aTask({ progress: 0.6 }))
  await tell(aTask({ progress: 0.2, cancellable: false }))
  expect(shown()).toMatchObject([
    {
      kind: 'task',
      title: 'Migrate db, by another client on pool',
      state: 'running',
      progress: 0.6,
      remainingMs: null,
      cancellable: false,
    },
  ])
  const failure = new Failure({ code: 'refused', message: 'It broke.', remedy: 'Mend it.' }).report()
  await tell(aTask({ state: 'failed', failure }))
  expect(shown()).toMatchObject([{ state: 'failed', failure: { message: 'It broke.' } }])
  await tell()
  expect(shown()).toMatchObject([{ state: 'failed' }])
})

test('a task that is gone has ended, nobody knows how; one that had ended before is not shown', async () => {
  const { tell, shown } = await start()
  await tell(aTask(), aTask({ id: 'old', state: 'succeeded' }))
  await tell()
  expect(shown()).toMatchObject([{ state: 'ended', cancellable: false }])
})

test('it is cancelled only where the pool allows it', async () => {
  const { tell, operations, hypervisor } = await start()
  await tell(aTask({ id: 'a' }), aTask({ id: 'b', cancellable: false }))
  operations.cancel('task/c/a')
  expect(() => operations.cancel('task/c/b')).toThrow('can no longer be cancelled')
  expect(hypervisor.cancelledTasks).toEqual(['a'])
})

test('our own migrations are not shown twice, also when their task outlives them', async () => {
  const { tell, shown, manual, hypervisor, pass } = await start()
  const id = await manual.start({ vmId: 'db', policy: 's1', destinationHostId: 'host-2' })
  await pass(1)
  await tell(aTask(), aTask({ id: 'marked', migrationId: id, subject: null, progress: 0.5 }))
  hypervisor.feed.push({ kind: 'cancelled', sequence: 1, atMs: 1 })
  await pass(5)
  await tell(aTask({ progress: 0.9 }), aTask({ id: 'marked', subject: null, progress: 0.9 }))
  expect(shown().map(({ kind }) => kind)).toEqual(['migration'])
})

test('what says nothing of itself is shown when it lasts and gets on', async () => {
  const { tell, shown } = await start()
  const scan = aTask({ name: 'SR.scan', subject: null })
  await tell(scan)
  await tell(scan)
  await tell(scan)
  expect(shown()).toEqual([])
  await tell({ ...scan, progress: 0.4 })
  expect(shown()).toMatchObject([{ title: 'SR.scan, by another client on pool' }])
})

test('of very many tasks fifty are shown', async () => {
  const { tell, shown } = await start()
  await tell(...Array.from({ length: 400 }, (_, index) => aTask({ id: `t${index}` })))
  expect(shown()).toHaveLength(50)
})

test('however many tasks come and go, an operation that runs stays in the list', async () => {
  const { tell, operations, manual } = await start()
  const id = await manual.start({ vmId: 'web', policy: 's1', destinationHostId: 'host-2' })
  for (let batch = 0; batch < 8; batch++)
    await tell(...Array.from({ length: 40 }, (_, index) => aTask({ id: `${batch}-${index}` })))
  expect(operations.states.values()).toHaveLength(200)
  expect(operations.states.get(id)?.state).toBe('running')
})

test('a task is called by what it does, to what, and for whom', () => {
  const evacuation = { operation: 'evacuate', kind: 'host', id: 'h', name: 'host-1' } as const
  expect(foreignTaskTitle(aTask({ subject: evacuation, by: 'XenCenter' }), 'lab B')).toBe(
    'Evacuate host-1, by XenCenter on lab B',
  )
  const shutdown = { operation: 'clean_shutdown', kind: 'vm', id: 'v', name: 'db' } as const
  expect(foreignTaskTitle(aTask({ subject: shutdown }), 'lab B')).toBe(
    'Clean shutdown db, by another client on lab B',
  )
  const odd = { ...shutdown, operation: 'constructor' }
  expect(foreignTaskTitle(aTask({ subject: odd }), 'b')).toBe('Constructor db, by another client on b')
  expect(foreignTaskTitle(aTask({ subject: null, name: 'x'.repeat(200) }), 'b').length).toBeLessThan(160)
})
