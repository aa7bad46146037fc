import type { MigrationPrediction } from '../../../shared/model/migration.ts'

type Spread = NonNullable<MigrationPrediction['spread']>
type Figures = Readonly<Record<keyof Spread, number>>

/** From the least to the most of several outcomes, figure by figure: a switch, or a round less, makes them jump. */
export const spreadOf = (outcomes: readonly Figures[]): Spread => {
  const range = (figure: keyof Spread) => {
    const values = outcomes.map(outcome => outcome[figure])
    return { p10: Math.min(...values), p90: Math.max(...values) }
  }
  return { totalMs: range('totalMs'), downtimeMs: range('downtimeMs'), bytesSent: range('bytesSent') }
}
