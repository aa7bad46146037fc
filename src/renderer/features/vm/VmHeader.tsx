import type { Vm } from '../../../shared/model/vm.ts'
import { formatBytes } from '../../../shared/units.ts'
import { useApp, useFleet } from '../../state/index.ts'
import { SubjectHeader } from '../../ui/SubjectHeader.tsx'
import styles from './vm.module.css'
import { modelWords, originWords } from './vm-words.ts'

/** Which VM this is, where it runs, and where its figures come from. */
export const VmHeader = ({ vm }: { readonly vm: Vm }) => {
  const host = useFleet(state => (vm.hostId === null ? undefined : state.hostsById.get(vm.hostId)))
  const rate = useFleet(state => state.vmSamples.get(vm.id)?.dirtyPagesPerSecond)
  const model = useApp(state => state.status?.model)
  return (
    <SubjectHeader name={vm.name}>
      <span>
        {vm.powerState}
        {host && ` on ${host.name}`}
        {host?.live === false && ', which does not answer its pool'}
      </span>
      <span>{formatBytes(vm.memoryBytes)}</span>
      <span>{vm.vcpuCount} vCPU</span>
      <span>
        <span className={styles.dim}>dirty rate:</span> {originWords(rate)}
      </span>
      <span title="Skill: 0 is as good as repeating the last value, 1 is perfect.">
        <span className={styles.dim}>forecast model:</span> {modelWords(model)}
      </span>
      {vm.currentOperations.length > 0 && <span>now: {vm.currentOperations.join(', ')}</span>}
    </SubjectHeader>
  )
}
