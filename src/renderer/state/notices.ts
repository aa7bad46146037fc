import type { Connection } from '../../shared/model/connection.ts'
import type { Decision } from '../../shared/model/decision.ts'
import type { Migration } from '../../shared/model/migration.ts'
import { vmPlaceWords } from '../../shared/model/vm-place.ts'
import type { Route } from './route.ts'

/** Something that a person has to look at; progress never is. `id` is the same as long as it is the same matter. */
export interface Notice {
  readonly id: string
  readonly title: string
  readonly text: string
  /** Where it is dealt with. */
  readonly route: Route
  /** Wall-clock ms at which this window saw it first. */
  readonly sinceMs: number
}
type Matter = Omit<Notice, 'sinceMs'>

/** A connection that comes back within this time needs nobody. */
const LOST_MS = 30_000

const connectionMatters = (connection: Connection, nowMs: number): readonly Matter[] => {
  const { id, name, state, sinceMs, question, failure } = connection
  const route: Route = { screen: 'settings' }
  if (question) {
    const text = question.pinned
      ? 'It shows another certificate than the one that was trusted. Nothing is sent to it before you decide.'
      : 'Nobody has vouched for its certificate. Nothing is sent to it before you decide.'
    return [
      { id: `certificate ${id} ${question.seen.fingerprint}`, title: `${name} asks for trust`, text, route },
    ]
  }
  const isLost = (state === 'stale' || state === 'failed') && nowMs - sinceMs >= LOST_MS
  if (!isLost) return []
  const text = failure
    ? `${failure.message} ${failure.remedy}`
    : 'It does not answer. It is tried again by itself.'
  return [{ id: `lost ${id} ${sinceMs}`, title: `${name} is lost`, text, route }]
}

const failureMatter = ({ id, vmName, failure }: Migration): Matter => ({
  id: `failed ${id}`,
  title: `Migration of ${vmName} failed`,
  text: `${failure?.reason ?? 'No reason was told.'} ${vmPlaceWords[failure?.vmRunsAt ?? 'unknown']}`,
  route: { screen: 'migration', migrationId: id },
})

/** Whether a decision waits for somebody to press Migrate: the level lets us prepare, not act. */
const awaitsApproval = (decision: Decision, world: NoticeWorld): boolean =>
  decision.kind === 'trigger' &&
  decision.migrationId === null &&
  decision.outcome.startsWith('would migrate') &&
  world.connections.find(({ id }) => id === decision.connectionId)?.level === 'approve' &&
  !world.isMigrating(decision.vmId)

/** What notices are made of: of decisions and migrations only those that are new to this window. */
export interface NoticeWorld {
  readonly nowMs: number
  readonly connections: readonly Connection[]
  readonly newlyFailed: readonly Migration[]
  /** Newest first. */
  readonly newDecisions: readonly Decision[]
  readonly isMigrating: (vmId: string) => boolean
  /** STOP is set, and not by this window. */
  readonly isStoppedByOthers: boolean
}

const approvalMatters = (world: NoticeWorld): readonly Matter[] => {
  const seen = new Set<string>()
  return world.newDecisions.flatMap(decision => {
    if (decision.kind !== 'trigger' || seen.has(decision.vmId)) return []
    seen.add(decision.vmId)
    if (!awaitsApproval(decision, world)) return []
    const text = `It ${decision.outcome}. ${decision.reasons[0] ?? ''}`.trim()
    const route: Route = { screen: 'vm', vmId: decision.vmId }
    return [{ id: `approval ${decision.vmId}`, title: `${decision.vmName} awaits your word`, text, route }]
  })
}

/** All that needs a person now. */
export const mattersOf = (world: NoticeWorld): readonly Matter[] => [
  ...world.newlyFailed.map(failureMatter),
  ...world.connections.flatMap(connection => connectionMatters(connection, world.nowMs)),
  ...approvalMatters(world),
  ...(world.isStoppedByOthers
    ? [
        {
          id: 'stopped',
          title: 'Automation was stopped',
          text: 'Another window or command set STOP: nothing is started by itself until it is resumed.',
          route: { screen: 'fleet' } as const,
        },
      ]
    : []),
]

/** The notices after a look at the world: what is over goes, what was acknowledged stays away while it lasts. */
export const noticesAfter = (
  present: { readonly notices: readonly Notice[]; readonly acknowledged: ReadonlySet<string> },
  matters: readonly Matter[],
  nowMs: number,
): { readonly notices: readonly Notice[]; readonly acknowledged: ReadonlySet<string> } => {
  const since = new Map(present.notices.map(({ id, sinceMs }) => [id, sinceMs]))
  const ids = new Set(matters.map(({ id }) => id))
  const notices = matters
    .filter(({ id }) => !present.acknowledged.has(id))
    .map(matter => ({ ...matter, sinceMs: since.get(matter.id) ?? nowMs }))
    .sort((a, b) => b.sinceMs - a.sinceMs)
  return { notices, acknowledged: new Set([...present.acknowledged].filter(id => ids.has(id))) }
}
