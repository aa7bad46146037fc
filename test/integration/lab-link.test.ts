import { expect, test } from 'vitest'
import type { LabVmConfig } from '../../src/main/adapters/lab/lab-config.ts'
import type { HostMigrationEvent } from '../../src/shared/model/migration-event.ts'
import { pluginAnswers } from '../../src/shared/model/plugin.ts'
import { MIB } from '../../src/shared/units.ts'
import { aLab, aSession, tinyLab } from '../support/a-lab.ts'

type Lab = Awaited<ReturnType<typeof aLab>>

const aVm = (name: string, memoryBytes: number): LabVmConfig => ({
  name,
  description: '',
  host: 'host-1',
  memoryBytes,
  vcpuCount: 2,
  workload: { kind: 'steady', cpuRatio: 0.25, writesPerSecond: 3000, writtenShare: 0.5 },
})

/** A round over 64 MiB takes 0.4 s: no page is zero. */
const lab = (memoryBytes = 64 * MIB) =>
  aLab({ ...tinyLab, zeroShare: 0, vms: [aVm('one', memoryBytes), aVm('two', memoryBytes)] })

const start = async (pool: Lab, name: string, to = 'host-3') => {
  const [vm, source, destination] = await Promise.all([
    pool.named('VM', name),
    pool.named('host', 'host-1'),
    pool.named('host', to),
  ])
  const id = `move-${name}`
  const args = { vm: vm.uuid, destination: destination.uuid, id }
  await pool.plugin(source.ref, 'migrate_start', args)
  const control = (command: Readonly<Record<string, string>>) =>
    pool.plugin(source.ref, 'migrate_control', { id, ...command })
  const follow = async (onEvent: (event: HostMigrationEvent) => unknown = () => undefined) => {
    const events: HostMigrationEvent[] = []
    for (;;) {
      const status = { id, after: `${events.length}`, timeout_ms: '5000' }
      const answer = pluginAnswers.migrate_status.parse(
        await pool.plugin(source.ref, 'migrate_status', status),
      )
      for (const event of answer.events) {
        events.push(event)
        await onEvent(event)
      }
      if (answer.ended && answer.events.length === 0) return events
    }
  }
  return { vm, source, destination, control, follow }
}

const firstRound = (events: readonly HostMigrationEvent[]) => {
  const round = events.find(event => event.kind === 'round-ended')
  return round?.kind === 'round-ended' ? round : undefined
}

test('two migrations out of one host share its link: each first round takes twice as long', async () => {
  // So long that it does not count by how much one begins earlier.
  const pool = await lab(320 * MIB)
  const moves = await Promise.all([start(pool, 'one'), start(pool, 'two', 'host-2')])
  const stop = (move: (typeof moves)[number]) => (event: HostMigrationEvent) =>
    event.kind === 'round-ended' ? move.control({ command: 'stop-and-copy' }) : undefined
  const told = await Promise.all(moves.map(move => move.follow(stop(move))))
  for (const events of told) {
    const round = firstRound(events)
    const bytesPerSecond = ((round?.bytesSent ?? 0) * 1000) / (round?.ms ?? 1)
    expect(bytesPerSecond / tinyLab.linkBytesPerSecond).toBeGreaterThan(0.45)
    expect(bytesPerSecond / tinyLab.linkBytesPerSecond).toBeLessThan(0.62)
  }
})

test('a bandwidth is obeyed', async () => {
  // Told while the hosts shake hands, before the first page.
  const pool = await aLab({ ...tinyLab, handshakeMs: 2000, zeroShare: 0, vms: [aVm('one', 64 * MIB)] })
  const move = await start(pool, 'one')
  await move.control({ command: 'bandwidth', bytes_per_second: `${40 * MIB}` })
  const events = await move.follow(event =>
    event.kind === 'round-ended' ? move.control({ command: 'stop-and-copy' }) : undefined,
  )
  const round = firstRound(events)
  expect(((round?.bytesSent ?? 0) * 1000) / (round?.ms ?? 1) / (40 * MIB)).toBeLessThan(1.15)
})

test('a page order of the right size is taken, any other is a bad argument, and so is a bandwidth of nearly nothing', async () => {
  const pool = await lab()
  const move = await start(pool, 'one')
  const order = (regions: number) => ({
    command: 'page-order',
    region_pages: '256',
    classes: Buffer.alloc(regions, 2).toString('base64'),
  })
  expect(await move.control(order(64))).toEqual({ accepted: true })
  await expect(move.control(order(63))).rejects.toThrow('BAD_ARGUMENT')
  await expect(move.control({ command: 'page-order', region_pages: '1', classes: '%' })).rejects.toThrow(
    'BAD_ARGUMENT',
  )
  await expect(move.control({ command: 'bandwidth', bytes_per_second: '1000' })).rejects.toThrow(
    'BAD_ARGUMENT',
  )
  await expect(move.control({ command: 'bandwidth' })).rejects.toThrow('BAD_ARGUMENT')
  await move.control({ command: 'cancel' })
})

