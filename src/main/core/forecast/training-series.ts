import { GIB, pagesOf } from '../../../shared/units.ts'
import { mix, Random } from '../numeric/random.ts'
import type { TraceRow } from '../simulation/trace-workload.ts'
import type { FeatureSeries } from './features.ts'
import { playedSeries } from './played-series.ts'
import type { Curves } from './scaling.ts'
import { stormSeries } from './storm-series.ts'

/** Rows of one recorded VM, 300 s apart. */
export interface Recording {
  readonly name: string
  readonly rows: readonly TraceRow[]
}

/** A 300 s row plays in 10 s, as in the lab. */
const MS_PER_ROW = 10_000
/** A short recording is played twice, as guests of different size. */
const SHORT_ROWS = 2_000
const STORM_SERIES = 90
const STORM_STEPS = 900

/**
 * Rates span five decades, from an idle guest to one that outruns its link; on a linear scale everything but the stormiest
 * VM would be nearly 0. Below the unit (about what an idle VM does) the scale is linear.
 */
export const trainingCurves: Curves = {
  cpuRatio: { curve: 'linear', unit: 1 },
  memoryRatio: { curve: 'linear', unit: 1 },
  ioBytesPerSecond: { curve: 'log', unit: 100_000 },
  dirtyPagesPerSecond: { curve: 'log', unit: 1_000 },
  pageFaultsPerSecond: { curve: 'log', unit: 100 },
}

/** One in nine or ten, from the middle of the list: the paper's 10 % that training never sees. */
const isHeldOut = (index: number) => index % 10 === 4

export interface TrainingSeries {
  readonly series: readonly FeatureSeries[]
  /** Names of the series that only test. */
  readonly heldOut: ReadonlySet<string>
}

/** Everything that the forecaster learns from: the recordings as the lab plays them and 90 made-up VMs. */
export const trainingSeries = (recordings: readonly Recording[], seed: number): TrainingSeries => {
  const heldOut = new Set<string>()
  const series: FeatureSeries[] = []
  for (const [index, { name, rows }] of recordings.entries()) {
    if (isHeldOut(index)) heldOut.add(name)
    for (let pass = 0; pass < (rows.length < SHORT_ROWS ? 2 : 1); pass++) {
      const random = new Random(mix(seed + 1_000 * pass + index))
      const vcpuCount = 2 ** random.below(4)
      const memoryPages = pagesOf(GIB * 2 ** random.below(4))
      series.push(playedSeries({ name, rows, msPerRow: MS_PER_ROW, vcpuCount, memoryPages }, random))
    }
  }
  for (let index = 0; index < STORM_SERIES; index++) {
    const name = `storm ${index + 1}`
    if (isHeldOut(index)) heldOut.add(name)
    const random = new Random(mix(seed + 1_000_000 + index))
    series.push(stormSeries(name, STORM_STEPS, () => random.unit()))
  }
  return { series, heldOut }
}
