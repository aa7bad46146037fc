import { expect, onTestFinished, test } from 'vitest'
import { simulatorPool } from '../../src/main/adapters/simulation/simulator-pool.ts'
import { systemClock } from '../../src/main/adapters/system/system-clock.ts'
import type { Simulator } from '../../src/main/ports/simulator.ts'
import type { Migration, PolicyName } from '../../src/shared/model/migration.ts'
import type { WhatIf, WhatIfItem } from '../../src/shared/model/what-if.ts'
import { MIB } from '../../src/shared/units.ts'
import { aConsole } from '../support/a-console.ts'
import { openedLab, tinyLab } from '../support/a-lab.ts'
import { never, openXenApi } from '../support/open-xenapi.ts'

/**
 * Half of 256 MiB is written 5,000 times a second; the link carries 10,240 pages a second. So slow that it does not count
 * by how much the console's orders come late: up to 0.1 s a round.
 */
const writing = {
  ...tinyLab,
  linkBytesPerSecond: 40 * MIB,
  vms: tinyLab.vms.map(vm =>
    vm.name === 'writer'
      ? {
          ...vm,
          memoryBytes: 256 * MIB,
          workload: { kind: 'steady', cpuRatio: 0.25, writesPerSecond: 5_000, writtenShare: 0.5 } as const,
        }
      : vm,
  ),
}

const aLabConsole = async (simulator: Simulator = simulatorPool(2)) => {
  const lab = await openedLab({ pools: [writing] })
  const served = aConsole({
    connect: () => openXenApi(lab.info.url),
    clock: systemClock,
    level: 'observe',
    simulator,
  })
  onTestFinished(async () => {
    await served.close()
    await simulator.close()
  })
  await expect.poll(() => served.loop.latestOf('c')?.vms.length ?? 0).toBeGreaterThan(0)
  const writer = served.connections.pool('c')?.inventory.vms.find(vm => vm.name === 'writer')
  if (!writer) throw new Error('the writer expected')
  return { ...served, vmId: writer.id }
}
type LabConsole = Awaited<ReturnType<typeof aLabConsole>>

const carryOut = async ({ manual, migrator, vmId }: LabConsole, policy: PolicyName): Promise<Migration> => {
  const id = await manual.start({ vmId, policy })
  const ended = () => migrator.states.get(id)
  await expect.poll(() => ended()?.endedAtMs ?? null).not.toBeNull()
  const migration = ended()
  if (!migration) throw new Error('the migration expected')
  return migration
}

const resultOf = async (items: AsyncIterable<WhatIfItem>): Promise<WhatIf> => {
  for await (const item of items) if (item.kind === 'done') return item.whatIf
  throw new Error('a comparison expected')
}

const offBy = (pair: { readonly simulated: number; readonly measured: number } | undefined): number =>
  pair ? Math.abs(pair.simulated / pair.measured - 1) : Number.NaN

test.each([
  's1',
  's2',
  'hybrid-static',
] as const)('a migration of the lab by %s, simulated again, takes as long and sends as much within 10 percent', async policy => {
  const served = await aLabConsole()
  const migration = await carryOut(served, policy)
  const whatIf = await resultOf(served.whatIfs.watchMigration(migration.id, never))
  expect(offBy(whatIf.agreement?.totalMs)).toBeLessThan(0.1)
  expect(offBy(whatIf.agreement?.bytesSent)).toBeLessThan(0.1)
  expect(whatIf.measured).toMatchObject({ policy, phase: 'completed' })
  expect(whatIf.rows.map(row => row.kind)).not.toContain('skipped')
})
