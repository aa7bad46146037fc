import type { Host } from '../../../shared/model/host.ts'
import { numberOf } from '../../../shared/model/measure.ts'
import type { VmSample } from '../../../shared/model/sample.ts'
import type { Vm } from '../../../shared/model/vm.ts'
import { formatBytes, formatRatio, pageRateInMib, threeFigures } from '../../../shared/units.ts'
import { hashOf, useFleet } from '../../state/index.ts'
import styles from './pool.module.css'

interface Demand {
  readonly vm: Vm
  /** Share of the host's CPU that the VM uses; undefined where unknown. */
  readonly hostShare: number | undefined
  readonly sample: VmSample | undefined
}

/** VMs by what they use of the host's CPU, most first; those without a figure last. */
export const byDemand = (
  host: Pick<Host, 'cpuCount'>,
  vms: readonly Vm[],
  samples: { get(vmId: string): VmSample | undefined },
): readonly Demand[] =>
  vms
    .map(vm => {
      const sample = samples.get(vm.id)
      const cpu = sample && numberOf(sample.cpuRatio)
      const hostShare = cpu === undefined ? undefined : (cpu * vm.vcpuCount) / Math.max(1, host.cpuCount)
      return { vm, hostShare, sample }
    })
    .sort((a, b) => (b.hostShare ?? -1) - (a.hostShare ?? -1))

const DemandLine = ({ vm, hostShare, sample }: Demand) => {
  const dirty = sample && numberOf(sample.dirtyPagesPerSecond)
  const mark = sample?.dirtyPagesPerSecond.origin === 'estimated' ? '~' : ''
  return (
    <tr>
      <th scope="row">
        <a href={hashOf({ screen: 'vm', vmId: vm.id })}>{vm.name}</a>
      </th>
      <td data-words>{vm.powerState}</td>
      <td>{hostShare === undefined ? '-' : formatRatio(hostShare)}</td>
      <td>{vm.vcpuCount}</td>
      <td>{formatBytes(vm.memoryBytes)}</td>
      <td>{dirty === undefined ? '-' : `${mark}${threeFigures(pageRateInMib(dirty))}`}</td>
    </tr>
  )
}

/** The VMs on a host, by what they demand of it. */
export const HostVms = ({ host, vms }: { readonly host: Host; readonly vms: readonly Vm[] }) => {
  const samples = useFleet(s => s.vmSamples)
  if (vms.length === 0) return <p className={styles.dim}>No VM runs on this host.</p>
  return (
    <section className={styles.panel} aria-label="VMs on it">
      <table className={styles.table}>
        <caption className={styles.hidden}>VMs on it, by the share of its CPU that they use</caption>
        <thead>
          <tr>
            <th scope="col">VM</th>
            <th scope="col" data-words>
              state
            </th>
            <th scope="col">of the host's CPU</th>
            <th scope="col">vCPUs</th>
            <th scope="col">memory</th>
            <th scope="col">
              dirty <small>MiB/s</small>
            </th>
          </tr>
        </thead>
        <tbody>
          {byDemand(host, vms, samples).map(demand => (
            <DemandLine key={demand.vm.id} {...demand} />
          ))}
        </tbody>
      </table>
    </section>
  )
}
