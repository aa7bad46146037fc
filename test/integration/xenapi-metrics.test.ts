import { expect, onTestFinished, test } from 'vitest'
import { putHost, putVm, startFakePool } from '../fakes/fake-xen-pool.ts'
import { FakeXenServer } from '../fakes/fake-xen-server.ts'
import { never, openXenApi } from '../support/open-xenapi.ts'
import { recordingLog } from '../support/recording-log.ts'

const aPool = async (): Promise<FakeXenServer> => {
  const server = await startFakePool()
  onTestFinished(() => server.close())
  return server
}

interface Asked {
  readonly query: URLSearchParams
}

/** Serves one row, `ageSeconds` old when first asked. */
const serveRows = (
  server: FakeXenServer,
  columns: Readonly<Record<string, string>>,
  { ageSeconds = 1, step = 5 }: { ageSeconds?: number; step?: number } = {},
): Asked[] => {
  const asked: Asked[] = []
  const t = Math.floor(Date.now() / 1000) - ageSeconds
  server.pages.set('/rrd_updates', (request, response) => {
    const query = new URL(request.url ?? '', server.url).searchParams
    asked.push({ query })
    if (!server.sessions.has(query.get('session_id') ?? '')) {
      response.writeHead(401).end()
      return
    }
    response.writeHead(200, { 'content-type': 'application/json' })
    response.end(
      JSON.stringify({
        meta: { start: t, step, end: t, rows: 1, columns: 1, legend: Object.keys(columns) },
        data: [{ t, values: Object.values(columns) }],
      }),
    )
  })
  return asked
}

const DB = 'AVERAGE:vm:db-1:cpu_usage'

test('the figures of all running VMs and hosts are read, each with its age', async () => {
  const server = await aPool()
  putVm(server, 'off', { power_state: 'Halted', resident_on: 'OpaqueRef:NULL' })
  serveRows(server, { [DB]: '0.5', 'AVERAGE:host:host-1:cpu_avg': '0.25' })
  const hypervisor = await openXenApi(server.url)
  const { vms, hosts, atMs } = await hypervisor.readMetrics(never)
  expect(vms.map(vm => vm.vmId)).toEqual(['db-1'])
  expect(vms[0]?.cpuRatio).toMatchObject({ origin: 'measured', value: 0.5 })
  expect(hosts.map(host => host.hostId)).toEqual(['host-1', 'host-2'])
  expect(hosts[0]?.cpuRatio).toMatchObject({ value: 0.25 })
  expect(Math.abs(Date.now() - atMs)).toBeLessThan(10_000)
})

test('the request carries the session, the consolidation and a start a few rows back', async () => {
  const server = await aPool()
  const asked = serveRows(server, { [DB]: '0.5' })
  const hypervisor = await openXenApi(server.url)
  await hypervisor.readMetrics(never)
  const query = asked[0]?.query
  expect(query?.get('cf')).toBe('AVERAGE')
  expect(query?.get('host')).toBe('true')
  expect(query?.get('json')).toBe('true')
  const back = Date.now() / 1000 - Number(query?.get('start'))
  expect(back).toBeGreaterThan(15)
  expect(back).toBeLessThan(30)
})

test('between rows a host is not asked again and its values grow older', async () => {
  const server = await aPool()
  const asked = serveRows(server, { [DB]: '0.5' }, { ageSeconds: 0 })
  const hypervisor = await openXenApi(server.url)
  await hypervisor.readMetrics(never)
  const requests = asked.length
  const again = await hypervisor.readMetrics(never)
  expect(asked.length).toBe(requests)
  expect(again.vms[0]?.cpuRatio).toMatchObject({ origin: 'measured', value: 0.5 })
})

test('a host that fails leaves its figures unavailable and the others as they are', async () => {
  const server = await aPool()
  const broken = await new FakeXenServer().listen('127.0.0.2', server.port)
  onTestFinished(() => broken.close())
  putHost(server, 'host-2', { address: '127.0.0.2' })
  serveRows(server, { [DB]: '0.5', 'AVERAGE:host:host-1:cpu_avg': '0.25' })
  broken.pages.set('/rrd_updates', (_, response) => response.writeHead(503).end())
  const log = recordingLog()
  const hypervisor = await openXenApi(server.url, { log })
  const { hosts } = await hypervisor.readMetrics(never)
  await hypervisor.readMetrics(never)
  expect(hosts.map(host => host.cpuRatio.origin)).toEqual(['measured', 'unavailable'])
  expect(log.lines.filter(line => line.includes('gives no metrics'))).toHaveLength(1)
  expect(log.lines.join()).not.toContain('OpaqueRef:session')
})

