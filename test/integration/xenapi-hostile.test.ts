import { createServer, type RequestListener } from 'node:http'
import { expect, onTestFinished, test } from 'vitest'
import { Failure } from '../../src/shared/failure.ts'
import { startFakePool } from '../fakes/fake-xen-pool.ts'
import { never, openXenApi } from '../support/open-xenapi.ts'

const TEN_MINUTES_MS = 600_000
const NESTING_BYTES = 10_000_000

/** A server that answers whatever it is asked in one way. */
const aServer = async (answer: RequestListener): Promise<string> => {
  const server = createServer(answer)
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(async () => {
    server.closeAllConnections()
    await new Promise(resolve => server.close(resolve))
  })
  const address = server.address()
  return `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`
}

const failureOf = async (attempt: Promise<unknown>): Promise<Failure> => {
  const error = await attempt.catch((caught: unknown) => caught)
  if (!(error instanceof Failure)) throw new Error('expected a failure', { cause: error })
  return error
}

test.for([
  ['ahead', TEN_MINUTES_MS],
  ['behind', -TEN_MINUTES_MS],
] as const)('a pool whose clock is ten minutes %s is measured in its own time', async ([, aheadMs]) => {
  const server = await startFakePool()
  onTestFinished(() => server.close())
  const poolMs = () => Date.now() + aheadMs
  server.methods.set(
    'host.get_servertime',
    () => `${new Date(poolMs()).toISOString().slice(0, 19).replaceAll('-', '')}Z`,
  )
  const t = Math.floor(poolMs() / 1000) - 1
  const starts: number[] = []
  server.pages.set('/rrd_updates', (request, response) => {
    starts.push(Number(new URL(request.url ?? '', server.url).searchParams.get('start')))
    const legend = ['AVERAGE:vm:db-1:cpu_usage']
    response.writeHead(200, { 'content-type': 'application/json' })
    response.end(
      JSON.stringify({
        meta: { start: t, step: 5, end: t, rows: 1, columns: 1, legend },
        data: [{ t, values: ['0.5'] }],
      }),
    )
  })
  const hypervisor = await openXenApi(server.url)
  const { atMs, vms } = await hypervisor.readMetrics(never)
  expect(vms[0]?.cpuRatio).toMatchObject({ origin: 'measured', value: 0.5 })
  expect(Math.abs(atMs - poolMs())).toBeLessThan(10_000)
  expect(Math.abs((starts[0] ?? 0) * 1000 - poolMs())).toBeLessThan(60_000)
})

test.for([
  'application/json',
  'text/xml',
])('half an answer of %s is told as a broken connection', async type => {
  const url = await aServer((_, response) => {
    response.writeHead(200, { 'content-type': type, 'content-length': 1000 })
    response.write('{"jsonrpc":"2.0","result":"Opaque', () => response.destroy())
  })
  const { code, message } = await failureOf(openXenApi(url))
  expect(code).toBe('unreachable')
  expect(message).toContain(`${url} cannot be reached`)
})

test.for([
  ['application/json', '['],
  ['text/xml', '<value><array><data>'],
] as const)('10 MB of nesting as %s are refused', async ([type, level]) => {
  const body = level.repeat(NESTING_BYTES / level.length)
  const url = await aServer((_, response) => {
    response.writeHead(200, { 'content-type': type }).end(body)
  })
  expect((await failureOf(openXenApi(url))).code).toBe('not-xenapi')
})

test('10 MB of nesting that end as they should are no reason to fall over', async () => {
  const body = `{"result":${'['.repeat(NESTING_BYTES / 2)}${']'.repeat(NESTING_BYTES / 2)}}`
  const url = await aServer((_, response) => {
    response.writeHead(200, { 'content-type': 'application/json' }).end(body)
  })
  expect((await failureOf(openXenApi(url))).code).toBe('not-xenapi')
})
