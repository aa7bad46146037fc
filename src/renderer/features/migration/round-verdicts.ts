import type { Alternative, Decision, DecisionInput } from '../../../shared/model/decision.ts'
import type { Migration } from '../../../shared/model/migration.ts'
import { formatBytes, formatDuration, formatRatio, PAGE_BYTES, threeFigures } from '../../../shared/units.ts'

export interface VerdictFigure {
  readonly text: string
  /** Whether this figure spoke for ending pre-copy. */
  readonly fired: boolean
}

/** What a policy looked at after one round, and what it made of it. */
export interface RoundVerdict {
  readonly round: number
  /** In the order of the columns; undefined where it was not looked at. */
  readonly figures: readonly (VerdictFigure | undefined)[]
  readonly outcome: string
  readonly isLast: boolean
}

export interface RoundVerdicts {
  readonly columns: readonly { readonly name: string; readonly limit: string | null }[]
  /** The latest rounds that were decided on, in order. */
  readonly rows: readonly RoundVerdict[]
  /** How many earlier ones are left out. */
  readonly earlier: number
  /** What the policy weighed after the latest of them, the chosen first. */
  readonly alternatives: readonly Alternative[]
}

/** What a policy that does not end pre-copy is recorded to have said. */
const GO_ON = 'another round'
/** More rounds than this are not read; the table of rounds has them all. */
const MOST_ROWS = 6

const inUnit = (value: number, unit: string): string => {
  if (unit === 'ratio') return formatRatio(value)
  if (unit === 'ms') return formatDuration(value)
  if (unit === 'pages') return formatBytes(value * PAGE_BYTES)
  return Number.isInteger(value) ? value.toString() : threeFigures(value)
}

const figureOf = ({ value, unit, fired }: DecisionInput): VerdictFigure => ({
  text:
    value.origin === 'unavailable'
      ? 'not known'
      : `${value.origin === 'estimated' ? '~ ' : ''}${inUnit(value.value, unit)}`,
  fired,
})

/** What was decided; a host that hears nothing for a while after a round goes on by itself, and then it was in vain. */
const outcomeOf = ({ outcome }: Decision, isLast: boolean): string => {
  const action = outcome.replace(/^.*?: /, '')
  return isLast || action === GO_ON ? action : `${action}, but the host had gone on by then`
}

/** The id of what was decided after a round. */
const decisionId = (migration: Migration, round: number): string => `${migration.id}:round-${round}`

/** Whether a migration that is over has live rounds whose decisions are not among these. */
export const lacksVerdicts = (migration: Migration, decisions: ReadonlyMap<string, Decision>): boolean =>
  migration.endedAtMs !== null &&
  migration.rounds.some(({ live, index }) => live && !decisions.has(decisionId(migration, index)))

/** The switch line that a migration was held against, whatever it has been set to since; undefined where that is not known. */
export const switchThetaThen = (
  migration: Migration,
  decisions: ReadonlyMap<string, Decision>,
): number | undefined => {
  const last = migration.rounds.findLast(({ index }) => decisions.has(decisionId(migration, index)))
  const decision = last && decisions.get(decisionId(migration, last.index))
  return decision?.inputs.find(({ unit, limit }) => unit === 'ratio' && limit !== null)?.limit ?? undefined
}

/** What was looked at after each round of a migration; null where no decision of its rounds is known here. */
export const roundVerdicts = (
  migration: Migration,
  decisions: ReadonlyMap<string, Decision>,
): RoundVerdicts | null => {
  const decided = migration.rounds.flatMap(({ index }) => {
    const decision = decisions.get(decisionId(migration, index))
    return decision ? [{ round: index, decision }] : []
  })
  const shown = decided.slice(-MOST_ROWS)
  const last = shown.at(-1)
  if (!last) return null
  const columns = last.decision.inputs.map(({ name, limit, unit }) => ({
    name,
    limit: limit === null ? null : inUnit(limit, unit),
  }))
  return {
    columns,
    rows: shown.map(({ round, decision }) => ({
      round,
      figures: columns.map(({ name }) => {
        const input = decision.inputs.find(candidate => candidate.name === name)
        return input && figureOf(input)
      }),
      outcome: outcomeOf(decision, decision === last.decision),
      isLast: decision === last.decision,
    })),
    earlier: decided.length - shown.length,
    alternatives: last.decision.alternatives.toSorted((a, b) => Number(b.chosen) - Number(a.chosen)),
  }
}
