import { afterEach, beforeEach, expect, test } from 'vitest'
import { driveMigration } from '../../src/main/adapters/qemu/drive-migration.ts'
import { QemuMigration } from '../../src/main/adapters/qemu/qemu-migration.ts'
import { QmpClient } from '../../src/main/adapters/qemu/qmp-client.ts'
import { systemClock } from '../../src/main/adapters/system/system-clock.ts'
import { defaultThresholds } from '../../src/main/core/decision/thresholds.ts'
import type { HostMigrationEvent } from '../../src/shared/model/migration-event.ts'
import { FakeQemu } from '../fakes/fake-qemu.ts'

const never = new AbortController().signal
const here = { source: true, destination: true }
let from: FakeQemu
let to: FakeQemu
let migration: QemuMigration
let isPulseHeard = true
const pulse = {
  gapsSinceMark: null,
  mark: () => undefined,
  close: () => {
    isPulseHeard = false
  },
}
const clients: QmpClient[] = []

beforeEach(async () => {
  isPulseHeard = true
  from = await new FakeQemu('running').start()
  to = await new FakeQemu('inmigrate').start()
  const [source, destination] = [new QmpClient(from.server.address), new QmpClient(to.server.address)]
  clients.push(source, destination)
  const plan = { uri: 'unix:/m', linkBytesPerSecond: 1e6, postCopy: true, preempt: false, tlsCreds: null }
  migration = new QemuMigration(plan, { source, destination, here, clock: systemClock, pulse })
})
afterEach(async () => {
  await migration.close()
  await Promise.all(clients.splice(0).map(client => client.close()))
  await Promise.all([from.server.stop(), to.server.stop()])
})

const ram = { total: 2 ** 28, remaining: 2 ** 27, normal: 100, 'dirty-sync-count': 1, transferred: 409_600 }

const events = async (): Promise<readonly HostMigrationEvent[]> => {
  const told: HostMigrationEvent[] = []
  for await (const event of migration.watch(0, never)) told.push(event)
  return told
}
/** Resolves with the first event of a kind. */
const heard = async (kind: HostMigrationEvent['kind']): Promise<HostMigrationEvent> => {
  for await (const event of migration.watch(0, never)) if (event.kind === kind) return event
  throw new Error(`the migration ended and told no ${kind}`)
}

/** The first page is on its way. */
const begun = async (): Promise<void> => {
  await migration.start()
  from.migration = { status: 'active', ram }
  await heard('started')
}
/** The guest stands still for its hand-over. */
const leaves = async (): Promise<void> => {
  from.status = 'finish-migrate'
  from.server.emit('STOP')
  await heard('paused')
}

test('every capability that QEMU knows is set on both sides, and the limits with them', async () => {
  await migration.start()
  for (const qemu of [from, to]) {
    expect(qemu.told('migrate-set-capabilities')).toEqual([
      {
        capabilities: [
          { capability: 'xbzrle', state: false },
          { capability: 'multifd', state: false },
          { capability: 'postcopy-preempt', state: false },
          { capability: 'events', state: true },
          { capability: 'postcopy-ram', state: true },
          { capability: 'return-path', state: true },
          { capability: 'postcopy-blocktime', state: true },
        ],
      },
    ])
    expect(qemu.told('migrate-set-parameters')).toMatchObject([
      { 'max-bandwidth': 1e6, 'max-postcopy-bandwidth': 1e6, 'downtime-limit': 1, 'tls-creds': '' },
    ])
  }
})

test('a destination that is not empty is refused before anything is told to either', async () => {
  to.status = 'running'
  await expect(migration.start()).rejects.toMatchObject({
    code: 'conflict',
    message: expect.stringMatching(/is not empty/),
  })
  expect(from.told('migrate')).toEqual([])
})

test('a migration that could not begin listens to its guest no longer', async () => {
  to.status = 'running'
  await expect(migration.start()).rejects.toThrow(/is not empty/)
  expect(isPulseHeard).toBe(false)
})

/** As the command line does it. */
const driven = (signal: AbortSignal) => {
  const [source, destination] = [new QmpClient(from.server.address), new QmpClient(to.server.address)]
  clients.push(source, destination)
  return driveMigration(
    {
      source,
      destination,
      here,
      uri: 'unix:/m',
      policy: 'pre-copy-qemu',
      thresholds: defaultThresholds,
      linkBytesPerSecond: 1e6,
      pulse: null,
      clock: systemClock,
    },
    { signal, onStep: () => undefined },
  )
}

