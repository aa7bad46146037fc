import { expect, onTestFinished, test } from 'vitest'
import { openLab } from '../../src/main/adapters/lab/lab.ts'
import type { LabVmConfig } from '../../src/main/adapters/lab/lab-config.ts'
import { systemClock } from '../../src/main/adapters/system/system-clock.ts'
import type { Migration } from '../../src/shared/model/migration.ts'
import { MIB } from '../../src/shared/units.ts'
import { aConsole } from '../support/a-console.ts'
import { tinyLab } from '../support/a-lab.ts'
import { never, openXenApi } from '../support/open-xenapi.ts'

const vm: LabVmConfig = {
  name: 'db',
  description: '',
  host: 'host-1',
  memoryBytes: 128 * MIB,
  vcpuCount: 2,
  workload: { kind: 'steady', cpuRatio: 0.25, writesPerSecond: 8000, writtenShare: 0.5 },
}

/** A console on a lab with one VM whose first round takes 0.8 s, and a migration of it begun. */
const begun = async () => {
  const pools = [{ ...tinyLab, zeroShare: 0, vms: [vm] }]
  const lab = await openLab({ pools, port: 0, seed: 1, user: 'root', password: 'secret' })
  onTestFinished(() => lab.close())
  const running = aConsole({
    connect: () => openXenApi(lab.info.url),
    clock: systemClock,
    level: 'advise',
  })
  onTestFinished(running.close)
  for await (const { vmSamples } of running.loop.fleet.watch(never)) if (vmSamples.length > 0) break
  const pool = running.connections.pools[0]
  const { vms, hosts } = pool?.inventory ?? { vms: [], hosts: [] }
  const destination = hosts.find(({ name }) => name === 'host-3')
  const order = { vmId: vms[0]?.id ?? '', destinationHostId: destination?.id ?? '', policy: 's1' as const }
  const id = await running.manual.start(order)
  /** The migration as soon as it is as wanted. */
  const when = async (isWanted: (migration: Migration) => boolean): Promise<Migration> => {
    for await (const changed of running.migrator.states.watch(never)) {
      const migration = changed.find(each => each.id === id)
      if (migration && isWanted(migration)) return migration
    }
    throw new Error('no such migration any more')
  }
  const [controls] = lab.controls
  if (!controls) throw new Error('a lab without controls')
  return { ...running, id, when, controls }
}

test('a link cut in the rounds ends a migration as failed, and says that the VM runs where it was', async () => {
  const { when, controls, operations } = await begun()
  await when(({ current }) => current !== null)
  controls.cutLink('host-1')
  const failed = await when(({ endedAtMs }) => endedAtMs !== null)
  expect(failed).toMatchObject({ phase: 'failed', failure: { vmRunsAt: 'source' }, recovering: null })
  expect(failed.failure?.reason).toContain('connection')
  expect(operations.states.values()[0]?.failure?.remedy).toContain('The VM runs on where it was')
})

test('a link cut after the switch leaves a migration in post-copy, which ends when the link is mended', async () => {
  const { when, controls, migrator, id } = await begun()
  await when(({ phase }) => phase === 'pre-copy')
  await migrator.control(id, { kind: 'bandwidth', bytesPerSecond: 100 * MIB })
  await migrator.control(id, { kind: 'switch' })
  const told = await when(({ phase, pausedAtMs }) => phase === 'switching' || pausedAtMs !== null)
  expect(told.bandwidthLimitBytesPerSecond).toBe(100 * MIB)
  await when(({ resumedAtMs }) => resumedAtMs !== null)
  controls.cutLink('host-3')
  controls.mendLink('host-3')
  const completed = await when(({ endedAtMs }) => endedAtMs !== null)
  expect(completed).toMatchObject({ phase: 'completed', ending: { kind: 'post-copy' }, remaining: null })
})

test('the host is given the order in which to send pages as soon as their heat is read', async () => {
  const { when, id, migrator } = await begun()
  const { orderedRegions } = await when(migration => migration.orderedRegions !== null)
  expect(orderedRegions).toBeGreaterThan(0)
  await migrator.control(id, { kind: 'cancel' })
  await when(({ phase }) => phase === 'cancelled')
})
