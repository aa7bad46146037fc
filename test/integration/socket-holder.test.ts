import { once } from 'node:events'
import { rmSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { holderIn, holderOf } from '../../src/main/adapters/qemu/socket-holder.ts'

const table = `u_str ESTAB 0      0         /run/my vm.qmp 71 * 70 users:(("qemu-system-x86",pid=506,fd=5))
u_str ESTAB 0      0                     * 72 * 0       users:(("node",pid=900,fd=6))
u_str ESTAB 0      0                     * 70 * 71 users:(("longshore",pid=801,fd=4),("longshore",pid=802,fd=4))
u_str ESTAB 0      0         /run/other.qmp 81 * 80
`

test('who is connected is told from who waits to be', () => {
  expect(holderIn(table, '/run/my vm.qmp')).toEqual({ pid: 801, program: 'longshore' })
})

test('of a socket that nobody has open nobody is told', () => {
  expect(holderIn(table, '/run/other.qmp')).toBeNull()
  expect(holderIn('', '/run/my vm.qmp')).toBeNull()
})

test('a client of a real socket is found by its process, and none is of a socket that is not there', async () => {
  const file = path.join(tmpdir(), `holder ${process.pid}.sock`)
  const server = createServer().listen(file)
  await once(server, 'listening')
  const client = connect(file)
  const [[accepted]] = await Promise.all([once(server, 'connection'), once(client, 'connect')])
  onTestFinished(() => {
    client.destroy()
    accepted.destroy()
    server.close()
    rmSync(file, { force: true })
  })
  const holder = await holderOf(`unix:${file}`)
  // Where iproute2 is not installed nobody can tell.
  if (holder !== null)
    expect(holder).toMatchObject({ pid: process.pid, program: expect.stringMatching(/^node/) })
  expect(await holderOf('/nowhere.sock')).toBeNull()
  expect(await holderOf('tcp:127.0.0.1:1')).toBeNull()
})
