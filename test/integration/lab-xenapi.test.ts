import { createServer } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { startLab } from '../../src/main/adapters/lab/start-lab.ts'
import { Failure } from '../../src/shared/failure.ts'
import { aLab, rpc, tinyLab } from '../support/a-lab.ts'

test('a wrong password is refused', async () => {
  const { url } = await aLab()
  await expect(rpc(url, 'session.login_with_password', ['root', 'wrong'])).rejects.toThrow(
    'SESSION_AUTHENTICATION_FAILED root',
  )
})

test('a session ends with logout', async () => {
  const { call, session } = await aLab()
  expect(await call('session.logout')).toBe('')
  await expect(call('VM.get_all')).rejects.toThrow(`SESSION_INVALID ${session}`)
})

test('a member that is not the master names the master', async () => {
  const { url, session } = await aLab()
  const member = url.replace('127.0.0.1', '127.0.0.3')
  await expect(rpc(member, 'VM.get_all', [session])).rejects.toThrow('HOST_IS_SLAVE 127.0.0.1')
})

test('the pool has its hosts and VMs, control domains and a template', async () => {
  const { records, named } = await aLab()
  const vms = (await records('VM')).map(([, record]) => record)
  expect(vms.filter(vm => Boolean(vm.is_control_domain))).toHaveLength(3)
  expect(vms.filter(vm => Boolean(vm.is_a_template))).toHaveLength(1)
  const host = await named('host', 'host-2')
  const vm = await named('VM', 'other-big')
  expect(vm.record).toMatchObject({
    power_state: 'Running',
    resident_on: host.ref,
    allowed_operations: ['pool_migrate', 'migrate_send'],
    memory_static_max: 900 * 1024 * 1024,
  })
  expect(host.record).toMatchObject({ address: '127.0.0.2', enabled: true })
  const [pool] = await records('pool')
  expect(pool?.[1].other_config).toMatchObject({
    'longshore:time-scale': '1',
    'longshore:link-bytes-per-second': String(160 * 1024 * 1024),
  })
})

test('objects are found by uuid and fields are read one by one', async () => {
  const { call, named } = await aLab()
  const vm = await named('VM', 'writer')
  expect(await call('VM.get_by_uuid', vm.uuid)).toBe(vm.ref)
  expect(await call('VM.get_name_label', vm.ref)).toBe('writer')
  expect(await call('VM.get_by_name_label', 'writer')).toEqual([vm.ref])
  await expect(call('VM.get_record', 'OpaqueRef:none')).rejects.toThrow('HANDLE_INVALID VM OpaqueRef:none')
  await expect(call('VM.get_by_uuid', 'none')).rejects.toThrow('UUID_INVALID VM none')
  await expect(call('VM.frobnicate')).rejects.toThrow('MESSAGE_METHOD_UNKNOWN VM.frobnicate')
})

test('system.listMethods needs no session', async () => {
  const { url } = await aLab()
  const methods = await rpc(url, 'system.listMethods', [])
  expect(methods).toContain('VM.get_all_records')
  expect(methods).toContain('Async.VM.pool_migrate')
})

test('a first event.from gives everything, a later one waits for a change and gives only that', async () => {
  const { call } = await aLab()
  type Answer = {
    events: { class: string; operation: string; ref: string; snapshot?: { name_label?: string } }[]
    token: string
    valid_ref_counts: Record<string, number>
  }
  const first = (await call('event.from', ['vm', 'host'], '', 5.5)) as Answer
  expect(first.token).toMatch(/^\d{20},\d{20}$/)
  expect(first.events).toHaveLength(4 + 3 + 1 + 3)
  expect(new Set(first.events.map(event => `${event.class} ${event.operation}`))).toEqual(
    new Set(['vm add', 'host add']),
  )
  expect(first.valid_ref_counts).toMatchObject({ vm: 8, host: 3, task: 0 })
  const [waiting, task] = await Promise.all([
    call('event.from', ['task'], first.token, 10.5) as Promise<Answer>,
    call('task.create', 'a task', '') as Promise<string>,
  ])
  expect(waiting.events).toMatchObject([{ class: 'task', operation: 'add', ref: task }])
  expect(waiting.token > first.token).toBe(true)
  await call('task.destroy', task)
  const gone = (await call('event.from', ['*'], waiting.token, 5.5)) as Answer
  expect(gone.events).toMatchObject([{ class: 'task', operation: 'del', ref: task }])
  expect(gone.events[0]).not.toHaveProperty('snapshot')
  const nothing = (await call('event.from', ['vm'], gone.token, 0.1)) as Answer
  expect(nothing.events).toEqual([])
})

test('a logout ends a waiting event.from with SESSION_INVALID', async () => {
  const { url, call } = await aLab()
  const second = await rpc(url, 'session.login_with_password', ['root', 'secret'])
  const { token } = (await call('event.from', ['vm'], '', 1.5)) as { token: string }
  const waiting = rpc(url, 'event.from', [second, ['vm'], token, 30.5])
  const outcome = expect(waiting).rejects.toThrow('SESSION_INVALID')
  await rpc(url, 'session.logout', [second])
  await outcome
})

