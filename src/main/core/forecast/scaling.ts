import { FEATURE_COUNT, type FeatureSeries, type ForecastFeature, forecastFeatures } from './features.ts'

/** How one feature becomes 0..1: its curve, then MinMax between the curve's values of `min` and `max`. */
export interface FeatureScale {
  /** `log` is ln(1 + x / unit): nearly linear below `unit`, then one step for each decade. */
  readonly curve: 'linear' | 'log'
  readonly unit: number
  /** Smallest and largest raw value of the training data. */
  readonly min: number
  readonly max: number
  /** Median of the training data, scaled: where a forecast starts when nothing at all is known. */
  readonly typical: number
}

/** Fitted MinMax scaling of the features, in their order (S1 Table 1). Plain data, kept with the weights. */
export interface Scaling {
  readonly version: 1
  readonly features: readonly FeatureScale[]
}

export type Curves = Readonly<Record<ForecastFeature, Pick<FeatureScale, 'curve' | 'unit'>>>

/** What an unavailable value is to the network: well outside 0..1. */
export const MASKED = -1

/** Inputs beyond the range seen in training are held here: an LSTM saturates, it does not extrapolate. */
const LARGEST_INPUT = 1.5

const bend = (value: number, scale: Pick<FeatureScale, 'curve' | 'unit'>): number =>
  scale.curve === 'log' ? Math.log1p(Math.max(0, value) / scale.unit) : value

/** A raw value in scaled space, unbounded: 0 at the training minimum, 1 at its maximum; NaN stays NaN. */
export const toScaled = (value: number, scale: FeatureScale): number => {
  const low = bend(scale.min, scale)
  const span = bend(scale.max, scale) - low
  return span > 0 ? (bend(value, scale) - low) / span : 0
}

/** The inverse of `toScaled`. */
export const fromScaled = (scaled: number, scale: FeatureScale): number => {
  const low = bend(scale.min, scale)
  const bent = low + scaled * (bend(scale.max, scale) - low)
  return scale.curve === 'log' ? Math.expm1(bent) * scale.unit : bent
}

/** What the network is given for a raw value: scaled and held within 0..1.5, or the mask where there is none. */
export const toInput = (value: number, scale: FeatureScale): number =>
  Number.isFinite(value) ? Math.min(LARGEST_INPUT, Math.max(0, toScaled(value, scale))) : MASKED

/** Scale of one feature; fails on an index that is none, which is a bug. */
export const scaleOf = (scaling: Scaling, column: number): FeatureScale => {
  const scale = scaling.features[column]
  if (scale === undefined) throw new RangeError(`no scale for feature ${column}`)
  return scale
}

const finiteColumn = (series: readonly FeatureSeries[], column: number): Float32Array => {
  const total = series.reduce((sum, one) => sum + one.steps, 0)
  const values = new Float32Array(total)
  let used = 0
  for (const { steps, values: raw } of series) {
    for (let step = 0; step < steps; step++) {
      const value = raw[step * FEATURE_COUNT + column] ?? Number.NaN
      if (Number.isFinite(value)) values[used++] = value
    }
  }
  return values.subarray(0, used)
}

/** Fits MinMax to the finite values of the training series; a feature that is never seen gets the range 0..1. */
export const fitScaling = (series: readonly FeatureSeries[], curves: Curves): Scaling => ({
  version: 1,
  features: forecastFeatures.map((feature, column) => {
    const values = finiteColumn(series, column).sort()
    const range = { ...curves[feature], min: values[0] ?? 0, max: values[values.length - 1] ?? 1, typical: 0 }
    return { ...range, typical: toScaled(values[values.length >> 1] ?? 0, range) }
  }),
})
