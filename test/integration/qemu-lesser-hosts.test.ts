import { afterEach, beforeEach, expect, test } from 'vitest'
import { readDirtyPages } from '../../src/main/adapters/qemu/dirty-rate.ts'
import { driveMigration } from '../../src/main/adapters/qemu/drive-migration.ts'
import { QemuMigration } from '../../src/main/adapters/qemu/qemu-migration.ts'
import { QmpClient } from '../../src/main/adapters/qemu/qmp-client.ts'
import { systemClock } from '../../src/main/adapters/system/system-clock.ts'
import { defaultThresholds } from '../../src/main/core/decision/thresholds.ts'
import { FakeQemu } from '../fakes/fake-qemu.ts'

const never = new AbortController().signal
const here = { source: true, destination: true }
const ram = { total: 2 ** 28, remaining: 2 ** 27, normal: 100, 'dirty-sync-count': 1, transferred: 409_600 }
const plan = { uri: 'unix:/m', linkBytesPerSecond: 1e6, postCopy: true, preempt: true, tlsCreds: null }
/** The last with a number of seconds for a window, and without `avail-switchover-bandwidth`. */
const OLD = { major: 8, minor: 1, micro: 5 }

let from: FakeQemu
let to: FakeQemu
const opened: { readonly close: () => Promise<void> }[] = []

const clientOf = ({ server }: FakeQemu): QmpClient => {
  const client = new QmpClient(server.address)
  opened.push(client)
  return client
}
const between = (source: QmpClient, destination: QmpClient): QemuMigration => {
  const migration = new QemuMigration(plan, { source, destination, here, clock: systemClock, pulse: null })
  opened.push(migration)
  return migration
}

beforeEach(async () => {
  from = await new FakeQemu('running', OLD).start()
  to = await new FakeQemu('inmigrate').start()
})
afterEach(async () => {
  for (const each of opened.splice(0).toReversed()) await each.close()
  await Promise.all([from.server.stop(), to.server.stop()])
})

/** Whether the capabilities that were last set have post-copy. */
const hasPostCopy = (args: Readonly<Record<string, unknown>> | undefined): boolean =>
  JSON.stringify(args).includes('{"capability":"postcopy-ram","state":true}')

test('a destination whose host has no userfaultfd takes the VM without a switch', async () => {
  to.refusal = (command, args) =>
    command === 'migrate-set-capabilities' && hasPostCopy(args) ? 'Postcopy is not supported' : null
  const migration = between(clientOf(from), clientOf(to))
  await migration.start()
  for (const qemu of [from, to]) expect(hasPostCopy(qemu.told('migrate-set-capabilities').at(-1))).toBe(false)
  expect(migration.plan).toEqual({ ...plan, postCopy: false, preempt: false })
  await expect(migration.control({ kind: 'switch' })).rejects.toMatchObject({ code: 'unsupported' })
})

test('a destination that takes no capabilities at all has nothing begin', async () => {
  to.refusal = command => (command === 'migrate-set-capabilities' ? 'Guest is busy' : null)
  await expect(between(clientOf(from), clientOf(to)).start()).rejects.toThrow(/Guest is busy/)
  expect(from.told('migrate-set-capabilities')).toEqual([])
  expect(from.told('migrate')).toEqual([])
})

test('a QEMU before 8.2 is told no parameter that it does not know', async () => {
  await between(clientOf(from), clientOf(to)).start()
  const [before, since] = [from, to].map(qemu => qemu.told('migrate-set-parameters').at(-1))
  expect(before).toMatchObject({ 'max-bandwidth': 1e6 })
  expect(before).not.toHaveProperty('avail-switchover-bandwidth')
  expect(since).toMatchObject({ 'avail-switchover-bandwidth': 0 })
})

test('a QEMU before 8.2 measures dirty rates over whole seconds', async () => {
  await readDirtyPages(clientOf(from), 5000, never)
  expect(from.told('calc-dirty-rate')).toEqual([{ 'calc-time': 5, 'sample-pages': 4096 }])
  await expect(readDirtyPages(clientOf(from), 100, never)).rejects.toMatchObject({
    code: 'unsupported',
    message: 'QEMU 8.1 measures a dirty rate over whole seconds, not over 100 ms.',
  })
})

test('a VM whose dirty rate cannot be read is moved all the same', async () => {
  from.refusal = command => (command === 'calc-dirty-rate' ? 'still at measuring' : null)
  const interrupted = new AbortController()
  from.onCommand = command => {
    if (command === 'migrate') from.migration = { status: 'active', ram }
    if (command === 'migrate_cancel') from.migration = { status: 'cancelled', ram }
  }
  const { migration } = await driveMigration(
    {
      source: clientOf(from),
      destination: clientOf(to),
      here,
      uri: 'unix:/m',
      policy: 'longshore',
      thresholds: defaultThresholds,
      linkBytesPerSecond: 1e6,
      pulse: null,
      clock: systemClock,
    },
    {
      signal: interrupted.signal,
      onStep: ({ kind }) => {
        if (kind === 'started') interrupted.abort()
      },
    },
  )
  expect(migration.phase).toBe('cancelled')
  expect(from.told('migrate')).toHaveLength(1)
})
