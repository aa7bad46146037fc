import { expect, onTestFinished, test } from 'vitest'
import type { HostMigrationEvent } from '../../src/shared/model/migration-event.ts'
import { putVm, startFakePool } from '../fakes/fake-xen-pool.ts'
import { type FakeXenServer, XenRefusal } from '../fakes/fake-xen-server.ts'
import { never, openXenApi } from '../support/open-xenapi.ts'

const TASK = 'OpaqueRef:task'
const order = { id: 'm-1', vmId: 'db-1', destinationHostId: 'host-2' }

const putTask = (server: FakeXenServer, changes: Readonly<Record<string, unknown>>): void =>
  server.put('task', TASK, { ...server.record('task', TASK), ...changes })

/** A pool of stock Xen: no plugin, migrations as tasks. */
const aPool = async (): Promise<FakeXenServer> => {
  const server = await startFakePool()
  onTestFinished(() => server.close())
  server.methods.set('host.call_plugin', () => {
    throw new XenRefusal('XENAPI_MISSING_PLUGIN', 'longshore')
  })
  server.methods.set('Async.VM.pool_migrate', () => {
    putTask(server, { uuid: 't', status: 'pending', progress: 0, other_config: {}, error_info: [] })
    return TASK
  })
  server.methods.set('task.add_to_other_config', ([, key, value]) => {
    const marks = server.record('task', TASK).other_config as object
    putTask(server, { other_config: { ...marks, [String(key)]: value } })
    return ''
  })
  server.methods.set('VM.get_resident_on', () => server.record('vm', 'OpaqueRef:db-1').resident_on)
  server.methods.set('task.destroy', () => server.put('task', TASK, null) ?? '')
  return server
}

const follow = async (
  events: AsyncIterable<HostMigrationEvent>,
  onEvent: (event: HostMigrationEvent) => void,
) => {
  const all: HostMigrationEvent[] = []
  for await (const event of events) {
    all.push(event)
    onEvent(event)
  }
  return all
}

test('on stock Xen the task of the migration tells how far it is and how it ended', async () => {
  const server = await aPool()
  const hypervisor = await openXenApi(server.url)
  await hypervisor.startMigration(order, never)
  await hypervisor.startMigration(order, never)
  const steps = [
    () => putTask(server, { progress: 0.4 }),
    () => putTask(server, { status: 'success', progress: 1 }),
  ]
  const events = await follow(hypervisor.watchMigration('m-1', 0, never), () => steps.shift()?.())
  expect(events.map(event => [event.sequence, event.kind])).toEqual([
    [1, 'started'],
    [2, 'progress'],
    [3, 'completed'],
  ])
  expect(server.callsOf('Async.VM.pool_migrate').map(params => params.slice(1))).toEqual([
    ['OpaqueRef:db-1', 'OpaqueRef:host-2', { live: 'true' }],
  ])
  expect(server.callsOf('task.destroy')).toHaveLength(1)
})

const putCard = (server: FakeXenServer, host: string, card: Readonly<Record<string, unknown>>): void =>
  server.put('pif', `OpaqueRef:pif-${host}`, {
    uuid: `pif-${host}`,
    network: 'OpaqueRef:net',
    host: `OpaqueRef:${host}`,
    metrics: 'OpaqueRef:NULL',
    currently_attached: true,
    primary_address_type: 'IPv4',
    IP: '10.0.0.1',
    ...card,
  })

test('the chosen network goes with the order, by its reference', async () => {
  const server = await aPool()
  server.put('network', 'OpaqueRef:net', { uuid: 'net', name_label: 'Migration' })
  putCard(server, 'host-1', {})
  putCard(server, 'host-2', { primary_address_type: 'IPv6', IP: '', IPv6: ['fd00::2/64'] })
  const hypervisor = await openXenApi(server.url)
  await hypervisor.startMigration({ ...order, networkId: 'net' }, never)
  expect(server.callsOf('Async.VM.pool_migrate')[0]?.[3]).toEqual({ live: 'true', network: 'OpaqueRef:net' })
})

for (const [what, card] of [
  ['without an address', { IP: '' }],
  ['that is not attached', { currently_attached: false }],
  ['of nonsense', { network: 7, IP: ['10.0.0.1'] }],
] as const)
  test(`a card ${what} leads nowhere`, async () => {
    const server = await aPool()
    server.put('network', 'OpaqueRef:net', { uuid: 'net', name_label: 'Migration' })
    putCard(server, 'host-1', {})
    putCard(server, 'host-2', card)
    const hypervisor = await openXenApi(server.url)
    const started = hypervisor.startMigration({ ...order, networkId: 'net' }, never)
    await expect(started).rejects.toMatchObject({ code: 'conflict' })
    expect(server.callsOf('Async.VM.pool_migrate')).toEqual([])
  })

