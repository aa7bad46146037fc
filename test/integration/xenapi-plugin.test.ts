import { expect, onTestFinished, test } from 'vitest'
import type { HostMigrationEvent } from '../../src/shared/model/migration-event.ts'
import { putVm, startFakePool } from '../fakes/fake-xen-pool.ts'
import { type FakeXenServer, XenRefusal } from '../fakes/fake-xen-server.ts'
import { never, openXenApi } from '../support/open-xenapi.ts'

type Plugin = (fn: string, args: Readonly<Record<string, string>>, host: string) => unknown

const ALL = ['dirty_rate', 'page_heat', 'migrate_start', 'migrate_status', 'migrate_control']

/** A pool whose hosts carry the plugin; `answer` gives what is not `capabilities`. */
const aPool = async (answer: Plugin, functions: readonly string[] = ALL): Promise<FakeXenServer> => {
  const server = await startFakePool()
  onTestFinished(() => server.close())
  server.methods.set('host.call_plugin', async ([host, plugin, fn, args]) => {
    if (plugin !== 'longshore') throw new XenRefusal('XENAPI_MISSING_PLUGIN', String(plugin))
    if (fn === 'capabilities')
      return JSON.stringify({ version: 1, functions, postCopy: true, linkBytesPerSecond: 2e9 })
    const given = await answer(String(fn), args as Readonly<Record<string, string>>, String(host))
    return typeof given === 'string' ? given : JSON.stringify(given)
  })
  return server
}

const refuse = (fn: string, code: string): never => {
  throw new XenRefusal('XENAPI_PLUGIN_FAILURE', fn, code, 'The plugin says no.')
}

const floats = (...values: readonly number[]): string => {
  const bytes = Buffer.alloc(values.length * 4)
  for (const [index, value] of values.entries()) bytes.writeFloatLE(value, index * 4)
  return bytes.toString('base64')
}

const collect = async (events: AsyncIterable<HostMigrationEvent>): Promise<HostMigrationEvent[]> => {
  const all: HostMigrationEvent[] = []
  for await (const event of events) all.push(event)
  return all
}

const started = { kind: 'started', sequence: 1, atMs: 1, memoryPages: 10, linkBytesPerSecond: 2e9 }
const progress = (sequence: number) => ({ kind: 'progress', sequence, atMs: sequence, ratio: 0.1 })
const completed = (sequence: number) => ({
  kind: 'completed',
  sequence,
  atMs: sequence,
  totalMs: 9,
  bytesSent: 9,
  stallMs: 0,
})

const order = { id: 'm-1', vmId: 'db-1', destinationHostId: 'host-2' }

test('what a host can do is asked when it is first seen and shown in the inventory', async () => {
  const server = await aPool(() => ({}))
  const hypervisor = await openXenApi(server.url)
  const { value } = await hypervisor.watchInventory(never)[Symbol.asyncIterator]().next()
  expect(value?.hosts[0]?.capabilities).toEqual({
    dirtyRate: true,
    pageHeat: true,
    rounds: true,
    stopAndCopy: true,
    postCopy: true,
    requestsBeside: false,
    bandwidth: false,
    pageOrder: false,
    throttle: false,
    priority: false,
    diskCopy: false,
  })
  expect(value?.pool.linkBytesPerSecond).toBe(2e9)
  expect(server.callsOf('host.call_plugin')).toHaveLength(2)
})

test('what happens while the hosts are asked shows none of them as able to do nothing', async () => {
  const server = await aPool(() => ({}))
  const answer = server.methods.get('host.call_plugin')
  server.methods.set('host.call_plugin', async (...asked) => {
    if (server.callsOf('host.call_plugin').length === 1) putVm(server, 'web-1')
    // It is told of a third time once it has taken what happened.
    await expect.poll(() => server.callsOf('event.from').length).toBeGreaterThan(2)
    return answer?.(...asked)
  })
  const hypervisor = await openXenApi(server.url)
  for await (const { vms, hosts } of hypervisor.watchInventory(never)) {
    expect(vms.map(({ id }) => id)).toEqual(['db-1', 'web-1'])
    expect(hosts.map(({ capabilities }) => capabilities.rounds)).toEqual([true, true])
    return
  }
  throw new Error('an inventory expected')
})

test('the dirty rate is measured on the host the VM runs on', async () => {
  const hosts: string[] = []
  const server = await aPool((_, args, host) => {
    hosts.push(host)
    return { pages: 12, windowMs: Number(args.window_ms), atMs: 5 }
  })
  const hypervisor = await openXenApi(server.url)
  expect(await hypervisor.readDirtyRate('db-1', 500, never)).toEqual({ pages: 12, windowMs: 500, atMs: 5 })
  expect(hosts).toEqual(['OpaqueRef:host-1'])
})

