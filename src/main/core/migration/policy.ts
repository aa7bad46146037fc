import type { Capabilities } from '../../../shared/model/capabilities.ts'
import type { Alternative, DecisionInput } from '../../../shared/model/decision.ts'
import type { Forecast } from '../../../shared/model/forecast.ts'
import type { Migration, Round } from '../../../shared/model/migration.ts'
import type { MigrationCommand, PageOrder } from '../../../shared/model/migration-command.ts'
import type { Thresholds } from '../decision/thresholds.ts'
import type { Limits } from './predict-outcome.ts'

/** What a policy may look at after a live round. */
export interface RoundView {
  readonly migration: Migration
  readonly round: Round
  readonly forecast: Forecast | null
  readonly capabilities: Capabilities
  readonly thresholds: Thresholds
}

/** How a migration goes on after a round. `abort` leaves the VM at its source. */
export type PolicyAction = 'continue' | 'switch' | 'stop-and-copy' | 'abort'

/** What is set before it goes on. */
export type Adjustment = Extract<MigrationCommand, { readonly kind: 'bandwidth' | 'page-order' }>

export interface PolicyDecision {
  readonly action: PolicyAction
  readonly adjustments?: readonly Adjustment[]
  readonly reasons: readonly string[]
  readonly inputs: readonly DecisionInput[]
  readonly alternatives: readonly Alternative[]
}

/** Decides after each live round how a migration goes on. Never asks for what the host cannot do. */
export interface Policy {
  readonly name: string
  readonly afterRound: (view: RoundView) => PolicyDecision
  /** Its rule as numbers, for predictions. */
  readonly limits: (view: Pick<RoundView, 'capabilities' | 'thresholds'>) => Limits
  /** The order in which it wants pages sent, by their heat as last read; absent where it goes by address. */
  readonly orderPages?: (heat: PageOrder) => PageOrder
}
