import { openLab } from '../../src/main/adapters/lab/lab.ts'
import type { LabConfig, LabVmConfig } from '../../src/main/adapters/lab/lab-config.ts'
import { GIB, MIB } from '../../src/shared/units.ts'
import { never, openXenApi } from '../support/open-xenapi.ts'
import { describeHypervisor, type HypervisorBench } from './hypervisor.suite.ts'

const aVm = (name: string, host: string, memoryBytes: number): LabVmConfig => ({
  name,
  description: '',
  host,
  memoryBytes,
  vcpuCount: 1,
  workload: { kind: 'steady', cpuRatio: 0.5, writesPerSecond: 2000, writtenShare: 0.25 },
})

const twoHosts: LabConfig = {
  poolName: 'two hosts',
  hosts: ['127.0.0.1', '127.0.0.2'].map((address, index) => ({
    name: `host-${index + 1}`,
    address,
    cpuCount: 4,
    memoryBytes: 8 * GIB,
  })),
  vms: [aVm('quick', 'host-1', 32 * MIB), aVm('slow', 'host-2', GIB)],
  linkBytesPerSecond: 200 * MIB,
  roundTripMs: 0.2,
  handshakeMs: 10,
  handshakeSpreadMs: 5,
  zeroShare: 0,
  msPerTraceRow: 10_000,
  remark: 'A lab for a test',
}

const openOn = async (config: LabConfig): Promise<HypervisorBench> => {
  const lab = await openLab({ pools: [config], port: 0, seed: 1, user: 'root', password: 'secret' })
  const hypervisor = await openXenApi(lab.info.url)
  for await (const { vms, hosts } of hypervisor.watchInventory(never)) {
    const moveOf = (name: string) => {
      const vm = vms.find(each => each.name === name)
      const destination = hosts.find(({ id }) => id !== vm?.hostId)
      return { vmId: vm?.id ?? '', destinationHostId: destination?.id ?? '' }
    }
    const stop = async () => {
      await hypervisor.close()
      await lab.close()
    }
    return { hypervisor, quick: moveOf('quick'), slow: moveOf('slow'), stop }
  }
  throw new Error('the lab has no inventory')
}

describeHypervisor('XenAPI, hosts with the plugin', () => openOn(twoHosts))
describeHypervisor('XenAPI, stock hosts', () => openOn({ ...twoHosts, hasPlugin: false }))
