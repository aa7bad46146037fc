import { actingHypervisor } from '../fakes/acting-hypervisor.ts'
import { describeHypervisor } from './hypervisor.suite.ts'

describeHypervisor('the fake', async () => {
  const hypervisor = actingHypervisor()
  return {
    hypervisor,
    quick: { vmId: 'quick', destinationHostId: 'host-2' },
    slow: { vmId: 'slow', destinationHostId: 'host-2' },
    stop: () => hypervisor.close(),
  }
})
