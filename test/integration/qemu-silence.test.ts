import { afterEach, beforeEach, expect, test } from 'vitest'
import { QemuMigration } from '../../src/main/adapters/qemu/qemu-migration.ts'
import { QmpClient } from '../../src/main/adapters/qemu/qmp-client.ts'
import { systemClock } from '../../src/main/adapters/system/system-clock.ts'
import type { HostMigrationEvent } from '../../src/shared/model/migration-event.ts'
import { FakeQemu } from '../fakes/fake-qemu.ts'

const ram = { total: 2 ** 28, remaining: 2 ** 27, normal: 100, 'dirty-sync-count': 1, transferred: 409_600 }
const here = { source: true, destination: true }
const plan = { uri: 'unix:/m', linkBytesPerSecond: 1e6, postCopy: true, preempt: false, tlsCreds: null }

let from: FakeQemu
let to: FakeQemu
let migration: QemuMigration
/** By how much the clock was put forward, ms. */
let aheadMs = 0
const clients: QmpClient[] = []

beforeEach(async () => {
  aheadMs = 0
  from = await new FakeQemu('running').start()
  to = await new FakeQemu('inmigrate').start()
  const [source, destination] = [new QmpClient(from.server.address), new QmpClient(to.server.address)]
  clients.push(source, destination)
  const clock = { ...systemClock, now: () => systemClock.now() + aheadMs }
  migration = new QemuMigration(plan, { source, destination, here, clock, pulse: null })
  await migration.start()
})
afterEach(async () => {
  await migration.close()
  await Promise.all(clients.splice(0).map(client => client.close()))
  await Promise.all([from.server.stop(), to.server.stop()])
})

const toldUntil = async (kind: HostMigrationEvent['kind'] | null): Promise<readonly HostMigrationEvent[]> => {
  const told: HostMigrationEvent[] = []
  for await (const event of migration.watch(0, new AbortController().signal)) {
    told.push(event)
    if (event.kind === kind) break
  }
  return told
}
/** How often the two were told to connect again. */
const attempts = (): number => from.told('migrate').length - 1
const bothPaused = (): void => {
  from.migration = { status: 'postcopy-paused', ram }
  to.migration = { status: 'postcopy-paused' }
}

test('a console whose computer slept concludes nothing from its first question that fails', async () => {
  from.migration = { status: 'active', ram }
  await toldUntil('started')
  from.onCommand = () => {
    from.onCommand = () => undefined
    aheadMs = 15 * 60_000
    from.server.cut()
  }
  await expect.poll(() => aheadMs).toBeGreaterThan(0)
  from.migration = { status: 'cancelled', ram }
  expect((await toldUntil(null)).at(-1)?.kind).toBe('cancelled')
})

test('a clock that is set back does not put off that a broken post-copy is mended', async () => {
  bothPaused()
  await expect.poll(attempts).toBe(1)
  aheadMs -= 3_600_000
  await expect.poll(attempts).toBe(2)
})

test('a broken post-copy is followed for as long as its source waits, and mended when both can be asked', async () => {
  to.onCommand = command => {
    if (command === 'query-migrate') to.server.cut()
  }
  bothPaused()
  const asked = () => to.told('query-migrate').length
  await expect.poll(asked).toBe(1)
  aheadMs += 15 * 60_000
  await expect.poll(asked, { timeout: 5_000 }).toBeGreaterThan(2)
  expect(migration.ending).toBeNull()
  to.onCommand = () => undefined
  await expect.poll(attempts, { timeout: 5_000 }).toBe(1)
})

test('a destination that ends while its source waits to be resumed is found out', async () => {
  from.status = 'postmigrate'
  bothPaused()
  await expect.poll(attempts).toBe(1)
  await to.server.stop()
  expect((await toldUntil(null)).at(-1)).toMatchObject({ kind: 'failed', vmRunsAt: 'nowhere' })
}, 15_000)
