import type { Risk } from '../../../shared/contract/fleet.ts'
import type { Decision } from '../../../shared/model/decision.ts'
import type { Migration } from '../../../shared/model/migration.ts'
import { formatDuration } from '../../../shared/units.ts'
import type { Stretch } from './time-view.ts'

/** Something that happened, or is expected, at one moment of a VM's life. */
export interface Mark {
  readonly kind: 'trigger' | 'migration' | 'expected'
  readonly atMs: number
  readonly label: string
  /** What it was, for whoever points at it. */
  readonly words: string
}

const migrationWords = (migration: Migration, nameOfHost: (hostId: string) => string): string => {
  const to = `migration to ${nameOfHost(migration.destinationHostId)}`
  if (migration.endedAtMs === null) return `${to}: under way`
  const took = formatDuration(migration.endedAtMs - migration.startedAtMs)
  const pause = migration.downtimeMs === null ? '' : `, paused for ${formatDuration(migration.downtimeMs)}`
  return `${to}: ${migration.phase} after ${took}${pause}`
}

/** The marks of one VM's charts: triggers that fired, migrations' starts, and the trouble expected. */
export const marksOf = (
  vmId: string,
  known: {
    readonly decisions: readonly Decision[]
    readonly migrations: readonly Migration[]
    readonly risk: Risk | undefined
    readonly nameOfHost: (hostId: string) => string
  },
): readonly Mark[] => {
  const triggers = known.decisions
    .filter(decision => decision.vmId === vmId && decision.kind === 'trigger')
    .map(
      (decision): Mark => ({
        kind: 'trigger',
        atMs: decision.atMs,
        label: 'trigger',
        words: [`trigger: ${decision.outcome}`, ...decision.reasons.slice(0, 1)].join('. '),
      }),
    )
  const moves = known.migrations
    .filter(migration => migration.vmId === vmId)
    .map(
      (migration): Mark => ({
        kind: 'migration',
        atMs: migration.startedAtMs,
        label: 'migration',
        words: migrationWords(migration, known.nameOfHost),
      }),
    )
  const expectedAtMs = known.risk?.expectedAtMs ?? null
  return [
    ...triggers,
    ...moves,
    ...(expectedAtMs === null
      ? []
      : [
          {
            kind: 'expected',
            atMs: expectedAtMs,
            label: 'trigger expected',
            words: `trigger expected: ${known.risk?.reason ?? ''}`,
          } as const,
        ]),
  ]
}

/**
 * The mark that a key leads to, `,` to earlier and `.` to later ones: from the one told last, or else from where the view
 * ends or begins; undefined for another key or where there is none.
 */
export const markAfterKey = (
  key: string,
  marks: readonly Mark[],
  from: { readonly told: Mark | undefined; readonly stretch: Stretch },
): Mark | undefined => {
  const ordered = marks.toSorted((a, b) => a.atMs - b.atMs)
  const { told, stretch } = from
  const at = told ? ordered.findIndex(mark => mark.atMs === told.atMs && mark.kind === told.kind) : -1
  if (key === ',') return at >= 0 ? ordered[at - 1] : ordered.findLast(mark => mark.atMs < stretch.toMs)
  if (key === '.') return at >= 0 ? ordered[at + 1] : ordered.find(mark => mark.atMs >= stretch.fromMs)
  return undefined
}

/** How near the pointer must come to a mark, CSS pixels. */
const REACH_PX = 6

/** The mark nearest to a moment, within reach when a pixel is `msPerPixel`; undefined where there is none. */
export const markNear = (marks: readonly Mark[], atMs: number, msPerPixel: number): Mark | undefined => {
  const nearest = [...marks].sort((a, b) => Math.abs(a.atMs - atMs) - Math.abs(b.atMs - atMs))[0]
  return nearest && Math.abs(nearest.atMs - atMs) <= REACH_PX * msPerPixel ? nearest : undefined
}
