/** S4 eq 1, in KiB: as printed, what has been sent rather than the VM's size. */
export const vmSize = (dataTotalMib: number, dataRemainingKib: number): number =>
  dataTotalMib * 1024 - dataRemainingKib

/** S4 eq 2: as printed a share of memory per second (pages/s times 4,096 over the bytes of `memoryTotalGib`), not MB/s. */
export const pageDirtyRate = (dirtyPagesPerSecond: number, memoryTotalGib: number): number =>
  (dirtyPagesPerSecond * 4096) / (memoryTotalGib * 1024 * 1024 * 1024)

/** S4 eq 3, KiB/s: as printed a throughput, nearly the bandwidth. */
export const workingSetSize = (
  memoryProcessedMib: number,
  memoryRemainingKib: number,
  elapsedSeconds: number,
): number => (memoryProcessedMib * 1024 - memoryRemainingKib) / elapsedSeconds

/** S4 eq 4 as printed: lost probes times their round trip, ms. */
export const probeDowntimePrintedMs = (lostProbes: number, roundTripMs: number): number =>
  lostProbes * roundTripMs

/** What lost probes say: each stands for one interval between probes, ms. */
export const probeDowntimeMs = (lostProbes: number, intervalMs: number): number => lostProbes * intervalMs
