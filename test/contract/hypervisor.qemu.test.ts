import { afterAll, beforeAll, describe } from 'vitest'
import { connectQemu } from '../../src/main/adapters/qemu/qemu-hypervisor.ts'
import { systemClock } from '../../src/main/adapters/system/system-clock.ts'
import { MIB } from '../../src/shared/units.ts'
import { silentLog } from '../fakes/silent-log.ts'
import { listenToGuest, type RealHosts, realHosts, realParts } from '../support/real-guests.ts'
import { writeHostsFile } from '../support/real-hosts-file.ts'
import { describeHypervisor, type HypervisorBench } from './hypervisor.suite.ts'

const real = await realParts()
const never = new AbortController().signal

describe.skipIf(!real.can)(`QEMU${real.can ? '' : ` (${real.because})`}`, () => {
  if (!real.can) return
  let hosts: RealHosts
  let opened = 0

  /** The guests are booted once and go on from test to test, wherever they are. */
  beforeAll(async () => {
    hosts = realHosts(real.parts)
    for (const [name, workload] of [
      ['quick', 'hot 32 2000'],
      ['slow', 'uniform 64 2000'],
    ] as const) {
      const { serial } = await hosts.start(name, workload)
      const guest = listenToGuest()
      await guest.listen(serial)
      await guest.beat(({ writes }) => writes > 1000)
      guest.close()
    }
  })
  afterAll(() => hosts.close())

  /** Each test has a file of its own, for migrations are remembered beside it. */
  const open = async (): Promise<HypervisorBench> => {
    const url = writeHostsFile(hosts, `hosts-${++opened}.json`, 256 * MIB)
    const settings = { id: 'qemu', name: 'QEMU', url }
    const hypervisor = await connectQemu({ settings, clock: systemClock, log: silentLog }, never)
    for await (const inventory of hypervisor.watchInventory(never)) {
      const moveOf = (name: string) => {
        const vm = inventory.vms.find(each => each.name === name)
        const destination = inventory.hosts.find(({ id }) => id !== vm?.hostId)
        return { vmId: vm?.id ?? '', destinationHostId: destination?.id ?? '' }
      }
      if (inventory.vms.some(vm => vm.immovableBecause !== null) || inventory.vms.length < 2) continue
      return { hypervisor, quick: moveOf('quick'), slow: moveOf('slow'), stop: () => hypervisor.close() }
    }
    throw new Error('the hosts have no inventory')
  }

  describeHypervisor('QEMU over QMP', open)
})
