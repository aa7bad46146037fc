import { once } from 'node:events'
import { connect } from 'node:tls'
import { expect, test } from 'vitest'
import { z } from 'zod'
import type { LabConfig } from '../../src/main/adapters/lab/lab-config.ts'
import { MIB } from '../../src/shared/units.ts'
import { aLab, aSession, openedLab, rpc, tinyLab } from '../support/a-lab.ts'

const quickly = { interval: 25 }

/** The tiny pool with three small VMs on its first host and one on its second. */
const smallLab: LabConfig = {
  ...tinyLab,
  poolName: 'small',
  vms: ['a', 'b', 'c', 'd'].map((name, index) => ({
    name,
    description: '',
    host: index < 3 ? 'host-1' : 'host-2',
    memoryBytes: 16 * MIB,
    vcpuCount: 1,
    workload: { kind: 'steady', cpuRatio: 0.1, writesPerSecond: 100, writtenShare: 0.1 },
  })),
}

/** Where a move takes long enough to be looked at. */
const slowLab: LabConfig = { ...smallLab, linkBytesPerSecond: 16 * MIB }

type Session = Awaited<ReturnType<typeof aSession>>

/** Waits for a task's end; its record. */
const ended = async ({ call }: Session, task: unknown) => {
  await expect.poll(() => call('task.get_status', task), quickly).not.toBe('pending')
  return (await call('task.get_record', task)) as Readonly<Record<string, unknown>>
}

test('the fields of an operator are set, and a key that is there is not added again', async () => {
  const lab = await aLab()
  const { ref } = await lab.named('VM', 'writer')
  await lab.call('VM.set_name_label', ref, 'renamed')
  await lab.call('VM.set_name_description', ref, '<b>')
  await lab.call('VM.add_tags', ref, 'one')
  await lab.call('VM.add_tags', ref, 'two')
  await lab.call('VM.remove_tags', ref, 'one')
  await lab.call('VM.add_to_other_config', ref, 'key', 'value')
  await lab.call('VM.add_to_VCPUs_params_live', ref, 'cap', '50')
  await lab.call('VM.set_order', ref, '3')
  expect(await lab.call('VM.get_record', ref)).toMatchObject({
    name_label: 'renamed',
    name_description: '<b>',
    tags: ['two'],
    other_config: { key: 'value' },
    VCPUs_params: { cap: '50' },
    order: 3,
  })
  await expect(lab.call('VM.add_to_other_config', ref, 'key', 'other')).rejects.toThrow(
    `MAP_DUPLICATE_KEY VM other_config ${ref} key`,
  )
  await lab.call('VM.remove_from_other_config', ref, 'absent')
  await expect(lab.call('VM.set_tags', ref, 'text')).rejects.toThrow('FIELD_TYPE_ERROR tags')
  await expect(lab.call('VM.set_uuid', ref, 'x')).rejects.toThrow('MESSAGE_METHOD_UNKNOWN VM.set_uuid')
  await expect(lab.call('VM.get_record')).rejects.toThrow(
    'MESSAGE_PARAMETER_COUNT_MISMATCH VM.get_record 2 1',
  )
})

test('what an operator blocks is not allowed and is refused with his reason', async () => {
  const lab = await aLab()
  const [vm, host] = [await lab.named('VM', 'writer'), await lab.named('host', 'host-3')]
  await lab.call('VM.add_to_blocked_operations', vm.ref, 'pool_migrate', 'keep it here')
  expect(await lab.call('VM.get_allowed_operations', vm.ref)).toEqual(['migrate_send'])
  await expect(lab.call('VM.pool_migrate', vm.ref, host.ref, {})).rejects.toThrow(
    `OPERATION_BLOCKED ${vm.ref} keep it here`,
  )
  await lab.call('VM.remove_from_blocked_operations', vm.ref, 'pool_migrate')
  expect(await lab.call('VM.get_allowed_operations', vm.ref)).toEqual(['pool_migrate', 'migrate_send'])
})

test('a VM in an operation refuses a second one and names the first', async () => {
  const lab = await aLab()
  const [vm, host] = [await lab.named('VM', 'big'), await lab.named('host', 'host-3')]
  const task = await lab.call('Async.VM.pool_migrate', vm.ref, host.ref, {})
  await expect(lab.call('VM.pool_migrate', vm.ref, host.ref, {})).rejects.toThrow(
    `OTHER_OPERATION_IN_PROGRESS VM ${vm.ref} pool_migrate ${task}`,
  )
  await lab.call('task.cancel', task)
  expect(await ended(lab, task)).toMatchObject({
    status: 'cancelled',
    error_info: ['TASK_CANCELLED', task],
    allowed_operations: [],
  })
  const control = await lab.named('VM', 'Control domain on host: host-1')
  await expect(lab.call('VM.pool_migrate', control.ref, host.ref, {})).rejects.toThrow(
    'OPERATION_NOT_ALLOWED',
  )
  const template = await lab.named('VM', 'Debian Bookworm 12')
  await expect(lab.call('VM.pool_migrate', template.ref, host.ref, {})).rejects.toThrow(
    `VM_BAD_POWER_STATE ${template.ref} Running Halted`,
  )
})

