import type { LoadRatios } from '../../../shared/model/host-load.ts'

/**
 * S3's load index, the product of 1 / (1 - theta) over the used shares that are known: 1 idle, 16 with four at 50 %,
 * infinite when one is used up. What is null is left out.
 */
export const loadIndex = (ratios: readonly (number | null)[]): number =>
  1 / ratios.reduce<number>((free, ratio) => free * (ratio === null ? 1 : Math.max(0, 1 - ratio)), 1)

/** The load index of a host; null where CPU or memory is not known, for then it would only look idle. */
export const hostLoadIndex = ({ cpu, memory, disk, network }: LoadRatios): number | null =>
  cpu === null || memory === null ? null : loadIndex([cpu, memory, disk, network])