test('a link cut in the rounds fails the move; the VM runs on at its source, and its task says why', async () => {
  const pool = await lab()
  const move = await start(pool, 'one')
  const during = (await pool.named('VM', 'one')).record.current_operations
  const [task = ''] = Object.keys(during ?? {})
  pool.controls[0]?.cutLink('host-3')
  const events = await move.follow()
  expect(events.at(-1)).toMatchObject({ kind: 'failed', vmRunsAt: 'source' })
  const after = await pool.named('VM', 'one')
  expect(after.record).toMatchObject({ resident_on: move.source.ref, current_operations: {} })
  expect(await pool.call('task.get_record', task)).toMatchObject({
    status: 'failure',
    error_info: ['VM_MIGRATE_FAILED', move.vm.ref, move.source.ref, move.destination.ref, expect.any(String)],
  })
  await expect(start(pool, 'two')).rejects.toThrow('CANNOT_CONTACT_HOST')
})

test('a link cut in the pause fails the move as well', async () => {
  const pool = await lab()
  const move = await start(pool, 'one')
  await move.control({ command: 'stop-and-copy' })
  const events = await move.follow(event =>
    event.kind === 'paused' ? pool.controls[0]?.cutLink('host-1') : undefined,
  )
  expect(events.at(-1)).toMatchObject({ kind: 'failed', vmRunsAt: 'source' })
})

test('a link cut after the switch holds the guest up until it is mended, and nothing is lost', async () => {
  const pool = await lab()
  const move = await start(pool, 'one')
  // So slow that the first round leaves much to push.
  await move.control({ command: 'bandwidth', bytes_per_second: `${60 * MIB}` })
  await move.control({ command: 'switch' })
  let held = false
  const events = await move.follow(event => {
    if (event.kind === 'resumed' && !held) {
      held = true
      pool.controls[0]?.cutLink('host-3')
    } else if (event.kind === 'post-copy-progress') pool.controls[0]?.mendLink('host-3')
  })
  expect(events.at(-1)).toMatchObject({ kind: 'completed' })
  const last = events.at(-1)
  if (held && last?.kind === 'completed') expect(last.stallMs).toBeGreaterThan(0)
  expect((await pool.named('VM', 'one')).record.resident_on).toBe(move.destination.ref)
})

test('the destination dying in the rounds leaves the VM at its source', async () => {
  const pool = await lab()
  const move = await start(pool, 'one')
  await pool.controls[0]?.stopHost('host-3')
  const events = await move.follow()
  expect(events.at(-1)).toMatchObject({
    kind: 'failed',
    reason: 'The destination, host-3, died.',
    vmRunsAt: 'source',
  })
  expect((await pool.named('VM', 'one')).record).toMatchObject({
    power_state: 'Running',
    resident_on: move.source.ref,
  })
})

test('the destination dying after the switch takes the guest with it: its newest pages were nowhere else', async () => {
  const pool = await lab()
  const move = await start(pool, 'one')
  await move.control({ command: 'bandwidth', bytes_per_second: `${20 * MIB}` })
  await move.control({ command: 'switch' })
  const events = await move.follow(event =>
    event.kind === 'resumed' ? pool.controls[0]?.stopHost('host-3') : undefined,
  )
  expect(events.at(-1)).toMatchObject({
    kind: 'failed',
    reason: 'The destination, host-3, died, and with it memory that was nowhere else.',
    vmRunsAt: 'nowhere',
  })
  const { record } = await pool.named('VM', 'one')
  expect(record).toMatchObject({
    power_state: 'Halted',
    resident_on: 'OpaqueRef:NULL',
    current_operations: {},
  })
  expect((await pool.named('host', 'host-3')).record.resident_VMs).not.toContain(move.vm.ref)
})

test('the source dying takes the guest with it, and tells nothing any more', async () => {
  const pool = await lab()
  pool.controls[0]?.promote('host-2')
  const there = await aSession(pool.url.replace('127.0.0.1', '127.0.0.2'))
  const move = await start({ ...pool, ...there }, 'one')
  await pool.controls[0]?.stopHost('host-1')
  await expect(move.follow()).rejects.toThrow('CANNOT_CONTACT_HOST')
  expect((await there.named('VM', 'one')).record).toMatchObject({ power_state: 'Halted' })
})