test('page heat comes as arrays of one entry a region', async () => {
  const heat = {
    atMs: 1,
    regionPages: 2,
    totalPages: 3,
    frequency: floats(1.5, 0),
    locality: floats(0.5, 1),
    recency: floats(1, 0),
  }
  const server = await aPool(() => heat)
  const hypervisor = await openXenApi(server.url)
  const reading = await hypervisor.readPageHeat('db-1', 16, never)
  expect([...reading.frequency]).toEqual([1.5, 0])
  expect([...reading.recency]).toEqual([1, 0])
})

test.for([
  [
    'arrays that do not fit the memory',
    { atMs: 1, regionPages: 2, totalPages: 100, frequency: '', locality: '', recency: '' },
  ],
  [
    'more regions than were asked for',
    {
      atMs: 1,
      regionPages: 1,
      totalPages: 17,
      frequency: floats(...Array.from({ length: 17 }, () => 0)),
      locality: floats(...Array.from({ length: 17 }, () => 0)),
      recency: floats(...Array.from({ length: 17 }, () => 0)),
    },
  ],
  [
    'arrays of unequal length',
    {
      atMs: 1,
      regionPages: 1,
      totalPages: 2,
      frequency: floats(1, 1),
      locality: floats(1, 1),
      recency: floats(1),
    },
  ],
  [
    'what is no number',
    {
      atMs: 1,
      regionPages: 1,
      totalPages: 2,
      frequency: floats(1, Number.NaN),
      locality: floats(1, 1),
      recency: floats(1, 1),
    },
  ],
  [
    'a share above one',
    {
      atMs: 1,
      regionPages: 1,
      totalPages: 1,
      frequency: floats(1),
      locality: floats(7),
      recency: floats(1),
    },
  ],
  [
    'a negative count of pages',
    { atMs: 1, regionPages: 1, totalPages: -1, frequency: '', locality: '', recency: '' },
  ],
  ['missing fields', { atMs: 1 }],
  ['text that is not JSON', 'Traceback (most recent call last)'],
] as const)('a plugin that answers with %s is told so', async ([, answer]) => {
  const server = await aPool(() => answer)
  const hypervisor = await openXenApi(server.url)
  await expect(hypervisor.readPageHeat('db-1', 16, never)).rejects.toMatchObject({
    name: 'Failure',
    code: 'unsupported',
  })
})

test.for([
  ['no count', { pages: null, windowMs: 1000, atMs: 5 }],
  ['a negative count', { pages: -3, windowMs: 1000, atMs: 5 }],
  ['no window', { pages: 3, windowMs: 0, atMs: 5 }],
  ['a time that is none', '{"pages":3,"windowMs":1000,"atMs":1e999}'],
] as const)('a dirty rate with %s is refused', async ([, answer]) => {
  const server = await aPool(() => answer)
  const hypervisor = await openXenApi(server.url)
  await expect(hypervisor.readDirtyRate('db-1', 1000, never)).rejects.toMatchObject({ code: 'unsupported' })
})

test('page heat is never asked for in more than 65,536 regions', async () => {
  const asked: (string | undefined)[] = []
  const server = await aPool((_, args) => {
    asked.push(args.max_regions)
    return 'no'
  })
  const hypervisor = await openXenApi(server.url)
  await hypervisor.readPageHeat('db-1', 1e9, never).catch(() => undefined)
  expect(asked).toEqual(['65536'])
})

test('what a host cannot do is refused without asking it', async () => {
  const server = await aPool(() => ({}), ['dirty_rate'])
  const hypervisor = await openXenApi(server.url)
  await expect(hypervisor.readPageHeat('db-1', 16, never)).rejects.toMatchObject({ code: 'unsupported' })
  await expect(hypervisor.readDirtyRate('nobody', 500, never)).rejects.toMatchObject({ code: 'not-found' })
  expect(server.callsOf('host.call_plugin').filter(params => params[3] !== 'capabilities')).toHaveLength(0)
})

test('a migration is followed round by round to its end, and a second start finds the first', async () => {
  const batches = [[started, progress(2)], [], [progress(3), completed(4)]]
  const server = await aPool(fn => {
    if (fn === 'migrate_start') return { migration: 'm-1', task: 'OpaqueRef:task' }
    const events = batches.shift() ?? []
    return { events, ended: batches.length === 0 }
  })
  const hypervisor = await openXenApi(server.url)
  await Promise.all([hypervisor.startMigration(order, never), hypervisor.startMigration(order, never)])
  const events = await collect(hypervisor.watchMigration('m-1', 0, never))
  expect(events.map(event => event.sequence)).toEqual([1, 2, 3, 4])
  const plugin = server.callsOf('host.call_plugin')
  expect(plugin.filter(params => params[3] === 'migrate_start')).toHaveLength(1)
  const afters = plugin.flatMap(params => (params[4] as { after?: string }).after ?? [])
  expect(afters).toEqual(['0', '2', '2'])
})

