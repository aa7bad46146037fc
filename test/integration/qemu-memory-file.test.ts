import { afterEach, expect, test } from 'vitest'
import { memoryFileOf } from '../../src/main/adapters/qemu/memory-file-of.ts'
import { QmpClient } from '../../src/main/adapters/qemu/qmp-client.ts'
import { FakeQmpServer, type QmpScript } from '../fakes/fake-qmp-server.ts'

const GIB = 2 ** 30
const refusal = { error: { class: 'GenericError', desc: 'Property has no mem-path' } }

/** A QEMU of 1 GiB with such memory backends. */
const qemuWith =
  (backends: readonly object[], path: ReturnType<QmpScript>): QmpScript =>
  command => {
    switch (command) {
      case 'query-memory-size-summary':
        return { return: { 'base-memory': GIB, 'plugged-memory': 0 } }
      case 'query-memdev':
        return { return: backends }
      case 'qom-get':
        return path
      default:
        return { return: {} }
    }
  }

const opened: { readonly close: () => Promise<void> }[] = []
afterEach(async () => {
  for (const each of opened.splice(0).toReversed()) await each.close()
})

const fileOf = async (script: QmpScript) => {
  const server = await new FakeQmpServer(script).start()
  const client = new QmpClient(server.address)
  opened.push({ close: () => server.stop() }, client)
  return { file: await memoryFileOf(client), heard: server.heard }
}

test('QEMU itself tells which file holds its memory', async () => {
  const { file, heard } = await fileOf(
    qemuWith([{ id: 'ram', size: GIB, share: true }], { return: '/dev/shm/a' }),
  )
  expect(file).toBe('/dev/shm/a')
  expect(heard.at(-1)?.args).toEqual({ path: '/objects/ram', property: 'mem-path' })
})

test.each([
  ['private', [{ id: 'ram', size: GIB, share: false }]],
  ['in several parts', [{ id: 'a', size: GIB / 2, share: true }]],
  ['without a name', [{ size: GIB, share: true }]],
])('memory that is %s is in no file that can be read', async (_, backends) => {
  expect((await fileOf(qemuWith(backends, { return: '/dev/shm/a' }))).file).toBeNull()
})

test('shared memory of another kind has no file', async () => {
  expect((await fileOf(qemuWith([{ id: 'ram', size: GIB, share: true }], refusal))).file).toBeNull()
})

test('a QEMU behind a TCP socket may be elsewhere: its files are not looked for here', async () => {
  const client = new QmpClient('tcp:127.0.0.1:1')
  opened.push(client)
  expect(await memoryFileOf(client)).toBeNull()
})
