export const thresholdOrigins = ['default', 'learned', 'manual'] as const
export type ThresholdOrigin = (typeof thresholdOrigins)[number]

/** One tunable number: its unit, range, default and where its present value comes from. */
export interface Threshold {
  readonly value: number
  readonly unit: string
  readonly min: number
  readonly max: number
  readonly default: number
  readonly origin: ThresholdOrigin
  /** Where the default comes from: a paper and equation, a measurement, a convention. */
  readonly source: string
}
