import { createServer } from 'node:http'
import { createServer as createTcpServer, type Server } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { Failure, type FailureReport } from '../../src/shared/failure.ts'
import { putHost, startFakePool } from '../fakes/fake-xen-pool.ts'
import { FakeXenServer, XenRefusal } from '../fakes/fake-xen-server.ts'
import { never, openXenApi } from '../support/open-xenapi.ts'
import { recordingLog } from '../support/recording-log.ts'

const aPool = async (): Promise<FakeXenServer> => {
  const server = await startFakePool()
  onTestFinished(() => server.close())
  return server
}

const failureOf = async (promise: Promise<unknown>): Promise<FailureReport> => {
  const error = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  if (error instanceof Failure) return error.report()
  throw new Error('expected a Failure', { cause: error })
}

const listening = async (server: Server): Promise<string> => {
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(async () => {
    await new Promise(resolve => server.close(resolve))
  })
  const address = server.address()
  return `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`
}

test('a port where nothing listens is told as unreachable, with its address', async () => {
  const server = await new FakeXenServer().listen()
  const { url } = server
  await server.close()
  expect(await failureOf(openXenApi(url))).toEqual({
    code: 'unreachable',
    message: `${url} cannot be reached: nothing listens on that port.`,
    remedy: 'Check the address and the port, and that the host is up and reachable from here.',
  })
})

test('a wrong password is told without the password', async () => {
  const server = await aPool()
  const log = recordingLog()
  const failure = await failureOf(openXenApi(server.url, { password: 'hunter2', log }))
  expect(failure.code).toBe('unauthenticated')
  expect(failure.message).toBe('lab A refused the user name or password.')
  expect(JSON.stringify([failure, log.lines])).not.toContain('hunter2')
})

test.for([
  ['a web page', 200, 'text/html', '<html>hello</html>', 'it sent text/html'],
  ['nothing there', 404, 'text/plain', 'no', 'it sent HTTP 404'],
  ['garbage that calls itself JSON', 200, 'application/json', '{"result"', 'what it sent is not JSON'],
  ['another JSON service', 200, 'application/json', '{"hello":1}', 'its answer has neither result nor error'],
  ['a JSON list', 200, 'application/json', '[1,2]', 'what it sent is not JSON-RPC'],
  ['a number for a session', 200, 'application/json', '{"result":5}', 'it gave no session'],
  ['a redirection', 302, 'text/html', '', 'it sends callers elsewhere (HTTP 302)'],
] as const)('%s is no XenServer, and it is said why', async ([, status, type, body, why]) => {
  const url = await listening(
    createServer((_, response) => {
      response.writeHead(status, { 'content-type': type }).end(body)
    }),
  )
  const failure = await failureOf(openXenApi(url))
  expect(failure.code).toBe('not-xenapi')
  expect(failure.message).toBe(`${url} answered, but not as a XenServer: ${why}.`)
})

test('a server that does not speak HTTP is no XenServer', async () => {
  const url = await listening(createTcpServer(socket => socket.resume().end('SSH-2.0-OpenSSH_9.2\r\n')))
  expect((await failureOf(openXenApi(url))).code).toBe('not-xenapi')
})

test('a server that knows of no pool is no XenServer', async () => {
  const server = await new FakeXenServer().listen()
  onTestFinished(() => server.close())
  expect((await failureOf(openXenApi(server.url))).code).toBe('not-xenapi')
})

test('connecting can be given up, and that is no failure', async () => {
  const server = await aPool()
  const giveUp = new AbortController()
  server.methods.set('session.login_with_password', () => {
    giveUp.abort()
    return new Promise(() => undefined)
  })
  await expect(openXenApi(server.url, { signal: giveUp.signal })).rejects.toMatchObject({
    name: 'AbortError',
  })
})

test('a member that is not the master sends us on to it, by the same port', async () => {
  const master = await aPool()
  const member = await new FakeXenServer().listen('127.0.0.2', master.port)
  onTestFinished(() => member.close())
  member.methods.set('session.login_with_password', () => {
    throw new XenRefusal('HOST_IS_SLAVE', '127.0.0.1')
  })
  const hypervisor = await openXenApi(`http://127.0.0.2:${master.port}`)
  expect(await hypervisor.listDestinations('db-1', never).catch(error => error.code)).toBe('unsupported')
  expect(master.callsOf('VM.get_possible_hosts')).toHaveLength(1)
})

test('members that name each other as master are given up', async () => {
  const server = await aPool()
  server.methods.set('session.login_with_password', () => {
    throw new XenRefusal('HOST_IS_SLAVE', '127.0.0.1')
  })
  expect((await failureOf(openXenApi(server.url))).message).toContain('no master that answers')
})

test('a host that is still starting is waited for', async () => {
  const server = await aPool()
  const answers = ['HOST_STILL_BOOTING', 'HOST_HAS_NO_MANAGEMENT_IP', 'HOST_MASTER_CANNOT_TALK_BACK']
  server.methods.set('session.login_with_password', () => {
    const code = answers.shift()
    if (code !== undefined) throw new XenRefusal(code, '127.0.0.1')
    server.sessions.add('OpaqueRef:session')
    return 'OpaqueRef:session'
  })
  const hypervisor = await openXenApi(server.url)
  expect(answers).toEqual([])
  server.methods.set('VM.get_possible_hosts', () => {
    server.methods.set('VM.get_possible_hosts', () => ['OpaqueRef:host-2'])
    throw new XenRefusal('HOST_STILL_BOOTING')
  })
  expect(await hypervisor.listDestinations('db-1', never)).toEqual(['host-2'])
})