test('a poll that is cut resumes after the last event, without repeats', async () => {
  let polls = 0
  const server = await aPool((fn, args) => {
    if (fn === 'migrate_start') return { migration: 'm-1', task: 'OpaqueRef:task' }
    polls++
    if (polls === 2) {
      server.cutConnections()
      return {}
    }
    const all = [started, progress(2), progress(3), completed(4)]
    return polls === 1
      ? { events: all.slice(0, 2), ended: false }
      : { events: all.slice(Math.max(0, Number(args.after) - 1)), ended: true }
  })
  const hypervisor = await openXenApi(server.url)
  await hypervisor.startMigration(order, never)
  const events = await collect(hypervisor.watchMigration('m-1', 0, never))
  expect(events.map(event => event.sequence)).toEqual([1, 2, 3, 4])
})

test('a gap in what the host reports is a failure, not a silence', async () => {
  const server = await aPool(fn =>
    fn === 'migrate_start'
      ? { migration: 'm-1', task: 't' }
      : { events: [started, progress(5)], ended: false },
  )
  const hypervisor = await openXenApi(server.url)
  await hypervisor.startMigration(order, never)
  await expect(collect(hypervisor.watchMigration('m-1', 0, never))).rejects.toMatchObject({
    code: 'not-found',
  })
})

test('a migration of an earlier run is found on the host that carries it out', async () => {
  const server = await aPool((fn, args, host) => {
    if (host !== 'OpaqueRef:host-2') refuse(fn, 'NO_SUCH_MIGRATION')
    return args.timeout_ms === '0' ? { events: [], ended: false } : { events: [completed(8)], ended: true }
  })
  const hypervisor = await openXenApi(server.url)
  const events = await collect(hypervisor.watchMigration('m-old', 7, never))
  expect(events.map(event => event.kind)).toEqual(['completed'])
})

test('a migration that nobody knows is not found', async () => {
  const server = await aPool(fn => refuse(fn, 'NO_SUCH_MIGRATION'))
  const hypervisor = await openXenApi(server.url)
  await expect(collect(hypervisor.watchMigration('m-9', 0, never))).rejects.toMatchObject({
    code: 'not-found',
  })
  await expect(hypervisor.controlMigration('m-9', { kind: 'cancel' }, never)).rejects.toMatchObject({
    code: 'not-found',
  })
})

test('commands reach the host; one that comes too late is a conflict, but continue is then not needed', async () => {
  const commands: string[] = []
  const server = await aPool((fn, args) => {
    if (fn === 'migrate_start') return { migration: 'm-1', task: 't' }
    commands.push(args.command ?? '')
    return { accepted: args.command === 'switch' }
  })
  const hypervisor = await openXenApi(server.url)
  await hypervisor.startMigration(order, never)
  await hypervisor.controlMigration('m-1', { kind: 'switch' }, never)
  await hypervisor.controlMigration('m-1', { kind: 'continue' }, never)
  await expect(hypervisor.controlMigration('m-1', { kind: 'cancel' }, never)).rejects.toMatchObject({
    code: 'conflict',
  })
  expect(commands).toEqual(['switch', 'continue', 'cancel'])
})

test('a start that the host refuses is told with the VM by name and may be tried again', async () => {
  let tries = 0
  const server = await aPool(fn => {
    tries++
    return tries === 1 ? refuse(fn, 'NOT_ENOUGH_FREE_MEMORY') : { migration: 'm-1', task: 't' }
  })
  const hypervisor = await openXenApi(server.url)
  await expect(hypervisor.startMigration(order, never)).rejects.toMatchObject({
    code: 'refused',
    message: 'Moving db-1 failed on lab A: The plugin says no.',
  })
  await hypervisor.startMigration(order, never)
})

test('a VM that is already there, or nowhere, is not moved', async () => {
  const server = await aPool(fn => refuse(fn, 'NO_SUCH_MIGRATION'))
  putVm(server, 'off', { power_state: 'Halted', resident_on: 'OpaqueRef:NULL' })
  const hypervisor = await openXenApi(server.url)
  const start = (vmId: string, destinationHostId: string) =>
    hypervisor.startMigration({ id: 'm-2', vmId, destinationHostId }, never)
  await expect(start('db-1', 'host-1')).rejects.toMatchObject({
    code: 'conflict',
    message: 'db-1 already runs on host-1.',
  })
  await expect(start('off', 'host-1')).rejects.toMatchObject({ code: 'conflict' })
  await expect(start('nobody', 'host-1')).rejects.toMatchObject({ code: 'not-found' })
})

test('closing ends a watch that waits for the host', async () => {
  const server = await aPool(fn =>
    fn === 'migrate_start' ? { migration: 'm-1', task: 't' } : new Promise(() => undefined),
  )
  const hypervisor = await openXenApi(server.url)
  await hypervisor.startMigration(order, never)
  const watching = collect(hypervisor.watchMigration('m-1', 0, never))
  const outcome = watching.catch((error: unknown) => error)
  await expect
    .poll(() => server.callsOf('host.call_plugin').some(params => params[3] === 'migrate_status'))
    .toBe(true)
  await hypervisor.close()
  expect(await outcome).toMatchObject({ code: 'closed' })
})
