/** What the network reads of each step, in the order of S1 eq 1: {CPU, RAM, I/O, DP, PF}. */
export const forecastFeatures = [
  'cpuRatio',
  'memoryRatio',
  'ioBytesPerSecond',
  'dirtyPagesPerSecond',
  'pageFaultsPerSecond',
] as const
export type ForecastFeature = (typeof forecastFeatures)[number]

/** Values of one step. */
export const FEATURE_COUNT = forecastFeatures.length

/** Steps of one second that the network looks back on (S1 Table 1). */
export const WINDOW_STEPS = 20

/** What is forecast, in the order of an output pair: the dirty rate first (S1 eq 17), then the CPU. */
export const forecastTargets = [
  'dirtyPagesPerSecond',
  'cpuRatio',
] as const satisfies readonly ForecastFeature[]
export type ForecastTarget = (typeof forecastTargets)[number]

/** Column of each target among the features. */
export const targetColumns: readonly number[] = forecastTargets.map(target =>
  forecastFeatures.indexOf(target),
)

/** Steps ahead of each output pair, nearest first; the first is the paper's next step. */
export const HORIZON_STEPS = [1, 10, 30, 60] as const

/** Values of one window: steps x features. */
export const WINDOW_SIZE = WINDOW_STEPS * FEATURE_COUNT

/** Steps from the first of a window to the last that is forecast from it, both counted. */
export const SPAN_STEPS = WINDOW_STEPS + Math.max(...HORIZON_STEPS)

/** Numbers that the network gives for one window: a pair of targets for each horizon. */
export const OUTPUT_COUNT = HORIZON_STEPS.length * forecastTargets.length

/** The same figures of one VM second by second: `steps` x 5 raw values, oldest first, NaN where unavailable. */
export interface FeatureSeries {
  readonly name: string
  /** Played from a recording, or made up. */
  readonly origin: 'recorded' | 'synthetic'
  readonly steps: number
  readonly values: Float32Array
}
