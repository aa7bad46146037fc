import type { Decision } from '../../src/shared/model/decision.ts'
import { measured, UNAVAILABLE } from '../../src/shared/model/measure.ts'
import type { Migration } from '../../src/shared/model/migration.ts'
import type { Vm } from '../../src/shared/model/vm.ts'

export const aDecision = (vm: Vm, changes: Partial<Decision> = {}): Decision => ({
  id: 'decision-1',
  atMs: 0,
  connectionId: vm.poolId.replace('pool', 'connection'),
  vmId: vm.id,
  vmName: vm.name,
  kind: 'trigger',
  outcome: 'would migrate (advise)',
  reasons: [
    'The dirty rate is forecast to reach 165,000 pages/s at 13:44:10, above the trigger of 152,588 pages/s.',
    'It has been above the trigger for 30 s.',
  ],
  inputs: [
    {
      name: 'forecast dirty rate',
      value: { origin: 'estimated', value: 165_000, ageMs: 0 },
      unit: 'pages/s',
      limit: 152_588,
      fired: true,
    },
    { name: 'host CPU', value: measured(0.61, 2000), unit: 'ratio', limit: 0.8, fired: false },
    { name: 'page faults', value: UNAVAILABLE, unit: 'faults/s', limit: 6400, fired: false },
  ],
  alternatives: [
    { name: 'host-3', chosen: true, because: 'Lowest load, 41 GiB free.' },
    { name: 'host-2', chosen: false, because: 'Its CPU would pass 0.80 with this VM.' },
    { name: 'wait', chosen: false, because: 'No trough is forecast in the next 60 s.' },
  ],
  migrationId: null,
  ...changes,
})

/** The record of a migration an operator asked for. */
export const operatorDecision = (vm: Vm, migration: Migration, id: string): Decision =>
  aDecision(vm, {
    id,
    atMs: migration.startedAtMs,
    kind: 'operator',
    outcome: `migrate to ${migration.destinationHostId.replace(/^pool-\d+-/, '')}`,
    reasons: ['Asked for by the operator.'],
    inputs: [],
    migrationId: migration.id,
  })
