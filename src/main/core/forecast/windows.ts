import {
  FEATURE_COUNT,
  type FeatureSeries,
  HORIZON_STEPS,
  OUTPUT_COUNT,
  SPAN_STEPS,
  targetColumns,
  WINDOW_SIZE,
  WINDOW_STEPS,
} from './features.ts'

/** Windows and what followed each: count x 20 x 5 and count x 4 x 2, raw units. */
export interface WindowSet {
  readonly count: number
  readonly windows: Float32Array
  readonly truths: Float32Array
}

/** Windows with their whole future that fit into `steps`; 0 when none does. */
export const windowsIn = (steps: number): number => Math.max(0, steps - SPAN_STEPS + 1)

/** One window: where it begins in its series. */
export interface WindowPick {
  readonly series: FeatureSeries
  readonly start: number
}

/** Copies the picked windows, with what came 1, 10, 30 and 60 steps after each. */
export const cutWindows = (picks: readonly WindowPick[]): WindowSet => {
  const windows = new Float32Array(picks.length * WINDOW_SIZE)
  const truths = new Float32Array(picks.length * OUTPUT_COUNT)
  for (const [index, { series, start }] of picks.entries()) {
    const from = start * FEATURE_COUNT
    windows.set(series.values.subarray(from, from + WINDOW_SIZE), index * WINDOW_SIZE)
    let output = index * OUTPUT_COUNT
    for (const horizon of HORIZON_STEPS) {
      const row = (start + WINDOW_STEPS - 1 + horizon) * FEATURE_COUNT
      for (const column of targetColumns) truths[output++] = series.values[row + column] ?? Number.NaN
    }
  }
  return { count: picks.length, windows, truths }
}

/** Picks `count` windows, each equally likely over all series; `random` gives 0..1. Throws when none is long enough. */
export const drawPicks = (
  series: readonly FeatureSeries[],
  count: number,
  random: () => number,
): readonly WindowPick[] => {
  const ends: number[] = []
  let total = 0
  for (const one of series) {
    total += windowsIn(one.steps)
    ends.push(total)
  }
  if (total === 0) throw new RangeError('no series is long enough for one window')
  return Array.from({ length: count }, () => {
    const ticket = Math.floor(random() * total)
    const index = ends.findIndex(end => ticket < end)
    const one = series[index]
    if (one === undefined) throw new RangeError(`no series holds window ${ticket}`)
    return { series: one, start: ticket - ((ends[index] ?? 0) - windowsIn(one.steps)) }
  })
}

/** Every `stride`-th window of each series. */
export const spacedPicks = (series: readonly FeatureSeries[], stride: number): readonly WindowPick[] =>
  series.flatMap(one =>
    Array.from({ length: Math.ceil(windowsIn(one.steps) / stride) }, (_, index) => ({
      series: one,
      start: index * stride,
    })),
  )

/** The part of a series between two steps, sharing its memory. */
const between = (series: FeatureSeries, from: number, to: number): FeatureSeries => ({
  ...series,
  steps: to - from,
  values: series.values.subarray(from * FEATURE_COUNT, to * FEATURE_COUNT),
})

export interface SplitSeries {
  readonly training: readonly FeatureSeries[]
  readonly validation: readonly FeatureSeries[]
  readonly test: readonly FeatureSeries[]
}

/**
 * Splits 70/20/10 (S1 Table 1) so that no window straddles: the test series are whole VMs that training never
 * sees, the others are cut in time, their last 2/9 validating. Parts too short for a window are left out.
 */
export const splitSeries = (series: readonly FeatureSeries[], heldOut: ReadonlySet<string>): SplitSeries => {
  const seen = series.filter(one => !heldOut.has(one.name))
  const long = (one: FeatureSeries) => windowsIn(one.steps) > 0
  const cutAt = (one: FeatureSeries) => Math.floor((one.steps * 7) / 9)
  return {
    training: seen.map(one => between(one, 0, cutAt(one))).filter(long),
    validation: seen.map(one => between(one, cutAt(one), one.steps)).filter(long),
    test: series.filter(one => heldOut.has(one.name)).filter(long),
  }
}
