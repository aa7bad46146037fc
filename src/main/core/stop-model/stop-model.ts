import { nearestRows } from '../regression/nearest-neighbours.ts'
import { type Scale, scaled, scaleOf } from '../regression/regression.ts'
import { type FeatureName, featuresOf, type RoundsSoFar, rowOf } from './round-features.ts'
import type { StoppedRun } from './training-runs.ts'

/** S4's model as data: K-nearest-neighbours over standardised features. */
export interface StopModel {
  readonly version: number
  readonly neighbours: number
  readonly features: readonly string[]
  readonly scale: Scale
  /** Standardised. */
  readonly rows: readonly (readonly number[])[]
  readonly downtimeMs: readonly number[]
  readonly totalMs: readonly number[]
}

/** Neighbours asked. The paper gives none; 3 and 8 score about the same on held-back runs. */
export const NEIGHBOURS = 5

const short = (value: number): number => Number(value.toPrecision(5))

/** The model of some runs over some features, in figures of five digits. */
export const stopModelOf = (runs: readonly StoppedRun[], features: readonly FeatureName[]): StopModel => {
  const rows = runs.map(run => rowOf(run.features, features))
  const scale = scaleOf(rows)
  return {
    version: 1,
    neighbours: NEIGHBOURS,
    features,
    scale: { means: scale.means.map(short), deviations: scale.deviations.map(short) },
    rows: rows.map(row => scaled(row, scale).map(short)),
    downtimeMs: runs.map(run => short(run.downtimeMs)),
    totalMs: runs.map(run => short(run.totalMs)),
  }
}

/** What a stop now would come to, by the runs that were most like it. */
export interface StopPrediction {
  readonly downtimeMs: number
  /** Of the whole migration. */
  readonly totalMs: number
}

/** The shipped file: the model over S4's features as printed, and the one over ours. */
export interface StopModels {
  readonly printed: StopModel
  readonly own: StopModel
}

export const predictStop = (model: StopModel, soFar: RoundsSoFar): StopPrediction => {
  const features: Readonly<Record<string, number>> = featuresOf(soFar)
  const row = model.features.map(name => features[name] ?? 0)
  const near = nearestRows(model.rows, scaled(row, model.scale), model.neighbours)
  const mean = (values: readonly number[]) =>
    near.reduce((sum, at) => sum + (values[at] ?? 0), 0) / near.length
  return { downtimeMs: mean(model.downtimeMs), totalMs: mean(model.totalMs) }
}
