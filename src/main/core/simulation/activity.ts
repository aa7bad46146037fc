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
  const taken = Array.from({ length: samples }, (_, i) => workload(endMs - ((i + 0.5) * ms) / samples))
  const mean = (pick: (activity: Activity) => number) =>
    taken.reduce((sum, activity) => sum + pick(activity), 0) / samples
  return {
    cpuRatio: mean(a => a.cpuRatio),
    memoryRatio: mean(a => a.memoryRatio),
    diskReadBytesPerSecond: mean(a => a.diskReadBytesPerSecond),
    diskWriteBytesPerSecond: mean(a => a.diskWriteBytesPerSecond),
    networkReceivedBytesPerSecond: mean(a => a.networkReceivedBytesPerSecond),
    networkSentBytesPerSecond: mean(a => a.networkSentBytesPerSecond),
    writesPerSecond: (taken[0]?.writesPerSecond ?? []).map((_, c) => mean(a => a.writesPerSecond[c] ?? 0)),
  }
}
