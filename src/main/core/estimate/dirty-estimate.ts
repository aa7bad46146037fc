import { PAGE_BYTES } from '../../../shared/units.ts'

/** What a pool without the plugin still tells of a VM. Undefined where it does not. */
export interface EstimateFeatures {
  /** CPU use over all vCPUs, 0..1. */
  readonly cpuRatio: number | undefined
  readonly vcpuCount: number
  readonly diskReadBytesPerSecond: number | undefined
  readonly networkReceiveBytesPerSecond: number | undefined
  readonly memoryBytes: number
  /** Memory in use over memory given, 0..1: what a guest does not use it does not write. */
  readonly memoryRatio: number | undefined
}

/** Pages/s by where they come from. */
export interface EstimateParts {
  readonly diskPages: number
  readonly networkPages: number
  readonly cpuPages: number
}

/** vCPUs at work, 0..vcpuCount; undefined where the CPU use is not known. */
export const busyVcpus = ({ cpuRatio, vcpuCount }: EstimateFeatures): number | undefined =>
  cpuRatio === undefined ? undefined : Math.max(0, cpuRatio) * vcpuCount

/** Pages/s that devices write into guest memory: what is read from disk and received from the network, by the page. */
export const dmaPages = (features: EstimateFeatures): number =>
  ((features.diskReadBytesPerSecond ?? 0) + (features.networkReceiveBytesPerSecond ?? 0)) / PAGE_BYTES

/** The terms of the estimate; undefined without a CPU use, for then the greater part of it is missing. */
export const estimateParts = (
  features: EstimateFeatures,
  pagesPerBusyVcpu: number,
): EstimateParts | undefined => {
  const busy = busyVcpus(features)
  if (busy === undefined) return undefined
  return {
    diskPages: (features.diskReadBytesPerSecond ?? 0) / PAGE_BYTES,
    networkPages: (features.networkReceiveBytesPerSecond ?? 0) / PAGE_BYTES,
    cpuPages: busy * pagesPerBusyVcpu,
  }
}

/**
 * Unique pages dirtied in 1 s, estimated: (disk reads + network receive) / 4096 + busy vCPUs x pages a busy vCPU
 * dirties, at most the pages in use. Undefined without a CPU use. The model is ours.
 */
export const estimateDirtyPages = (
  features: EstimateFeatures,
  pagesPerBusyVcpu: number,
): number | undefined => {
  const parts = estimateParts(features, pagesPerBusyVcpu)
  if (parts === undefined) return undefined
  const usedPages = (features.memoryBytes / PAGE_BYTES) * Math.min(1, Math.max(0, features.memoryRatio ?? 1))
  return Math.min(usedPages, parts.diskPages + parts.networkPages + parts.cpuPages)
}
