import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { findSockets, readHosts, readNotes } from '../../src/main/adapters/qemu/read-hosts.ts'

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'longshore-hosts-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

test('a hosts file may begin with a mark of byte order', async () => {
  const file = path.join(folder, 'hosts.json')
  writeFileSync(file, '\uFEFF{"hosts": [{"name": "a"}]}\r\n')
  expect((await readHosts(file)).hosts.map(({ name }) => name)).toEqual(['a'])
})

test.skipIf(process.platform === 'win32')(
  'a device is no hosts file, and is not read to its end',
  async () => {
    await expect(readHosts('/dev/zero')).rejects.toMatchObject({
      code: 'storage',
      message: 'The QEMU hosts file /dev/zero cannot be read: it is not a file.',
    })
  },
)

test('a host command that no command line can hold is refused, and it is said why', async () => {
  const file = path.join(folder, 'hosts.json')
  writeFileSync(file, JSON.stringify({ hosts: [{ name: 'a', command: ['run\0me'] }] }))
  await expect(readHosts(file)).rejects.toThrow(/must not contain a NUL character: no command line can/)
})

test.for([
  ['10.0.0.7:7', { host: '10.0.0.7', port: 7 }],
  ['[fe80::1]:7', { host: 'fe80::1', port: 7 }],
  ['guest.example:70000', undefined],
  ['no port', undefined],
] as const)('where a guest echoes is read from beside its socket: %s', async ([probe, address]) => {
  writeFileSync(path.join(folder, 'web.json'), JSON.stringify({ probe }))
  expect((await readNotes(path.join(folder, 'web.qmp'))).notes.probe).toEqual(address)
})

test.for([
  ['{"heartbeat": "relative"}', /web\.json is left out: .*heartbeat/],
  ['{"heartbeat"', /web\.json is left out: .*JSON/],
] as const)('notes that cannot be used are left out, and it is said why: %s', async ([text, said]) => {
  writeFileSync(path.join(folder, 'web.json'), text)
  const { notes, fault } = await readNotes(path.join(folder, 'web.qmp'))
  expect(notes).toEqual({})
  expect(fault).toMatch(said)
})

test('a VM needs no notes', async () => {
  expect(await readNotes(path.join(folder, 'web.qmp'))).toEqual({ notes: {}, fault: null })
})

test.for([
  ['nowhere', 'there is no such folder'],
  ['file', 'it is not a folder'],
] as const)('sockets that cannot be listed leave a host those that are named, and it is said why: %s', async ([
  name,
  why,
]) => {
  writeFileSync(path.join(folder, 'file'), '')
  const sockets = path.join(folder, name)
  const { sockets: found, fault } = await findSockets({
    name: 'a',
    address: 'a',
    sockets,
    qmp: ['/run/x.qmp'],
  })
  expect(found.map(({ address }) => address)).toEqual(['/run/x.qmp'])
  expect(fault).toBe(`The sockets of a cannot be listed: ${sockets}: ${why}.`)
})
