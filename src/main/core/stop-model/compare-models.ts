import { anovaF, chiSquare, quantileGroups } from '../regression/feature-tests.ts'
import { linearRegression } from '../regression/linear-regression.ts'
import { nearestNeighbours } from '../regression/nearest-neighbours.ts'
import { type Fit, rSquared, standardised } from '../regression/regression.ts'
import { smallNetwork } from '../regression/small-network.ts'
import { bagged, supportVectorRegression } from '../regression/support-vector-regression.ts'
import {
  type FeatureName,
  fourteenFeatures,
  ownFeatures,
  plainFeatures,
  printedFeatures,
  rowOf,
  twentyFeatures,
} from './round-features.ts'
import { NEIGHBOURS } from './stop-model.ts'
import type { StoppedRun } from './training-runs.ts'

/** S4's model and those it was compared with. */
const models: readonly (readonly [string, Fit])[] = [
  ['linear', standardised(linearRegression)],
  ['SVR', standardised(supportVectorRegression)],
  ['bagged SVR', standardised(bagged(supportVectorRegression, 10))],
  ['network', standardised(smallNetwork)],
  ['KNN', standardised(nearestNeighbours(NEIGHBOURS))],
]

const featureSets: readonly (readonly [string, readonly FeatureName[]])[] = [
  ['4, as printed', printedFeatures],
  ['4, ours', ownFeatures],
  ['4, ours, no logs', plainFeatures],
  ['14', fourteenFeatures],
  ['20', twentyFeatures],
]

export interface ModelScore {
  readonly model: string
  readonly features: string
  /** R2 on runs that were held back. */
  readonly downtime: number
  readonly total: number
  /** Median relative error of the downtime on them. */
  readonly downtimeError: number
}

const medianOf = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[values.length >> 1] ?? Number.NaN

/** Fits each model over each set of features to the first 80 % of the runs and scores it on the others. */
export const compareModels = (runs: readonly StoppedRun[], seed: number): readonly ModelScore[] => {
  const kept = Math.floor(runs.length * 0.8)
  const [training, test] = [runs.slice(0, kept), runs.slice(kept)]
  return featureSets.flatMap(([features, names]) =>
    models.map(([model, learn]) => {
      const rows = training.map(run => rowOf(run.features, names))
      const judge = (targetOf: (run: StoppedRun) => number) => {
        const predict = learn({ rows, targets: training.map(targetOf) }, seed)
        const predicted = test.map(run => predict(rowOf(run.features, names)))
        const errors = test.map((run, at) => Math.abs((predicted[at] ?? 0) / targetOf(run) - 1))
        return { r2: rSquared(predicted, test.map(targetOf)), error: medianOf(errors) }
      }
      const downtime = judge(run => run.downtimeMs)
      const total = judge(run => run.totalMs)
      return { model, features, downtime: downtime.r2, total: total.r2, downtimeError: downtime.error }
    }),
  )
}

export interface FeatureScore {
  readonly feature: FeatureName
  readonly anovaF: number
  readonly chiSquare: number
}

/** Groups that values are cut into for both tests. A guess. */
const GROUPS = 4

/** How much each feature tells of the downtime: ANOVA over its quartiles, and chi-square of quartiles against quartiles. */
export const scoreFeatures = (runs: readonly StoppedRun[]): readonly FeatureScore[] => {
  const downtimes = runs.map(run => run.downtimeMs)
  const downtimeGroups = quantileGroups(downtimes, GROUPS)
  return twentyFeatures.map(feature => {
    const values = runs.map(run => run.features[feature])
    const groups = quantileGroups(values, GROUPS)
    return { feature, anovaF: anovaF(downtimes, groups), chiSquare: chiSquare(groups, downtimeGroups) }
  })
}
