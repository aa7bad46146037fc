import type { Round } from '../../../shared/model/migration.ts'
import { PAGE_BYTES } from '../../../shared/units.ts'
import { pageDirtyRate, vmSize, workingSetSize } from './printed-features.ts'

/** A migration after a live round: what the features are made of. */
export interface RoundsSoFar {
  readonly memoryPages: number
  /** Live rounds, at least one; the last has just ended. */
  readonly rounds: readonly Pick<
    Round,
    'index' | 'sentPages' | 'dirtiedPages' | 'ms' | 'bandwidthBytesPerSecond'
  >[]
}

/** S4's four, under the paper's names. */
export const printedFeatures = ['vm_size', 'page_dirty_rate', 'working_set_size', 'bandwidth'] as const

/**
 * Ours: what is left and what all memory would take at the last bandwidth, dirty ratio, and growth of what is left; as
 * logarithms of one more, so that 20 ms and 50 ms are as far apart as 2 s and 5 s.
 */
export const ownFeatures = ['log ms left', 'log dirty ratio', 'log ms in all', 'log growth'] as const

/** The same four as they are, to compare. */
export const plainFeatures = ['ms to send what is left', 'dirty ratio', 'ms to send all', 'growth'] as const

/** The 4 and ten more; the paper does not list its own. */
export const fourteenFeatures = [
  ...printedFeatures,
  'memory pages',
  'dirtied pages',
  'sent pages',
  'round ms',
  'round',
  'elapsed ms',
  'pages sent so far',
  'dirtied pages before',
  'dirty ratio',
  'ms to send what is left',
] as const

export const twentyFeatures = [
  ...fourteenFeatures,
  'ms to send all',
  'growth',
  'fewest pages dirtied',
  'most pages dirtied',
  'mean bandwidth',
  'pages sent again',
] as const

export type FeatureName = (typeof twentyFeatures | typeof ownFeatures)[number]

const sumOf = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0)

/** Every feature by name. */
export const featuresOf = ({ memoryPages, rounds }: RoundsSoFar): Readonly<Record<FeatureName, number>> => {
  const last = rounds.at(-1)
  if (last === undefined) throw new RangeError('features are made of at least one round')
  // A round without pages tells nothing of the link.
  const bandwidth = rounds.findLast(round => round.bandwidthBytesPerSecond > 0)?.bandwidthBytesPerSecond ?? 1
  const before = rounds.at(-2)?.dirtiedPages ?? memoryPages
  const sent = sumOf(rounds.map(round => round.sentPages))
  const elapsedMs = Math.max(1e-3, sumOf(rounds.map(round => round.ms)))
  const perSecond = (last.dirtiedPages * 1000) / Math.max(1e-3, last.ms)
  const [memoryBytes, leftBytes] = [memoryPages * PAGE_BYTES, last.dirtiedPages * PAGE_BYTES]
  const mib = (pages: number) => (pages * PAGE_BYTES) / 2 ** 20
  const dirtied = rounds.map(round => round.dirtiedPages)
  const leftMs = (leftBytes * 1000) / bandwidth
  const allMs = (memoryBytes * 1000) / bandwidth
  const dirtyRatio = (perSecond * PAGE_BYTES) / bandwidth
  const growth = last.dirtiedPages / Math.max(1, before)
  return {
    vm_size: vmSize(mib(memoryPages), leftBytes / 1024),
    page_dirty_rate: pageDirtyRate(perSecond, memoryBytes / 2 ** 30),
    working_set_size: workingSetSize(mib(sent), leftBytes / 1024, elapsedMs / 1000),
    bandwidth,
    'memory pages': memoryPages,
    'dirtied pages': last.dirtiedPages,
    'sent pages': last.sentPages,
    'round ms': last.ms,
    round: last.index,
    'elapsed ms': elapsedMs,
    'pages sent so far': sent,
    'dirtied pages before': before,
    'dirty ratio': dirtyRatio,
    'ms to send what is left': leftMs,
    'ms to send all': allMs,
    growth,
    'log ms left': Math.log1p(leftMs),
    'log dirty ratio': Math.log1p(dirtyRatio),
    'log ms in all': Math.log1p(allMs),
    'log growth': Math.log1p(growth),
    'fewest pages dirtied': Math.min(...dirtied),
    'most pages dirtied': Math.max(...dirtied),
    'mean bandwidth': sumOf(rounds.map(round => round.bandwidthBytesPerSecond)) / rounds.length,
    'pages sent again': Math.max(0, sent - memoryPages),
  }
}

/** Some features in the order of their names. */
export const rowOf = (
  features: Readonly<Record<FeatureName, number>>,
  names: readonly FeatureName[],
): readonly number[] => names.map(name => features[name])
