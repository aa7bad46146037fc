import { expect, onTestFinished, test } from 'vitest'
import type { LabConfig } from '../../src/main/adapters/lab/lab-config.ts'
import { simulatorPool } from '../../src/main/adapters/simulation/simulator-pool.ts'
import { systemClock } from '../../src/main/adapters/system/system-clock.ts'
import { hasEnded } from '../../src/main/core/migration/transitions.ts'
import { policyThere } from '../../src/shared/model/capabilities.ts'
import { type Migration, type PolicyName, policyNames } from '../../src/shared/model/migration.ts'
import type { Vm } from '../../src/shared/model/vm.ts'
import type { WhatIf, WhatIfItem } from '../../src/shared/model/what-if.ts'
import { MIB } from '../../src/shared/units.ts'
import { aConsole } from '../support/a-console.ts'
import { openedLab, tinyLab } from '../support/a-lab.ts'
import { never, openXenApi } from '../support/open-xenapi.ts'

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

/** A console on a lab, with its first inventory and tick. */
const opened = async (config: LabConfig) => {
  const lab = await openedLab({ pools: [config], speed: 60 })
  const simulator = simulatorPool(1)
  const running = aConsole({
    connect: () => openXenApi(lab.info.url),
    clock: systemClock,
    level: 'advise',
    simulator,
  })
  onTestFinished(async () => {
    await running.close()
    await simulator.close()
  })
  const { migrator, manual, connections, loop } = running
  await expect.poll(() => loop.latestOf('c')?.vms.length).toBeGreaterThan(0)
  const residence = (vmId: string) =>
    connections.pools[0]?.inventory.vms.find(({ id }) => id === vmId)?.hostId ?? null
  const begin = async (name: string, policy: PolicyName) => {
    const vm = connections.pools[0]?.inventory.vms.find(candidate => candidate.name === name)
    if (vm === undefined) throw new Error(`no VM named ${name}`)
    return { id: await manual.start({ vmId: vm.id, policy }), vm }
  }
  /** Its end, and the inventory that knows of it. */
  const end = async ({
    id,
    vm,
  }: {
    readonly id: string
    readonly vm: Vm
  }): Promise<Migration | undefined> => {
    const state = () => migrator.states.get(id)
    await expect.poll(() => hasEnded(state()?.phase ?? 'checks')).toBe(true)
    await expect.poll(() => residence(vm.id)).not.toBe(vm.hostId)
    return state()
  }
  const move = async (name: string, policy: PolicyName) => end(await begin(name, policy))
  return { ...running, begin, end, move }
}

test('under longshore a VM that does not converge is switched, and why is recorded', async () => {
  const { move, decisions } = await opened(storming)
  const migration = await move('storm', 'longshore')
  expect(migration).toMatchObject({ phase: 'completed', policy: 'longshore', ending: { kind: 'post-copy' } })
  expect(migration?.ending?.reasons[0]).toMatch(/^Switching now is expected to /)
  const decision = decisions.states
    .values()
    .find(({ kind, migrationId }) => kind === 'round' && migrationId === migration?.id)
  expect(decision?.alternatives.map(({ name }) => name)).toEqual(['continue', 'switch', 'stop-and-copy'])
})

/** What the policies that were not followed would have come to. */
const comparisonOf = async (items: AsyncIterable<WhatIfItem>): Promise<WhatIf> => {
  for await (const item of items) if (item.kind === 'done') return item.whatIf
  throw new Error('a comparison expected')
}

// That no page is lost is checked by every move as it completes: it would fail here.
test('every policy moves a VM of the lab to its end, tells how, and is compared with the others', async () => {
  const { move, connections, whatIfs } = await opened(tinyLab)
  const [host] = connections.pools[0]?.inventory.hosts ?? []
  if (host === undefined) throw new Error('a host expected')
  for (const policy of policyNames) {
    expect(policyThere(policy, host.capabilities)).toBe(policy)
    const migration = await move('writer', policy)
    expect(migration, policy).toMatchObject({ phase: 'completed', policy })
    const { rounds = [], postCopy = null, memoryPages = 0, id = '' } = migration ?? {}
    const pushed = postCopy === null ? 0 : postCopy.pushedPages + postCopy.demandFaults
    const sent = rounds.reduce((sum, round) => sum + round.sentPages, pushed)
    expect(sent, policy).toBeGreaterThanOrEqual(memoryPages)
    const { rows } = await comparisonOf(whatIfs.watchMigration(id, never))
    expect(rows.map(row => row.policy).sort(), policy).toEqual([...policyNames].sort())
  }
})

test('auto-converge slows a guest of the lab down that would not be done', async () => {
  const [storm] = storming.vms
  if (storm === undefined) throw new Error('the storm expected')
  const { begin, migrator, end } = await opened({
    ...storming,
    vms: [{ ...storm, memoryBytes: 256 * MIB }],
    linkBytesPerSecond: 200 * MIB,
  })
  const begun = await begin('storm', 'pre-copy-auto-converge')
  await expect.poll(() => migrator.states.get(begun.id)?.guestSpeed).toBe(0.8)
  await migrator.control(begun.id, { kind: 'stop-and-copy' })
  expect(await end(begun)).toMatchObject({ phase: 'completed' })
})