test('progress that steps back is told as it is, and small steps are not', async () => {
  const server = await aPool()
  const hypervisor = await openXenApi(server.url)
  await hypervisor.startMigration(order, never)
  const steps = [
    () => putTask(server, { progress: 0.6 }),
    () => putTask(server, { progress: 0.2 }),
    () => {
      putTask(server, { progress: 0.204 })
      putTask(server, { status: 'cancelled' })
    },
  ]
  const events = await follow(hypervisor.watchMigration('m-1', 0, never), () => steps.shift()?.())
  expect(events.map(event => (event.kind === 'progress' ? event.ratio : event.kind))).toEqual([
    'started',
    0.6,
    0.2,
    'cancelled',
  ])
})

test('a task that fails says why in plain words and where the VM runs', async () => {
  const server = await aPool()
  const hypervisor = await openXenApi(server.url)
  await hypervisor.startMigration(order, never)
  putTask(server, {
    status: 'failure',
    error_info: ['VM_MIGRATE_FAILED', 'v', 'a', 'b', 'the link went down'],
  })
  const events = await follow(hypervisor.watchMigration('m-1', 0, never), () => undefined)
  expect(events.at(-1)).toMatchObject({
    kind: 'failed',
    reason: 'The migration failed on lab A: the link went down.',
    vmRunsAt: 'source',
  })
})

test('a task that vanished is judged by where the VM runs', async () => {
  const server = await aPool()
  const hypervisor = await openXenApi(server.url)
  await hypervisor.startMigration(order, never)
  putVm(server, 'db-1', { resident_on: 'OpaqueRef:host-2' })
  server.put('task', TASK, null)
  const events = await follow(hypervisor.watchMigration('m-1', 0, never), () => undefined)
  expect(events.at(-1)?.kind).toBe('completed')
})

test('a migration can be cancelled, but not switched', async () => {
  const server = await aPool()
  server.methods.set('task.cancel', () => {
    putTask(server, { status: 'cancelled' })
    return ''
  })
  const hypervisor = await openXenApi(server.url)
  await hypervisor.startMigration(order, never)
  await expect(hypervisor.controlMigration('m-1', { kind: 'switch' }, never)).rejects.toMatchObject({
    code: 'unsupported',
  })
  await hypervisor.controlMigration('m-1', { kind: 'cancel' }, never)
  const events = await follow(hypervisor.watchMigration('m-1', 0, never), () => undefined)
  expect(events.at(-1)?.kind).toBe('cancelled')
})

test('after a restart the migration is found by its mark, not started again, and numbered on', async () => {
  const server = await aPool()
  const before = await openXenApi(server.url)
  await before.startMigration(order, never)
  await before.close()
  const after = await openXenApi(server.url)
  await after.startMigration(order, never)
  putTask(server, { status: 'success' })
  const events = await follow(after.watchMigration('m-1', 5, never), () => undefined)
  expect(events.map(event => [event.sequence, event.kind])).toEqual([[6, 'completed']])
  expect(server.callsOf('Async.VM.pool_migrate')).toHaveLength(1)
})

test('an order whose answer was lost is not given twice', async () => {
  const server = await aPool()
  server.methods.set('Async.VM.pool_migrate', () => {
    putTask(server, { uuid: 't', status: 'pending', progress: 0, other_config: {}, error_info: [] })
    server.cutConnections()
  })
  server.methods.set('VM.get_current_operations', () => ({ [TASK]: 'pool_migrate' }))
  const hypervisor = await openXenApi(server.url)
  await expect(hypervisor.startMigration(order, never)).rejects.toMatchObject({ code: 'unreachable' })
  await hypervisor.startMigration(order, never)
  expect(server.callsOf('Async.VM.pool_migrate')).toHaveLength(1)
})

test('a refused order is told in plain words', async () => {
  const server = await aPool()
  server.methods.set('Async.VM.pool_migrate', () => {
    throw new XenRefusal('HOST_NOT_ENOUGH_FREE_MEMORY', '4294967296', '1073741824')
  })
  const hypervisor = await openXenApi(server.url)
  await expect(hypervisor.startMigration(order, never)).rejects.toMatchObject({
    code: 'refused',
    message:
      'Moving db-1 failed on lab A: the destination has 1.00 GiB of memory free and 4.00 GiB are needed.',
  })
})
