import type { HeatItem, vmContract } from '../../shared/contract/vm.ts'
import { seriesStepMs } from '../../shared/model/sample.ts'
import type { Handlers } from '../../shared/rpc/contract.ts'
import type { Store } from '../ports/store.ts'
import type { AdviceWatch } from '../services/advice-watch.ts'
import type { HeatWatch } from '../services/heat-watch.ts'
import type { WhatIfs } from '../services/what-ifs.ts'
import type { WorkingSets } from '../services/working-sets.ts'

export const vmHandlers = ({
  store,
  heatWatch,
  workingSets,
  adviceWatch,
  whatIfs,
}: {
  store: Store
  heatWatch: HeatWatch
  workingSets: WorkingSets
  adviceWatch: AdviceWatch
  whatIfs: WhatIfs
}): Handlers<typeof vmContract> => ({
  'vm.series': ({ vmId, fromMs, toMs }) => store.series(vmId, fromMs, toMs, seriesStepMs(toMs - fromMs)),
  'vm.heat': ({ vmId }, signal): AsyncIterable<HeatItem> => heatWatch.watch(vmId, signal),
  'vm.advice': ({ vmId }, signal) => adviceWatch.watch(vmId, signal),
  'vm.workingSet': ({ vmId }, signal) => workingSets.watch(vmId, signal),
  'vm.simulate': ({ vmId }, signal) => whatIfs.watchVm(vmId, signal),
})