test('a host that is disabled takes no VM until it is enabled', async () => {
  const lab = await aLab()
  const [vm, host] = [await lab.named('VM', 'writer'), await lab.named('host', 'host-3')]
  await lab.call('host.disable', host.ref)
  expect(await lab.call('host.get_enabled', host.ref)).toBe(false)
  expect(await lab.call('VM.get_possible_hosts', vm.ref)).not.toContain(host.ref)
  for (const method of ['VM.assert_can_boot_here', 'VM.pool_migrate'])
    await expect(
      lab.call(method, vm.ref, host.ref, ...(method === 'VM.pool_migrate' ? [{}] : [])),
    ).rejects.toThrow(`HOST_DISABLED ${host.ref}`)
  expect(await ended(lab, await lab.call('Async.host.enable', host.ref))).toMatchObject({
    status: 'success',
    result: '',
  })
  expect(await lab.call('VM.get_possible_hosts', vm.ref)).toContain(host.ref)
})

test('a host is emptied in batches, and each VM that moved is told of', async () => {
  const lab = await aLab(slowLab)
  const host = await lab.named('host', 'host-1')
  await lab.call('host.disable', host.ref)
  const { token } = z.object({ token: z.string() }).parse(await lab.call('event.from', ['*'], '', 1.5))
  const task = await lab.call('Async.host.evacuate', host.ref, 'OpaqueRef:NULL', 2)
  const during = await lab.named('host', 'host-1')
  expect(during.record.current_operations).toEqual({ [String(task)]: 'evacuate' })
  const subtasks = (await lab.records('task')).filter(([, one]) => String(one.subtask_of) === task)
  expect(subtasks).toHaveLength(2)
  expect(await ended(lab, task)).toMatchObject({ status: 'success', progress: 1 })
  const after = await lab.named('host', 'host-1')
  expect(after.record).toMatchObject({
    resident_VMs: [after.record.control_domain],
    current_operations: {},
    enabled: false,
  })
  const told = (await lab.records('message')).map(([, message]) => [
    message.name,
    message.cls,
    message.priority,
  ])
  expect(told).toEqual([1, 2, 3].map(() => ['VM_MIGRATED', 'VM', 5]))
  const { events } = z
    .object({ events: z.array(z.object({ class: z.string(), operation: z.string() })) })
    .parse(await lab.call('event.from', ['message'], token, 1.5))
  expect(events).toEqual([1, 2, 3].map(() => ({ class: 'message', operation: 'add' })))
})

test('what keeps a host from being emptied is named, one reason a VM', async () => {
  const lab = await aLab(smallLab)
  const [host, vm] = [await lab.named('host', 'host-1'), await lab.named('VM', 'b')]
  await lab.call('VM.add_to_blocked_operations', vm.ref, 'pool_migrate', 'no')
  expect(await lab.call('host.get_vms_which_prevent_evacuation', host.ref)).toEqual({
    [vm.ref]: ['OPERATION_BLOCKED', vm.ref, 'no'],
  })
  const refused = `CANNOT_EVACUATE_HOST OPERATION_BLOCKED,${vm.ref},no`
  await expect(lab.call('host.assert_can_evacuate', host.ref)).rejects.toThrow(refused)
  await expect(lab.call('host.evacuate', host.ref)).rejects.toThrow(refused)
})

test('an evacuation that is cancelled stops where it is', async () => {
  const lab = await aLab(slowLab)
  const host = await lab.named('host', 'host-1')
  const task = await lab.call('Async.host.evacuate', host.ref, 'OpaqueRef:NULL', 1)
  await lab.call('task.cancel', task)
  expect(await ended(lab, task)).toMatchObject({ status: 'cancelled' })
  expect((await lab.named('host', 'host-1')).record.resident_VMs).toHaveLength(4)
})

/** Two pools, a session with each, and what VM.migrate_send needs to send `a` to the second. */
const twoPools = async () => {
  const plain: LabConfig = { ...tinyLab, poolName: 'plain', hasPlugin: false, vms: [] }
  const lab = await openedLab({ pools: [smallLab, plain] })
  const [urlA = '', urlB = ''] = lab.info.pools.map(({ url }) => url)
  const [a, b] = [await aSession(urlA), await aSession(urlB)]
  const [vm, host] = [await a.named('VM', 'a'), await b.named('host', 'host-2')]
  const [network, storage] = [(await b.records('network'))[0]?.[0], (await b.records('SR'))[0]?.[0]]
  const [vif, vbd] = [vm.record.VIFs?.[0], vm.record.VBDs?.[0]]
  const vdi = await a.call('VBD.get_VDI', vbd)
  const dest = await b.call('host.migrate_receive', host.ref, network, {})
  const args = [vm.ref, dest, true, { [String(vdi)]: storage }, { [String(vif)]: network }, {}] as const
  return { lab, a, b, vm, host, vdi: String(vdi), vif: String(vif), args }
}