test('bad tokens and classes are named', async () => {
  const { call } = await aLab()
  await expect(call('event.from', ['vm'], 'x', 1.5)).rejects.toThrow('EVENT_FROM_TOKEN_PARSE_FAILURE x')
  await expect(call('event.from', ['!'], '', 1.5)).rejects.toThrow('EVENT_SUBSCRIPTION_PARSE_FAILURE !')
})

test('each host answers the metrics of its own VMs, newest row first, values as strings', async () => {
  const { url, session, named } = await aLab()
  const [vm, host] = [await named('VM', 'other-big'), await named('host', 'host-2')]
  const start = Math.floor(Date.now() / 1000) - 30
  const get = async (address: string, query: string) =>
    fetch(`${url.replace('127.0.0.1', address)}/rrd_updates?${query}`)
  const response = await get(
    '127.0.0.2',
    `session_id=${session}&start=${start}&cf=AVERAGE&host=true&json=true`,
  )
  expect(response.headers.get('content-type')).toBe('application/json')
  const { meta, data } = (await response.json()) as {
    meta: { step: number; rows: number; columns: number; legend: string[] }
    data: { t: number; values: string[] }[]
  }
  expect(meta).toMatchObject({ step: 5, rows: data.length, columns: meta.legend.length })
  expect(data.map(row => row.t)).toEqual(data.map(row => row.t).toSorted((a, b) => b - a))
  const newest = (legend: string) => data[0]?.values[meta.legend.indexOf(legend)]
  expect(newest(`AVERAGE:vm:${vm.uuid}:cpu0`)).toBe('0.250000')
  expect(Number(newest(`AVERAGE:vm:${vm.uuid}:memory`))).toBeCloseTo(900 * 1024 * 1024, -4)
  expect(Number(newest(`AVERAGE:host:${host.uuid}:cpu_avg`))).toBeCloseTo(0.02 + (0.25 * 2) / 4, 4)
  expect(meta.legend.filter(entry => entry.includes(':vm:')).every(entry => entry.includes(vm.uuid))).toBe(
    true,
  )
  expect((await get('127.0.0.2', `session_id=nobody&start=${start}`)).status).toBe(401)
  expect((await get('127.0.0.2', `session_id=${session}`)).status).toBe(400)
})

test('what is no JSON-RPC answers HTTP 500, what is too long too, what is elsewhere 404', async () => {
  const { url } = await aLab()
  const post = (path: string, body: string) =>
    fetch(`${url}${path}`, { method: 'POST', headers: { 'content-type': 'application/json' }, body })
  expect((await post('/jsonrpc', '{')).status).toBe(500)
  expect((await post('/', '[]')).status).toBe(500)
  expect((await post('/elsewhere', '{}')).status).toBe(404)
  const long = await post('/jsonrpc', 'x'.repeat(301 * 1024)).then(
    response => response.status,
    () => 500,
  )
  expect(long).toBe(500)
  expect((await fetch(url)).status).toBe(404)
})

test('JSON-RPC 1.0 gets its own envelope', async () => {
  const { url } = await aLab()
  const ask = async (method: string, params: readonly unknown[]) => {
    const body = JSON.stringify({ id: 7, method, params })
    const headers = { 'content-type': 'application/json' }
    return (await fetch(`${url}/`, { method: 'POST', headers, body })).json()
  }
  expect(await ask('session.login_with_password', ['root', 'secret'])).toMatchObject({ error: null, id: 7 })
  expect(await ask('VM.get_all', ['none'])).toEqual({
    result: null,
    error: ['SESSION_INVALID', 'none'],
    id: 7,
  })
})

test('the lab runs in a thread of its own and ends when it is closed', async () => {
  const lab = await startLab({ port: 0, seed: 2, pools: [tinyLab] })
  const { url, user, password } = lab.info
  expect(await rpc(url, 'session.login_with_password', [user, password])).toMatch(/^OpaqueRef:/)
  expect(lab.info.pools[0]?.members).toHaveLength(3)
  await lab.close()
  await lab.close()
  await expect(fetch(url)).rejects.toThrow()
})

test('an aborted start leaves nothing behind', async () => {
  const aborting = new AbortController()
  const starting = startLab({ port: 0, seed: 2, pools: [tinyLab], signal: aborting.signal })
  aborting.abort()
  await expect(starting).rejects.toThrow('aborted')
})

test('a port in use is a failure with its remedy', async () => {
  const holder = createServer()
  await new Promise<void>(resolve => holder.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void holder.close())
  const address = holder.address()
  const port = address !== null && typeof address === 'object' ? address.port : 0
  const error: unknown = await startLab({ port, seed: 1, pools: [tinyLab] }).catch(
    (thrown: unknown) => thrown,
  )
  expect(error).toBeInstanceOf(Failure)
  expect(error).toMatchObject({
    code: 'port-in-use',
    message: `The lab cannot listen on port ${port} of 127.0.0.1: another program uses it.`,
  })
})