test('a host that takes calls and answers none holds up one reading, not every one', async () => {
  const server = await aPool()
  const mute = await new FakeXenServer().listen('127.0.0.2', server.port)
  onTestFinished(() => mute.close())
  putHost(server, 'host-2', { address: '127.0.0.2' })
  serveRows(server, { [DB]: '0.5' }, { ageSeconds: 9 })
  let asked = 0
  mute.pages.set('/rrd_updates', () => {
    asked++
  })
  const hypervisor = await openXenApi(server.url)
  // The sampler gives a reading 4 s.
  const reading = await hypervisor.readMetrics(AbortSignal.timeout(4000))
  expect(reading.vms[0]?.cpuRatio.origin).toBe('measured')
  await hypervisor.readMetrics(AbortSignal.timeout(4000))
  expect(asked).toBe(1)
})

test.for([
  ['of a coarser archive', { step: 60 }],
  ['older than half a minute', { ageSeconds: 60 }],
] as const)('rows %s are not taken for the present', async ([, options]) => {
  const server = await aPool()
  serveRows(server, { [DB]: '0.5' }, options)
  const hypervisor = await openXenApi(server.url)
  expect((await hypervisor.readMetrics(never)).vms[0]?.cpuRatio.origin).toBe('unavailable')
})

test('a VM that moved is read where its rows are newer', async () => {
  const server = await aPool()
  const other = await new FakeXenServer().listen('127.0.0.2', server.port)
  onTestFinished(() => other.close())
  other.sessions.add('OpaqueRef:session-1')
  putHost(server, 'host-2', { address: '127.0.0.2' })
  serveRows(server, { [DB]: '0.1' }, { ageSeconds: 6 })
  serveRows(other, { [DB]: '0.9' }, { ageSeconds: 1 })
  const hypervisor = await openXenApi(server.url)
  expect((await hypervisor.readMetrics(never)).vms[0]?.cpuRatio).toMatchObject({ value: 0.9 })
})

test('a session that only the metrics found forgotten is replaced', async () => {
  const server = await aPool()
  serveRows(server, { [DB]: '0.5' }, { ageSeconds: 9 })
  const hypervisor = await openXenApi(server.url)
  await hypervisor.readMetrics(never)
  server.sessions.clear()
  expect((await hypervisor.readMetrics(never)).vms[0]?.cpuRatio.origin).toBe('measured')
  expect(server.callsOf('session.login_with_password').length).toBe(2)
})

test('rows in XML, as old servers give them, are read as well', async () => {
  const server = await aPool()
  const t = Math.floor(Date.now() / 1000) - 1
  server.pages.set('/rrd_updates', (_, response) => {
    response.writeHead(200, { 'content-type': 'text/xml' })
    response.end(
      `<xport><meta><start>${t}</start><step>5</step><legend><entry>${DB}</entry></legend></meta><data><row><t>${t}</t><v>0.5</v></row></data></xport>`,
    )
  })
  const hypervisor = await openXenApi(server.url)
  expect((await hypervisor.readMetrics(never)).vms[0]?.cpuRatio).toMatchObject({ value: 0.5 })
})

test('a redirection to a member is followed there, by our port and scheme', async () => {
  const server = await aPool()
  const other = await new FakeXenServer().listen('127.0.0.2', server.port)
  onTestFinished(() => other.close())
  other.sessions.add('OpaqueRef:session-1')
  putHost(server, 'host-2', { address: '127.0.0.2' })
  const asked = serveRows(other, { [DB]: '0.9' })
  server.pages.set('/rrd_updates', (request, response) => {
    response.writeHead(302, { location: `https://127.0.0.2${request.url}` }).end()
  })
  const hypervisor = await openXenApi(server.url)
  expect((await hypervisor.readMetrics(never)).vms[0]?.cpuRatio).toMatchObject({ value: 0.9 })
  expect(asked[0]?.query.get('session_id')).toBe('OpaqueRef:session-1')
})

test.for([
  ['out of the pool', 'http://127.0.0.3/rrd_updates', 'which is no host of the pool'],
  ['in a circle', '/rrd_updates', 'in a circle'],
] as const)('a redirection %s is not followed', async ([, location, why]) => {
  const server = await aPool()
  const stranger = await new FakeXenServer().listen('127.0.0.3', server.port)
  onTestFinished(() => stranger.close())
  const asked = serveRows(stranger, { [DB]: '0.9' })
  server.pages.set('/rrd_updates', (_, response) => response.writeHead(302, { location }).end())
  const log = recordingLog()
  const hypervisor = await openXenApi(server.url, { log })
  expect((await hypervisor.readMetrics(never)).vms[0]?.cpuRatio.origin).toBe('unavailable')
  expect(asked).toEqual([])
  expect(log.lines.join('\n')).toContain(why)
})