test('waiting for a host that is starting can be given up', async () => {
  const server = await aPool()
  const giveUp = new AbortController()
  server.methods.set('session.login_with_password', () => {
    setImmediate(() => giveUp.abort())
    throw new XenRefusal('HOST_STILL_BOOTING')
  })
  await expect(openXenApi(server.url, { signal: giveUp.signal })).rejects.toMatchObject({
    name: 'AbortError',
  })
})

test('a wrong password is tried at one host only', async () => {
  const server = await aPool()
  const member = await new FakeXenServer().listen('127.0.0.2', server.port)
  onTestFinished(() => member.close())
  const failure = await failureOf(
    openXenApi(server.url, { password: 'wrong', members: ['127.0.0.1', '127.0.0.2'] }),
  )
  expect(failure.code).toBe('unauthenticated')
  expect([server.calls.length, member.calls.length]).toEqual([1, 0])
})

test('JSON that is nested deeper than a stack is survived', async () => {
  const deep = `${'['.repeat(200_000)}${']'.repeat(200_000)}`
  const url = await listening(
    createServer((_, response) => {
      response.writeHead(200, { 'content-type': 'application/json' })
      response.end(`{"error":{"message":"ODD","data":[${deep}]}}`)
    }),
  )
  expect((await failureOf(openXenApi(url))).message).toBe(
    'Signing in failed on lab A: the server answered ODD.',
  )
})

test('a forgotten session is replaced once and the call repeated', async () => {
  const server = await aPool()
  server.methods.set('VM.get_possible_hosts', () => ['OpaqueRef:host-1', 'OpaqueRef:host-2'])
  const hypervisor = await openXenApi(server.url)
  server.forgetSessions()
  expect(await hypervisor.listDestinations('db-1', never)).toEqual(['host-2'])
  expect(server.callsOf('session.login_with_password')).toHaveLength(2)
})

test('every connection has an originator of its own', async () => {
  const server = await aPool()
  await openXenApi(server.url)
  await openXenApi(server.url)
  const originators = server.callsOf('session.login_with_password').map(params => params[3])
  expect(new Set(originators).size).toBe(2)
  expect(originators[0]).toMatch(/^longshore\/[0-9a-f]{8}$/)
})

test('closing signs out and leaves no socket and no timer', async () => {
  const server = await aPool()
  const timers = () => process.getActiveResourcesInfo().filter(name => name === 'Timeout').length
  const before = timers()
  const hypervisor = await openXenApi(server.url)
  const watching = hypervisor.watchInventory(never)[Symbol.asyncIterator]()
  await watching.next()
  const waiting = failureOf(watching.next())
  await hypervisor.close()
  expect((await waiting).code).toBe('closed')
  expect(server.sessions.size).toBe(0)
  await expect.poll(() => server.sockets.size).toBe(0)
  await server.close()
  expect(timers()).toBeLessThanOrEqual(before)
  expect((await failureOf(hypervisor.readMetrics(never))).code).toBe('closed')
})

test('each other host is checked, and a refusal is told as a sentence', async () => {
  const server = await aPool()
  for (const name of ['host-3', 'host-4']) putHost(server, name)
  server.methods.set('VM.assert_can_boot_here', ([, host]) => {
    if (host === 'OpaqueRef:host-3')
      throw new XenRefusal('HOST_NOT_ENOUGH_FREE_MEMORY', '2147483648', '1073741824')
    if (host === 'OpaqueRef:host-4') throw new XenRefusal('HOST_DISABLED', 'OpaqueRef:host-4')
    return ''
  })
  const hypervisor = await openXenApi(server.url)
  expect(await hypervisor.checkDestinations('db-1', never)).toEqual([
    { copiesDisk: false, hostId: 'host-2', refusal: null, networks: [] },
    {
      copiesDisk: false,
      hostId: 'host-3',
      refusal: 'The destination has 1.00 GiB of memory free and 2.00 GiB are needed.',
      networks: [],
    },
    { copiesDisk: false, hostId: 'host-4', refusal: 'It is disabled.', networks: [] },
  ])
})

test('a host of an older release is no destination, though the VM could start there', async () => {
  const server = await aPool()
  const release = (platform_version: unknown) => ({ software_version: { platform_version } })
  putHost(server, 'host-1', release('3.4.10'))
  putHost(server, 'host-2', release('3.4.9'))
  putHost(server, 'host-3', release('3.4.10'))
  putHost(server, 'host-4', release('3.5'))
  putHost(server, 'host-5', release(['3.1']))
  server.methods.set('VM.assert_can_boot_here', () => '')
  server.methods.set('VM.get_possible_hosts', () => [1, 2, 3, 4, 5].map(number => `OpaqueRef:host-${number}`))
  const hypervisor = await openXenApi(server.url)
  const checks = await hypervisor.checkDestinations('db-1', never)
  expect(checks.map(({ hostId, refusal }) => [hostId, refusal])).toEqual([
    ['host-2', 'It runs an older release than the host of the VM.'],
    ['host-3', null],
    ['host-4', null],
    ['host-5', null],
  ])
  expect(await hypervisor.listDestinations('db-1', never)).toEqual(['host-3', 'host-4', 'host-5'])
})

test('a server that cannot check its hosts says so once, and of no host', async () => {
  const hypervisor = await openXenApi((await aPool()).url)
  expect(await failureOf(hypervisor.checkDestinations('db-1', never))).toMatchObject({ code: 'unsupported' })
})
