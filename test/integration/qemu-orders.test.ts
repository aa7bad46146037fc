import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterEach, beforeEach, expect, onTestFinished, test } from 'vitest'
import { MigrationLog } from '../../src/main/adapters/qemu/migration-log.ts'
import { connectQemu } from '../../src/main/adapters/qemu/qemu-hypervisor.ts'
import { systemClock } from '../../src/main/adapters/system/system-clock.ts'
import type { Hypervisor } from '../../src/main/ports/hypervisor.ts'
import { FakeQemu } from '../fakes/fake-qemu.ts'
import { silentLog } from '../fakes/silent-log.ts'

const never = new AbortController().signal
const ram = { total: 2 ** 28, remaining: 2 ** 27, normal: 100, 'dirty-sync-count': 1, transferred: 409_600 }
let folder: string
let from: FakeQemu
let to: FakeQemu
let hypervisor: Hypervisor

/** What the host command was called for, in order. */
const called = (): readonly string[] => {
  try {
    return readFileSync(path.join(folder, 'calls'), 'utf8').trim().split('\n')
  } catch {
    return []
  }
}

/** A host command that starts at once, or one that takes its time until it is asked to end. */
const commandOf = (incoming: 'starts' | 'waits'): readonly string[] => {
  const answer = JSON.stringify({ qmp: to.server.address, uri: 'unix:/m' })
  const calls = path.join(folder, 'calls')
  const start = {
    starts: `echo '${answer}'`,
    waits: 'while :; do sleep 0.02; done',
  }[incoming]
  // Whoever reads that it has been called may end it at once.
  const trap = incoming === 'waits' ? `trap "echo ended >> ${calls}; exit 1" TERM; ` : ''
  return ['sh', '-c', `${trap}echo "$1 $2" >> ${calls}; if [ "$1" = incoming ]; then ${start}; fi`, 'host']
}

/** Two hosts; `listed` are the sockets beside the source's that the hosts file names. */
const open = async (
  incoming: 'starts' | 'waits',
  listed: { readonly beta?: readonly string[]; readonly gamma?: readonly string[] } = {},
): Promise<void> => {
  const file = path.join(folder, 'hosts.json')
  const command = commandOf(incoming)
  writeFileSync(
    file,
    JSON.stringify({
      hosts: [
        { name: 'alpha', qmp: [from.server.address], command },
        { name: 'beta', qmp: listed.beta, command },
        ...(listed.gamma ? [{ name: 'gamma', qmp: listed.gamma }] : []),
      ],
    }),
  )
  const settings = { id: 'c', name: 'QEMU', url: pathToFileURL(file).href }
  hypervisor = await connectQemu({ settings, clock: systemClock, log: silentLog }, never)
}

/** From the moment it is told to: a look before an order that shows a migration under way has the order refused. */
const migratesWhenTold = (): void => {
  from.onCommand = command => {
    if (command === 'migrate') from.migration = { status: 'active', ram }
  }
}

const anOrder = async (id: string) => {
  for await (const { vms, hosts } of hypervisor.watchInventory(never)) {
    const destinationHostId = hosts.find(({ name }) => name === 'beta')?.id ?? ''
    return { id, vmId: vms[0]?.id ?? '', destinationHostId }
  }
  throw new Error('the inventory ended')
}

beforeEach(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'longshore-orders-'))
  from = await new FakeQemu('running').start()
  to = await new FakeQemu('inmigrate').start()
})
afterEach(async () => {
  await hypervisor.close()
  await Promise.all([from.server.stop(), to.server.stop()])
  rmSync(folder, { recursive: true, force: true })
})

test('of two orders for one VM at the same moment the second is refused, and takes nothing from the first', async () => {
  await open('starts')
  migratesWhenTold()
  const [first, second] = await Promise.allSettled([
    hypervisor.startMigration(await anOrder('m-1'), never),
    hypervisor.startMigration(await anOrder('m-2'), never),
  ])
  expect(first).toMatchObject({ status: 'fulfilled' })
  expect(second).toMatchObject({
    reason: { code: 'conflict', message: 'web is being moved already.' },
  })
  expect(called()).toEqual(['incoming web'])
})

test('a VM whose order was refused by its host may be ordered again', async () => {
  await open('starts')
  to.status = 'running'
  await expect(hypervisor.startMigration(await anOrder('m-1'), never)).rejects.toThrow(/is not empty/)
  to.status = 'inmigrate'
  migratesWhenTold()
  await hypervisor.startMigration(await anOrder('m-2'), never)
  expect(called()).toEqual(['incoming web', 'discard web', 'incoming web'])
})