test('what is not moved is not measured either: a VM of libvirt, and one that is being migrated', async () => {
  from.chardevs = ['charmonitor']
  await expect(driven(never)).rejects.toMatchObject({
    code: 'conflict',
    message: expect.stringMatching(/is not moved\. It is managed by libvirt/),
  })
  from.chardevs = []
  from.migration = { status: 'setup' }
  await expect(driven(never)).rejects.toThrow(/It is being migrated/)
  expect(from.told('calc-dirty-rate')).toEqual([])
})

test('a migration that somebody else has begun meanwhile is left alone', async () => {
  from.migration = { status: 'active', ram }
  await expect(migration.start()).rejects.toThrow(/It is being migrated/)
  expect(from.told('migrate-set-capabilities')).toEqual([])
})

test('a command line that is interrupted just as the migration begins cancels it', async () => {
  const interrupted = new AbortController()
  from.onCommand = command => {
    if (command === 'migrate') {
      from.migration = { status: 'active', ram }
      interrupted.abort()
    }
    if (command === 'migrate_cancel') from.migration = { status: 'cancelled', ram }
  }
  const { migration: cancelled } = await driven(interrupted.signal)
  expect(cancelled.phase).toBe('cancelled')
})

test('a destination of another memory size is refused', async () => {
  to.memoryBytes = 2 ** 29
  await expect(migration.start()).rejects.toThrow(
    'The destination was started with 512 MiB of memory, the VM has 256 MiB.',
  )
})

test('a migration that fails leaves the VM running: one that stands still is woken', async () => {
  await begun()
  from.status = 'finish-migrate'
  from.migration = { status: 'failed', ram, 'error-desc': 'No space left on device' }
  const last = (await events()).at(-1)
  expect(last).toMatchObject({
    kind: 'failed',
    reason: 'QEMU gave the migration up: No space left on device.',
    vmRunsAt: 'source',
  })
  expect(from.told('cont')).toHaveLength(1)
})

test('cancelled just as the destination began to run, the VM runs once, at its source', async () => {
  await begun()
  to.status = 'running'
  from.migration = { status: 'cancelled', ram }
  expect((await events()).at(-1)?.kind).toBe('cancelled')
  expect(to.told('stop')).toHaveLength(1)
})

test('what cannot be asked whether it runs the VM keeps the source from being woken', async () => {
  await begun()
  await leaves()
  let isAsked = 0
  to.onCommand = () => {
    isAsked++
    to.server.cut()
  }
  from.migration = { status: 'failed', ram }
  await expect.poll(() => isAsked).toBeGreaterThan(3)
  expect(migration.ending).toBeNull()
  expect(from.told('cont')).toEqual([])
  to.onCommand = () => undefined
  expect((await events()).at(-1)).toMatchObject({ kind: 'failed', vmRunsAt: 'source' })
  expect(from.told('cont')).toHaveLength(1)
})

test('a VM that has never left is said to run at its source, whoever cannot be asked', async () => {
  await begun()
  to.onCommand = () => to.server.cut()
  from.migration = { status: 'failed', ram }
  expect((await events()).at(-1)).toMatchObject({ kind: 'failed', vmRunsAt: 'source' })
})

test('a stop by somebody else is no hand-over, and stays when the migration is cancelled', async () => {
  await begun()
  from.status = 'paused'
  from.server.emit('STOP')
  await expect.poll(() => from.told('query-status').length).toBeGreaterThan(1)
  from.onCommand = command => {
    if (command === 'migrate_cancel') from.migration = { status: 'cancelled', ram }
  }
  await migration.control({ kind: 'cancel' })
  const told = await events()
  expect(told.map(({ kind }) => kind)).not.toContain('paused')
  expect(told.at(-1)?.kind).toBe('cancelled')
  expect(from.told('cont')).toEqual([])
})

test('after a switch that it has taken QEMU is not told to cancel', async () => {
  await begun()
  await migration.control({ kind: 'switch' })
  await expect(migration.control({ kind: 'cancel' })).rejects.toMatchObject({ code: 'conflict' })
  expect(from.told('migrate_cancel')).toEqual([])
})

test('a switch that somebody else has ordered makes it too late to cancel', async () => {
  await migration.start()
  from.migration = { status: 'postcopy-active', ram }
  await expect(migration.control({ kind: 'cancel' })).rejects.toMatchObject({ code: 'conflict' })
  expect(from.told('migrate_cancel')).toEqual([])
})