test('a VM goes to the other pool with its disk and card, keeps its uuid and gets a new reference', async () => {
  const { a, b, vm, host, vdi, vif, args } = await twoPools()
  const [ref, dest, live, disks, cards, options] = args
  await expect(a.call('VM.assert_can_migrate', ref, dest, live, {}, cards, options)).rejects.toThrow(
    `VDI_NOT_IN_MAP ${vdi}`,
  )
  await expect(a.call('VM.migrate_send', ref, dest, live, disks, {}, options)).rejects.toThrow(
    `VIF_NOT_IN_MAP ${vif}`,
  )
  await expect(a.call('VM.assert_can_migrate', ref, {}, live, disks, cards, options)).rejects.toThrow(
    'VM_MIGRATE_CONTACT_REMOTE_SERVICE_FAILED',
  )
  expect(await a.call('VM.assert_can_migrate', ...args)).toBe('')
  const task = await ended(a, await a.call('Async.VM.migrate_send', ...args))
  const there = await b.named('VM', 'a')
  expect(task).toMatchObject({ status: 'success', result: `<value>${there.ref}</value>` })
  expect(there.ref).not.toBe(vm.ref)
  expect(there.record).toMatchObject({ uuid: vm.uuid, resident_on: host.ref, current_operations: {} })
  await expect(a.call('VM.get_record', vm.ref)).rejects.toThrow(`HANDLE_INVALID VM ${vm.ref}`)
  expect(await b.call('VBD.get_VM', there.record.VBDs?.[0])).toBe(there.ref)
  expect((await b.named('host', 'host-2')).record.resident_VMs).toContain(there.ref)
  expect((await a.named('host', 'host-1')).record.resident_VMs).toHaveLength(1 + 2)
})

test('a plain pool has no plugin, and its references and sessions mean nothing to the other', async () => {
  const { lab, a, b, host, vm } = await twoPools()
  await expect(b.call('host.call_plugin', host.ref, 'longshore', 'capabilities', {})).rejects.toThrow(
    'XENAPI_MISSING_PLUGIN longshore',
  )
  await expect(b.call('VM.get_record', vm.ref)).rejects.toThrow('HANDLE_INVALID')
  await expect(rpc(lab.info.pools[1]?.url ?? '', 'VM.get_all', [a.session])).rejects.toThrow(
    'SESSION_INVALID',
  )
})

test('a subscription to one object hears of that one only, and an event can be injected', async () => {
  const lab = await aLab()
  const answer = z.object({
    token: z.string(),
    events: z.array(z.object({ class: z.string(), operation: z.string(), ref: z.string() })),
  })
  const [vm, other] = [await lab.named('VM', 'writer'), await lab.named('VM', 'idle')]
  const from = async (classes: readonly string[], token: string) =>
    answer.parse(await lab.call('event.from', classes, token, 5.5))
  const { token } = await from(['*'], '')
  await lab.call('VM.add_tags', other.ref, 'tagged')
  const injected = String(await lab.call('event.inject', 'VM', vm.ref))
  const heard = await from([`vm/${vm.ref}`], token)
  expect(heard.events).toEqual([{ class: 'vm', operation: 'mod', ref: vm.ref }])
  expect(heard.token >= injected).toBe(true)
  await expect(lab.call('event.inject', 'VM', 'OpaqueRef:none')).rejects.toThrow('HANDLE_INVALID VM')
})

test('when another member becomes the master, the old one names it and old sessions end', async () => {
  const lab = await aLab()
  const before = await lab.named('host', 'host-2')
  lab.controls[0]?.promote('host-2')
  await expect(lab.call('VM.get_all')).rejects.toThrow('HOST_IS_SLAVE 127.0.0.2')
  const there = lab.url.replace('127.0.0.1', '127.0.0.2')
  await expect(rpc(there, 'VM.get_all', [lab.session])).rejects.toThrow('SESSION_INVALID')
  const now = await aSession(there)
  const [[, pool] = []] = await now.records('pool')
  const host = await now.named('host', 'host-2')
  expect(String(pool?.master)).toBe(host.ref)
  expect([host.uuid, host.ref === before.ref]).toEqual([before.uuid, false])
})

