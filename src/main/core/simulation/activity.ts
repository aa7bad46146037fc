/** What a VM does at one moment. */
export interface Activity {
  /** CPU use over all its vCPUs, 0..1. */
  readonly cpuRatio: number
  /** Memory in use over memory given, 0..1. */
  readonly memoryRatio: number
  readonly diskReadBytesPerSecond: number
  readonly diskWriteBytesPerSecond: number
  readonly networkReceivedBytesPerSecond: number
  readonly networkSentBytesPerSecond: number
  /** Writes to guest memory per second, one rate per write class of the VM's layout. */
  readonly writesPerSecond: readonly number[]
}

/** A VM's activity as a pure function of the ms since the lab started; earlier (negative) times are defined too. */
export type Workload = (elapsedMs: number) => Activity

/** The mean activity over the last `ms` up to `endMs`, from `samples` evenly spaced moments. */
export const meanActivity = (
  workload: Workload,
  endMs: number,
  window: { readonly ms: number; readonly samples: number },
): Activity => {
  const { ms, samples } = window
  let [cpuRatio, memoryRatio, diskRead, diskWrite, received, sent] = [0, 0, 0, 0, 0, 0]
  const writes: number[] = []
  for (let i = 0; i < samples; i++) {
    const taken = workload(endMs - ((i + 0.5) * ms) / samples)
    cpuRatio += taken.cpuRatio
    memoryRatio += taken.memoryRatio
    diskRead += taken.diskReadBytesPerSecond
    diskWrite += taken.diskWriteBytesPerSecond
    received += taken.networkReceivedBytesPerSecond
    sent += taken.networkSentBytesPerSecond
    for (const [c, rate] of taken.writesPerSecond.entries()) writes[c] = (writes[c] ?? 0) + rate
  }
  return {
    cpuRatio: cpuRatio / samples,
    memoryRatio: memoryRatio / samples,
    diskReadBytesPerSecond: diskRead / samples,
    diskWriteBytesPerSecond: diskWrite / samples,
    networkReceivedBytesPerSecond: received / samples,
    networkSentBytesPerSecond: sent / samples,
    writesPerSecond: writes.map(sum => sum / samples),
  }
}
