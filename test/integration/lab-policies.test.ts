import { expect, onTestFinished, test } from 'vitest'
import type { LabConfig } from '../../src/main/adapters/lab/lab-config.ts'
import { systemClock } from '../../src/main/adapters/system/system-clock.ts'
import { hasEnded } from '../../src/main/core/migration/transitions.ts'
import type { Migration, PolicyName } from '../../src/shared/model/migration.ts'
import { MIB } from '../../src/shared/units.ts'
import { aConsole } from '../support/a-console.ts'
import { openedLab, tinyLab } from '../support/a-lab.ts'
import { openXenApi } from '../support/open-xenapi.ts'

/** A VM that dirties most of its working set in every round: pre-copy gets nowhere with it. */
const storming: LabConfig = {
  ...tinyLab,
  vms: [
    {
      name: 'storm',
      description: '',
      host: 'host-1',
      memoryBytes: 64 * MIB,
      vcpuCount: 2,
      workload: { kind: 'steady', cpuRatio: 0.5, writesPerSecond: 200_000, writtenShare: 0.6 },
    },
  ],
}

const moved = async (policy: PolicyName) => {
  const lab = await openedLab({ pools: [storming] })
  const running = aConsole({ connect: () => openXenApi(lab.info.url), clock: systemClock, level: 'advise' })
  onTestFinished(() => running.close())
  const { migrator, manual, connections, loop } = running
  await expect.poll(() => loop.latestOf('c')?.vms.length, { timeout: 10_000 }).toBe(1)
  const [vm] = connections.pools[0]?.inventory.vms ?? []
  if (vm === undefined) throw new Error('a VM expected')
  const id = await manual.start({ vmId: vm.id, policy })
  const state = (): Migration | undefined => migrator.states.get(id)
  await expect.poll(() => hasEnded(state()?.phase ?? 'checks'), { timeout: 20_000 }).toBe(true)
  return { migration: state(), decisions: running.decisions.states.values() }
}

test('under longshore a VM that does not converge is switched, and why is recorded', async () => {
  const { migration, decisions } = await moved('longshore')
  expect(migration).toMatchObject({ phase: 'completed', policy: 'longshore', ending: { kind: 'post-copy' } })
  expect(migration?.ending?.reasons[0]).toMatch(/^Switching now is expected to cost least/)
  const decision = decisions.find(
    ({ kind, migrationId }) => kind === 'round' && migrationId === migration?.id,
  )
  expect(decision?.alternatives.map(({ name }) => name)).toEqual(['continue', 'switch', 'stop-and-copy'])
})