test('an order that is cancelled while the host command runs ends it, and what it had begun', async () => {
  await open('waits')
  const taken = hypervisor.startMigration(await anOrder('m-1'), never)
  const outcome = expect(taken).rejects.toMatchObject({ name: 'AbortError' })
  await expect.poll(called).toEqual(['incoming web'])
  await hypervisor.controlMigration('m-1', { kind: 'cancel' }, never)
  await outcome
  expect(called()).toEqual(['incoming web', 'ended', 'discard web'])
  expect(from.told('migrate')).toEqual([])
})

test('a destination that only its migration knows is let go when that has ended', async () => {
  await open('starts')
  migratesWhenTold()
  await hypervisor.startMigration(await anOrder('m-1'), never)
  expect(to.server.isConnected).toBe(true)
  from.migration = { status: 'cancelled', ram }
  await expect.poll(() => to.server.isConnected).toBe(false)
  expect(from.server.isConnected).toBe(true)
})

test('a host whose destination refused a switch is asked for none any more', async () => {
  await open('starts')
  migratesWhenTold()
  to.refusal = (command, args) =>
    JSON.stringify([command, args]).includes('{"capability":"postcopy-ram","state":true}') ? 'no' : null
  await hypervisor.startMigration(await anOrder('m-1'), never)
  for await (const { hosts } of hypervisor.watchInventory(never))
    if (hosts.find(({ name }) => name === 'alpha')?.capabilities.postCopy === false) break
  await hypervisor.close()
  const kept = await new MigrationLog(path.join(folder, 'hosts.json.longshore'), silentLog).find('m-1')
  expect(kept?.note.plan).toMatchObject({ postCopy: false, preempt: false })
})

/** What is seen of the hosts from now on, and why no more is. */
const watched = () => {
  const seen: { inventories: number; failure?: unknown } = { inventories: 0 }
  const watch = async () => {
    for await (const { hosts } of hypervisor.watchInventory(never)) if (hosts.length > 0) seen.inventories++
  }
  void watch().catch((error: unknown) => {
    seen.failure = error
  })
  return seen
}
/** A look that began after this. */
const looks = async (): Promise<void> => {
  const before = from.told('query-status').length
  await expect.poll(() => from.told('query-status').length).toBeGreaterThan(before + 1)
}

test('a hosts file that is being written just now ends no connection', async () => {
  await open('starts')
  const seen = watched()
  const file = path.join(folder, 'hosts.json')
  const whole = readFileSync(file, 'utf8')
  writeFileSync(file, whole.slice(0, 40))
  await looks()
  writeFileSync(file, whole)
  await looks()
  expect(seen.failure).toBeUndefined()
  expect(from.told('qmp_capabilities')).toHaveLength(1)
})

test('a hosts file that stays unreadable does, and it is said why', async () => {
  await open('starts')
  const seen = watched()
  writeFileSync(path.join(folder, 'hosts.json'), '{"hosts": [')
  await expect.poll(() => seen.failure).toMatchObject({ code: 'storage' })
})

test('a migration that somebody else carries out is cancelled before its switch, and not after it', async () => {
  from.migration = { status: 'active', ram }
  await open('starts')
  const { vmId } = await anOrder('m-1')
  const cancellable = async () => {
    for await (const [task] of hypervisor.watchTasks(never)) return task?.cancellable
    return undefined
  }
  expect(await cancellable()).toBe(true)
  await hypervisor.cancelTask(vmId, never)
  from.migration = { status: 'postcopy-active', ram }
  await expect(hypervisor.cancelTask(vmId, never)).rejects.toMatchObject({ code: 'conflict' })
  await expect.poll(cancellable).toBe(false)
  expect(from.told('migrate_cancel')).toHaveLength(1)
})

test('a destination that was ended here is not said to be silent; another QEMU is', async () => {
  const other = await new FakeQemu('inmigrate').start()
  onTestFinished(() => other.server.stop())
  await open('starts', { beta: [to.server.address], gamma: [other.server.address] })
  migratesWhenTold()
  await hypervisor.startMigration(await anOrder('m-1'), never)
  from.migration = { status: 'cancelled', ram }
  await expect.poll(called).toEqual(['discard web', 'incoming web', 'discard web'])
  await to.server.stop()
  await other.server.stop()
  for await (const { pool } of hypervisor.watchInventory(never)) {
    const remarks = pool.remarks.join(' ')
    if (!remarks.includes(other.server.address)) continue
    expect(remarks).not.toContain(to.server.address)
    return
  }
})
