import type { PoolTask } from '../../../shared/model/pool-task.ts'
import type { VmSample } from '../../../shared/model/sample.ts'
import type { PowerState, Vm } from '../../../shared/model/vm.ts'
import { sampleOf } from '../system/vm-counters.ts'
import { type Domain, type DomainJob, isMigratingOut } from './domain.ts'
import type { HostDomain, PlacedDomain } from './place-domains.ts'

/** Why libvirt's VMs are not moved here, and what moves them. */
export const observedBecause = (nameOrUuid: string): string =>
  `It is managed by libvirt, which would not know that it moved: it is only observed. Move it with virsh migrate --live ${nameOrUuid} qemu+ssh://DESTINATION/system, and cancel that with virsh domjobabort ${nameOrUuid}.`

/** What there is to say of a VM that runs on several hosts. */
export const runsTwice = ({ hostName, alsoOn, domain }: PlacedDomain): string =>
  `${domain.name} runs on ${[hostName, ...alsoOn].join(' and on ')} at the same time, under one UUID: they ruin each disk that both write to. Unless these are names of one machine, keep one, and end the other on its host with virsh destroy ${wordFor(domain)}.`

/** A name that a shell takes for one word, and virsh for no id. */
export const isPlainWord = (name: string): boolean => /^[A-Za-z_][A-Za-z0-9._-]*$/.test(name)

/** What virsh is to call it. */
const wordFor = ({ name, uuid }: Domain): string => (isPlainWord(name) ? name : uuid)

/** What is in a pause between two hosts runs, as far as anybody notices. */
const powerStateOf = (domain: Domain): PowerState =>
  domain.powerState === 'paused' && isMigratingOut(domain) ? 'running' : domain.powerState

const operationOf = (domain: Domain): string =>
  isMigratingOut(domain) ? 'migrate' : (domain.job?.operation ?? '')

/** The id of a VM that libvirt manages: it stays the same wherever it runs. */
export const observedVmId = (poolId: string, { key }: Pick<PlacedDomain, 'key'>): string => `${poolId}.${key}`

/** A VM that libvirt manages, as the inventory has it. */
export const observedVm = (poolId: string, placed: PlacedDomain): Vm => {
  const { domain, hostName, alsoOn } = placed
  const { name, memoryBytes, vcpuCount } = domain
  return {
    id: observedVmId(poolId, placed),
    poolId,
    hostId: domain.powerState === 'halted' ? null : `${poolId}.${hostName}`,
    name,
    description: 'QEMU, managed by libvirt',
    powerState: powerStateOf(domain),
    memoryBytes,
    memoryMinBytes: memoryBytes,
    vcpuCount,
    immovableBecause: alsoOn.length > 0 ? runsTwice(placed) : observedBecause(wordFor(domain)),
    currentOperations: domain.job === null ? [] : [operationOf(domain)],
  }
}

/** A migration's rate is that of a round, which is longer than a window. */
const dirtyRateOf = (job: DomainJob | null, ageMs: number): Pick<VmSample, 'dirtyPagesPerSecond'> | null =>
  job?.dirtyPagesPerSecond === undefined
    ? null
    : { dirtyPagesPerSecond: { origin: 'estimated', value: job.dirtyPagesPerSecond, ageMs } }

/** Its figures; null where it does not run. */
export const observedSample = (
  vmId: string,
  { domain, atMs, before }: Pick<HostDomain, 'domain' | 'atMs' | 'before'>,
  nowMs: number,
): VmSample | null => {
  if (powerStateOf(domain) !== 'running') return null
  const { vcpuCount, memoryBytes, counters, job } = domain
  const now = { ...counters, atMs }
  const earlier = before === null ? undefined : { ...before.domain.counters, atMs: before.atMs }
  const sample = sampleOf({ vmId, vcpuCount, memoryBytes, now, before: earlier }, nowMs)
  return { ...sample, ...dirtyRateOf(job, Math.max(0, nowMs - atMs)) }
}

const progressOf = ({ totalBytes, remainingBytes }: DomainJob): number =>
  totalBytes === undefined || remainingBytes === undefined || totalBytes === 0
    ? 0
    : Math.min(1, Math.max(0, 1 - remainingBytes / totalBytes))

/** What libvirt is doing to it; null where it does nothing. */
export const observedTask = (vmId: string, { domain }: Pick<HostDomain, 'domain'>): PoolTask | null =>
  domain.job && {
    id: vmId,
    name: domain.job.operation,
    subject: { operation: operationOf(domain), kind: 'vm', id: vmId, name: domain.name },
    by: 'libvirt',
    migrationId: null,
    progress: progressOf(domain.job),
    cancellable: false,
    state: 'running',
    failure: null,
  }