test('a destination that was started standing still is woken once it has the VM', async () => {
  await begun()
  await leaves()
  to.status = 'paused'
  to.onCommand = command => {
    if (command === 'cont') to.status = 'running'
  }
  from.status = 'postmigrate'
  from.migration = { status: 'completed', ram }
  expect((await events()).slice(-2).map(({ kind }) => kind)).toEqual(['resumed', 'completed'])
  expect(to.told('cont')).toHaveLength(1)
})

test('a VM that cannot be woken is said to stand still at its destination', async () => {
  await begun()
  await leaves()
  to.status = 'paused'
  from.status = 'postmigrate'
  from.migration = { status: 'completed', ram }
  expect((await events()).at(-1)).toMatchObject({ kind: 'failed', vmRunsAt: 'destination' })
})

test('a VM that somebody had paused on its way is left so at its destination', async () => {
  await begun()
  to.status = 'paused'
  from.status = 'postmigrate'
  from.migration = { status: 'completed', ram }
  expect((await events()).at(-1)).toMatchObject({
    kind: 'failed',
    vmRunsAt: 'destination',
    reason: expect.stringMatching(/stands still, as it was paused on its way/),
  })
  expect(to.told('cont')).toEqual([])
})

test('the source ends before the VM has moved: it is said to be gone with it', async () => {
  await begun()
  await from.server.stop()
  expect((await events()).at(-1)).toMatchObject({
    kind: 'failed',
    vmRunsAt: 'nowhere',
    reason: expect.stringMatching(/^The source QEMU ended, and the VM with it/),
  })
})

test('for how long a guest without a heartbeat has waited is unknown while pages are missing', async () => {
  await migration.start()
  from.status = 'finish-migrate'
  from.migration = { status: 'postcopy-active', ram }
  to.status = 'running'
  to.migration = { status: 'postcopy-active' }
  from.server.emit('STOP')
  to.server.emit('RESUME')
  expect(await heard('post-copy-progress')).toMatchObject({ stallMs: null })
})

test('the source ends with pages missing at the destination: the VM is said to stand still there', async () => {
  await migration.start()
  from.status = 'finish-migrate'
  from.migration = { status: 'postcopy-active', ram }
  to.status = 'running'
  to.migration = { status: 'postcopy-active' }
  from.server.emit('STOP')
  to.server.emit('RESUME')
  await heard('resumed')
  await from.server.stop()
  expect((await events()).at(-1)).toMatchObject({
    kind: 'failed',
    vmRunsAt: 'nowhere',
    reason: expect.stringMatching(/stands still there/),
  })
})

test('the destination ends with the VM just as the source gives up: it is said to be lost', async () => {
  await begun()
  from.status = 'postmigrate'
  to.status = 'running'
  from.server.emit('STOP')
  to.server.emit('RESUME')
  await heard('resumed')
  from.migration = { status: 'failed', ram }
  await to.server.stop()
  expect((await events()).at(-1)).toMatchObject({
    kind: 'failed',
    vmRunsAt: 'nowhere',
    reason: expect.stringMatching(/^The destination QEMU ended after it had taken the VM over/),
  })
})

test('a connection that breaks after the switch is mended from both sides', async () => {
  await migration.start()
  from.migration = { status: 'postcopy-paused', ram }
  to.migration = { status: 'postcopy-paused' }
  while (from.told('migrate').length < 2) await new Promise(setImmediate)
  expect(to.told('migrate-recover')).toEqual([{ uri: 'unix:/m' }])
  expect(from.told('migrate').at(-1)).toEqual({ uri: 'unix:/m', resume: true })
})

test('what the guest answered from outside meanwhile is told at the end', async () => {
  const probes = { lostProbes: 2, intervalMs: 20, longestGapMs: 60 }
  const [source, destination] = [new QmpClient(from.server.address), new QmpClient(to.server.address)]
  clients.push(source, destination)
  const probe = { measure: async () => probes, close: () => undefined }
  const plan = { uri: 'unix:/m', linkBytesPerSecond: 1e6, postCopy: true, preempt: false, tlsCreds: null }
  migration = new QemuMigration(plan, { source, destination, here, clock: systemClock, pulse, probe })
  await begun()
  from.status = 'postmigrate'
  to.status = 'running'
  from.migration = { status: 'completed', ram }
  expect((await events()).at(-1)).toMatchObject({ kind: 'completed', probes })
})

test('noted and never begun, it is not taken for the migration by which the VM came to its source', async () => {
  from.migration = { status: 'completed', ram }
  migration.follow()
  expect((await events()).at(-1)).toMatchObject({ kind: 'failed', vmRunsAt: 'source' })
})
