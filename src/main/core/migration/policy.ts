import type { Capabilities } from '../../../shared/model/capabilities.ts'
import type { Alternative, DecisionInput } from '../../../shared/model/decision.ts'
import type { Forecast } from '../../../shared/model/forecast.ts'
import type { Migration, MigrationPrediction, PolicyName, Round } from '../../../shared/model/migration.ts'
import type { MigrationCommand, PageOrder } from '../../../shared/model/migration-command.ts'
import type { Thresholds } from '../decision/thresholds.ts'
import type { Surroundings } from '../outlook/outlook.ts'
import type { LinkReading } from './link-reading.ts'
import type { Limits } from './predict-outcome.ts'

/** What a policy may look at while the VM runs at its source. */
export interface PolicyView {
  readonly migration: Migration
  /** Time of the report that it is asked after, ms. */
  readonly nowMs: number
  readonly forecast: Forecast | null
  readonly capabilities: Capabilities
  readonly thresholds: Thresholds
  /** The guest's memory by heat, its link and its host's fixed costs; null where nothing is known of the memory. */
  readonly surroundings: Surroundings | null
  /** What is read of the link at both ends; absent where nothing is. */
  readonly link?: LinkReading
}

/** What it may look at after a live round. */
export interface RoundView extends PolicyView {
  readonly round: Round
}

/** How a migration goes on after a round. `abort` leaves the VM at its source. */
export type PolicyAction = 'continue' | 'switch' | 'stop-and-copy' | 'abort'

/** What is set before it goes on. */
export type Adjustment = Extract<
  MigrationCommand,
  { readonly kind: 'bandwidth' | 'page-order' | 'throttle' | 'priority' }
>

export interface PolicyDecision {
  readonly action: PolicyAction
  readonly adjustments?: readonly Adjustment[]
  readonly reasons: readonly string[]
  readonly inputs: readonly DecisionInput[]
  readonly alternatives: readonly Alternative[]
  /** What it expects of the whole, where it has reckoned that: it takes the place of the engine's own prediction. */
  readonly prediction?: Omit<MigrationPrediction, 'afterRound'>
}

/** Decides how a migration goes on. Never asks for what the host cannot do. */
export interface Policy {
  readonly name: PolicyName
  /** Asked after each live round. */
  readonly afterRound: (view: RoundView) => PolicyDecision
  /** Asked when the first page is sent and at each report of a round under way; null: nothing to say. */
  readonly duringRound?: (view: PolicyView) => PolicyDecision | null
  /** Its rule as numbers, for predictions. */
  readonly limits: (view: Pick<RoundView, 'capabilities' | 'thresholds'>) => Limits
  /** The order in which it wants pages sent, by their heat as last read; absent where it goes by address. */
  readonly orderPages?: (heat: PageOrder) => PageOrder
  /** Whether page requests after a switch overtake the push on a channel of their own, or queue behind it (the default). */
  readonly pageRequests?: 'overtake' | 'queue'
  /** Missing neighbours on each side that are sent along with a requested page; 0 by default. */
  readonly prepagePages?: number
  /** Whether a profile and a checkpoint of the VM go ahead of its memory, where there are such (S3); else only memory. */
  readonly startsFrom?: 'memory' | 'images'
}
