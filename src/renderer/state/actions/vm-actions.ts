import type { Migration } from '../../../shared/model/migration.ts'
import type { Vm } from '../../../shared/model/vm.ts'
import { acknowledgeRisks } from '../notice-store.ts'
import { openDialog } from '../ui-store.ts'
import { type Action, CUT_OFF, type World } from './action.ts'

/** Why a VM cannot be migrated now, as one plain sentence; null when it can. */
export const whyNotMigrate = (vm: Vm, running: Migration | undefined): string | null => {
  if (running) return `${vm.name} is being migrated already.`
  if (vm.powerState !== 'running')
    return `${vm.name} is ${vm.powerState}; only a running VM can be migrated live.`
  return vm.immovableBecause
}

/** Why none of these VMs can be migrated; null where at least one can. */
const whyNone = (vmIds: readonly string[], { fleet, migrations, isCutOff }: World): string | null => {
  if (isCutOff) return CUT_OFF
  if (vmIds.length === 0) return 'No VM is selected.'
  const reasons = vmIds.map(vmId => {
    const vm = fleet.vmsById.get(vmId)
    return vm ? whyNotMigrate(vm, migrations.runningByVm.get(vmId)) : 'The VM is no longer known.'
  })
  if (reasons.includes(null)) return null
  const [only] = reasons
  return reasons.length === 1 && only ? only : `None of these ${reasons.length} VMs can be migrated: ${only}`
}

export const migrate: Action<'vms'> = {
  id: 'migrate',
  of: 'vms',
  label: 'Migrate...',
  keys: 'm',
  validate: ({ vmIds }, world) => whyNone(vmIds, world),
  run: ({ vmIds }) => {
    const [vmId] = vmIds
    if (vmIds.length > 1) openDialog({ kind: 'migrate-several', vmIds })
    else if (vmId !== undefined) openDialog({ kind: 'migrate', vmId })
  },
}

export const schedule: Action<'vms'> = {
  id: 'schedule',
  of: 'vms',
  label: 'Schedule...',
  keys: 's',
  validate: ({ vmIds }, world) =>
    whyNone(vmIds, world) ??
    (vmIds.every(vmId => world.schedule.some(entry => entry.vmId === vmId))
      ? 'It is scheduled already: take that back first.'
      : null),
  run: ({ vmIds }) => openDialog({ kind: 'schedule', vmIds, suggestedAtMs: null }),
}

/** Why a VM cannot be simulated now, as one sentence; null when it can. */
const whyNotSimulate = (vmIds: readonly string[], { fleet, isCutOff }: World): string | null => {
  if (isCutOff) return CUT_OFF
  const [vmId, ...others] = vmIds
  if (vmId === undefined) return 'No VM is selected.'
  if (others.length > 0) return 'One VM at a time can be simulated.'
  const vm = fleet.vmsById.get(vmId)
  if (!vm) return 'The VM is no longer known.'
  return vm.powerState === 'running'
    ? null
    : `${vm.name} is ${vm.powerState}; only a running VM writes memory.`
}

export const simulate: Action<'vms'> = {
  id: 'simulate',
  of: 'vms',
  label: 'Simulate all...',
  validate: ({ vmIds }, world) => whyNotSimulate(vmIds, world),
  run: ({ vmIds }) => {
    const [vmId] = vmIds
    if (vmId !== undefined) openDialog({ kind: 'simulate', vmId })
  },
}

/** Takes VMs at risk off the list of what needs attention, each until its risk is over. */
export const acknowledgeRisk: Action<'vms'> = {
  id: 'acknowledge-risk',
  of: 'vms',
  label: 'Acknowledge risk',
  keys: 'a',
  validate: ({ vmIds }, { fleet, notices }) => {
    const atRisk = vmIds.filter(vmId => ['high', 'watch'].includes(fleet.risks.get(vmId)?.level ?? 'none'))
    if (atRisk.length === 0) return vmIds.length > 1 ? 'None of them is at risk.' : 'It is not at risk.'
    return atRisk.every(vmId => notices.knownRisks.has(vmId)) ? 'It is acknowledged already.' : null
  },
  run: ({ vmIds }) => acknowledgeRisks(vmIds),
}
