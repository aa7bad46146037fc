import { expect, onTestFinished, test } from 'vitest'
import type { Inventory } from '../../src/main/ports/hypervisor.ts'
import { putPool, putVm, startFakePool } from '../fakes/fake-xen-pool.ts'
import { type FakeXenServer, XenRefusal } from '../fakes/fake-xen-server.ts'
import { never, openXenApi } from '../support/open-xenapi.ts'

const aPool = async (): Promise<FakeXenServer> => {
  const server = await startFakePool()
  onTestFinished(() => server.close())
  return server
}

const watch = async (server: FakeXenServer): Promise<() => Promise<Inventory>> => {
  const hypervisor = await openXenApi(server.url)
  const items = hypervisor.watchInventory(never)[Symbol.asyncIterator]()
  return async () => {
    const { value, done } = await items.next()
    if (done === true) throw new Error('the inventory ended')
    return value
  }
}

test('the first inventory is the whole present state', async () => {
  const next = await watch(await aPool())
  const { pool, hosts, vms } = await next()
  expect(pool).toMatchObject({
    id: 'pool-uuid',
    connectionId: 'lab-a',
    name: 'Harbour',
    masterHostId: 'host-1',
  })
  expect(hosts.map(host => [host.id, host.live, host.cpuCount])).toEqual([
    ['host-1', true, 16],
    ['host-2', true, 16],
  ])
  expect(vms.map(vm => [vm.id, vm.hostId, vm.immovableBecause])).toEqual([['db-1', 'host-1', null]])
})

test('a VM that moves, appears or goes is told as it happens', async () => {
  const server = await aPool()
  const next = await watch(server)
  await next()
  putVm(server, 'db-1', { resident_on: 'OpaqueRef:host-2' })
  expect((await next()).vms[0]?.hostId).toBe('host-2')
  putVm(server, 'web-1')
  expect((await next()).vms.map(vm => vm.id)).toContain('web-1')
  server.put('vm', 'OpaqueRef:web-1', null)
  expect((await next()).vms.map(vm => vm.id)).toEqual(['db-1'])
})

test('a deletion without an event is found by counting', async () => {
  const server = await aPool()
  putVm(server, 'ghost')
  const next = await watch(server)
  expect((await next()).vms).toHaveLength(2)
  server.loseSilently('vm', 'OpaqueRef:ghost')
  expect((await next()).vms.map(vm => vm.id)).toEqual(['db-1'])
})

test('a record that cannot be read is left out and the rest is shown', async () => {
  const server = await aPool()
  server.put('vm', 'OpaqueRef:broken', { name_label: 5, current_operations: 'no' })
  server.put('vm', 'OpaqueRef:odd', {
    uuid: 'odd',
    power_state: 'Dreaming',
    memory_static_max: 'lots',
    VGPUs: {},
  })
  const next = await watch(server)
  const { vms } = await next()
  expect(vms.map(vm => [vm.id, vm.powerState])).toEqual([
    ['db-1', 'running'],
    ['odd', 'unknown'],
  ])
})

test('a change of the pool clock and remark is told', async () => {
  const server = await aPool()
  const next = await watch(server)
  expect((await next()).pool).toMatchObject({ timeScale: 1, remarks: [] })
  putPool(server, { 'longshore:time-scale': '30', 'longshore:remark': '300 s play in 10 s' })
  expect((await next()).pool).toMatchObject({ timeScale: 30, remarks: ['300 s play in 10 s'] })
})

test('after a restart of the toolstack everything is read anew', async () => {
  const server = await aPool()
  const next = await watch(server)
  await next()
  server.loseSilently('vm', 'OpaqueRef:db-1')
  server.forgetSessions()
  putVm(server, 'web-1')
  expect((await next()).vms.map(vm => vm.id)).toEqual(['web-1'])
})

test('a connection cut in the middle of waiting is opened again and everything read anew', async () => {
  const server = await aPool()
  const next = await watch(server)
  await next()
  await expect.poll(() => server.callsOf('event.from').length).toBe(2)
  server.cutConnections()
  putVm(server, 'web-1')
  expect((await next()).vms.map(vm => vm.id)).toEqual(['db-1', 'web-1'])
  await expect.poll(() => server.sessions.size).toBe(1)
})

test('a connection cut twice within seconds ends the watch with a failure, and a new watch starts anew', async () => {
  const server = await aPool()
  const hypervisor = await openXenApi(server.url)
  const items = hypervisor.watchInventory(never)[Symbol.asyncIterator]()
  await items.next()
  const waiting = items.next()
  await expect.poll(() => server.callsOf('event.from').length).toBe(2)
  server.cutConnections()
  await expect.poll(() => server.callsOf('event.from').length).toBe(4)
  server.cutConnections()
  await expect(waiting).rejects.toMatchObject({ name: 'Failure', code: 'unreachable' })
  const again = hypervisor.watchInventory(never)[Symbol.asyncIterator]()
  expect((await again.next()).value?.vms).toHaveLength(1)
})

test('watching can be given up while it waits', async () => {
  const server = await aPool()
  const hypervisor = await openXenApi(server.url)
  const giveUp = new AbortController()
  const items = hypervisor.watchInventory(giveUp.signal)[Symbol.asyncIterator]()
  await items.next()
  const waiting = items.next()
  giveUp.abort()
  await expect(waiting).rejects.toMatchObject({ name: 'AbortError' })
})

test('a token that the server does not take any more is given up for the whole inventory', async () => {
  const server = await aPool()
  const next = await watch(server)
  await next()
  await expect.poll(() => server.callsOf('event.from').length).toBe(2)
  server.methods.set('event.from', ([, token]) => {
    if (token !== '') throw new XenRefusal('EVENT_FROM_TOKEN_PARSE_FAILURE', String(token))
    server.methods.delete('event.from')
    return {
      token: `${'0'.repeat(20)},${'9'.padStart(20, '0')}`,
      valid_ref_counts: {},
      events: [
        {
          class: 'pool',
          operation: 'add',
          ref: 'OpaqueRef:pool',
          snapshot: { uuid: 'pool-uuid', name_label: 'Anew', master: 'OpaqueRef:host-1', other_config: {} },
        },
      ],
    }
  })
  putVm(server, 'web-1')
  let { pool } = await next()
  while (pool.name !== 'Anew') pool = (await next()).pool
  expect(pool.id).toBe('pool-uuid')
})

test('a server that takes the sign-in but never the session it gave is given up', async () => {
  const server = await aPool()
  const hypervisor = await openXenApi(server.url)
  const items = hypervisor.watchInventory(never)[Symbol.asyncIterator]()
  await items.next()
  server.methods.set('event.from', () => {
    throw new XenRefusal('SESSION_INVALID', 'OpaqueRef:session')
  })
  const waiting = items.next()
  server.forgetSessions()
  await expect(waiting).rejects.toMatchObject({ code: 'unauthenticated' })
  expect(server.callsOf('session.login_with_password').length).toBeLessThan(12)
})

test('fields, classes, operations and values of later releases disturb nothing', async () => {
  const server = await aPool()
  server.put('teleporter', 'OpaqueRef:t', { uuid: 't', range: 'far' })
  putVm(server, 'db-1', {
    power_state: 'Teleporting',
    allowed_operations: ['pool_migrate', 'teleport'],
    current_operations: { 'OpaqueRef:task': 'teleport' },
    warp_factor: { nested: [1, { deep: true }] },
  })
  const next = await watch(server)
  expect((await next()).vms).toMatchObject([
    { id: 'db-1', powerState: 'unknown', currentOperations: ['teleport'] },
  ])
})