test('a host that is stopped is silent until it is started', async () => {
  const lab = await aLab()
  await lab.controls[0]?.stopHost('host-1')
  await expect(lab.call('VM.get_all')).rejects.toThrow('fetch failed')
  await lab.controls[0]?.startHost('host-1')
  expect(await lab.call('VM.get_all')).toHaveLength(8)
})

test('with TLS each host shows its own certificate, and a new one when it is renewed', async () => {
  const lab = await openedLab({ tls: true })
  const [pool] = lab.info.pools
  const port = Number(new URL(lab.info.url).port)
  const shown = async (host: string) => {
    const socket = connect({ host, port, rejectUnauthorized: false })
    await once(socket, 'secureConnect')
    const { fingerprint256 } = socket.getPeerCertificate()
    socket.destroy()
    return fingerprint256
  }
  expect(await Promise.all((pool?.members ?? []).map(({ address }) => shown(address)))).toEqual(
    pool?.members.map(({ fingerprint }) => fingerprint),
  )
  expect(new Set(pool?.members.map(({ fingerprint }) => fingerprint)).size).toBe(3)
  const renewed = await lab.controls[0]?.renewCertificate('host-2')
  expect(renewed).not.toBe(pool?.members[1]?.fingerprint)
  expect(await shown('127.0.0.2')).toBe(renewed)
  expect(await shown('127.0.0.1')).toBe(pool?.members[0]?.fingerprint)
})

test('metrics come as XML or JSON as Accept says, else as the parameter says', async () => {
  const lab = await aLab()
  const start = Math.floor(Date.now() / 1000) - 20
  const get = (query: string, accept?: string) =>
    fetch(`${lab.url}/rrd_updates?session_id=${lab.session}&start=${start}&${query}`, {
      headers: accept === undefined ? {} : { accept },
    })
  const typeOf = async (...asked: Parameters<typeof get>) => (await get(...asked)).headers.get('content-type')
  expect(await typeOf('json=true', 'text/xml')).toBe('text/xml')
  expect(await typeOf('', 'application/json')).toBe('application/json')
  expect(await typeOf('', '*/*')).toBe('application/json')
  const { meta } = (await (await get('host=true', 'application/json')).json()) as { meta: { rows: number } }
  const xml = await (await get('host=true', 'text/xml')).text()
  expect(xml).toMatch(/^<xport><meta><start>\d+<\/start><step>5<\/step>/)
  expect(xml.match(/<row>/g)).toHaveLength(meta.rows)
  const times = [...xml.matchAll(/<t>(\d+)<\/t>/g)].map(([, t]) => Number(t))
  expect(times).toEqual(times.toSorted((a, b) => b - a))
})

test("a VM's metrics are asked of any host and answered by its own", async () => {
  const lab = await aLab()
  const vm = await lab.named('VM', 'other-big')
  const path = `/vm_rrd?session_id=${lab.session}&uuid=${vm.uuid}`
  const headers = { accept: 'text/xml' }
  const away = await fetch(`${lab.url}${path}`, { headers, redirect: 'manual' })
  expect(away.status).toBe(302)
  expect(away.headers.get('location')).toBe(`${lab.url.replace('127.0.0.1', '127.0.0.2')}${path}`)
  const there = await (await fetch(`${lab.url}${path}`, { headers })).text()
  expect(there).toMatch(/^<rrd><version>0003<\/version><step>5<\/step>/)
  expect(there).toContain('<name>cpu0</name>')
  expect((await fetch(`${lab.url}/vm_rrd?session_id=${lab.session}`)).status).toBe(400)
  const basic = { authorization: `Basic ${Buffer.from('root:secret').toString('base64')}` }
  expect((await fetch(`${lab.url}/host_rrd`, { headers: basic })).status).toBe(200)
  expect((await fetch(`${lab.url}/host_rrd`)).status).toBe(401)
  expect(await lab.call('VM.query_data_source', vm.ref, 'cpu0')).toBeCloseTo(0.25)
})

test('a VM above the level that its operator set is an alarm, once', async () => {
  const lab = await aLab()
  const [busy, idle] = [await lab.named('VM', 'writer'), await lab.named('VM', 'idle')]
  const variable =
    '<variable><name value="cpu_usage"/><alarm_trigger_level value="0.2"/><alarm_trigger_period value="10"/></variable>'
  for (const { ref } of [busy, idle])
    await lab.call('VM.add_to_other_config', ref, 'perfmon', `<config>${variable}</config>`)
  await expect.poll(async () => (await lab.records('message')).length, quickly).toBe(1)
  expect((await lab.records('message'))[0]?.[1]).toMatchObject({
    name: 'ALARM',
    priority: 1,
    cls: 'VM',
    obj_uuid: busy.uuid,
    body: `value: 0.250000\nconfig:\n${variable}`,
  })
})
