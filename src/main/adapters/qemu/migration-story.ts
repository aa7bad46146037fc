import type { HostMigrationEvent, ProbeFigures } from '../../../shared/model/migration-event.ts'
import { pagesOf } from '../../../shared/units.ts'
import type { RamCounters } from './qmp-commands.ts'

/** An event before it has its number. */
export type Unnumbered = HostMigrationEvent extends infer E
  ? E extends unknown
    ? Omit<E, 'sequence'>
    : never
  : never

/** Of the guest's heartbeat, since it was resumed. */
type Gaps = NonNullable<Extract<HostMigrationEvent, { kind: 'post-copy-progress' }>['heartbeat']>

/** A migration as it has been told so far. */
export interface Story {
  readonly startedAtMs: number | null
  readonly roundsTold: number
  readonly passStartedAtMs: number
  /** Whether it has been told to stop and copy: what is sent from then on belongs to its last pass. */
  readonly isStopping: boolean
  /** The counters when the last round ended; their `remainingPages` are what the round under way has to send. */
  readonly told: RamCounters
  readonly pausedAtMs: number | null
  readonly resumedAtMs: number | null
  /** Pages sent by the time the guest ran at the destination. */
  readonly sentAtResume: number
}

export interface Telling {
  readonly story: Story
  readonly events: readonly Unnumbered[]
}

const NOTHING: RamCounters = {
  totalPages: 0,
  remainingPages: 0,
  sentPages: 0,
  zeroPages: 0,
  zerosLeft: 0,
  bytes: 0,
  liveBytes: 0,
  pauseBytes: 0,
  postCopyBytes: 0,
  syncs: 0,
  pageRequests: 0,
  hostDowntimeMs: null,
}

const untold: Story = {
  startedAtMs: null,
  roundsTold: 0,
  passStartedAtMs: 0,
  isStopping: false,
  told: NOTHING,
  pausedAtMs: null,
  resumedAtMs: null,
  sentAtResume: 0,
}

const nothing = (story: Story): Telling => ({ story, events: [] })

/** Pages sent since the last round ended, while the guest ran and while it stood: by their bytes, all being alike. */
const splitPages = ({ told }: Story, now: RamCounters): { readonly live: number; readonly pause: number } => {
  const pages = Math.max(0, now.sentPages - told.sentPages)
  const liveBytes = Math.max(0, now.liveBytes - told.liveBytes)
  const bytes = liveBytes + now.pauseBytes + now.postCopyBytes
  const live = bytes === 0 ? pages : Math.round((pages * liveBytes) / bytes)
  return { live, pause: pages - live }
}

const liveRound = (story: Story, now: RamCounters, atMs: number): Telling => {
  const round = story.roundsTold + 1
  const { live } = splitPages(story, now)
  const ms = Math.max(0, atMs - story.passStartedAtMs)
  // What was dirty when the dirty log was read may have been sent by the time the counters are.
  const remainingPages = Math.min(now.totalPages, now.remainingPages + pagesOf(now.pauseBytes))
  const notSent = story.told.remainingPages - live - now.zerosLeft
  const unsentPages = Math.min(remainingPages, Math.max(0, notSent))
  const dirtiedPages = remainingPages - unsentPages
  const bytesSent = Math.max(0, now.liveBytes - story.told.liveBytes)
  return {
    story: {
      ...story,
      roundsTold: round,
      passStartedAtMs: atMs,
      told: { ...now, remainingPages, sentPages: story.told.sentPages + live },
    },
    events: [
      {
        kind: 'round-ended',
        atMs,
        round,
        live: true,
        sentPages: live,
        dirtiedPages,
        ...(unsentPages > 0 && { unsentPages }),
        bytesSent,
        ms,
      },
    ],
  }
}

/** The first page is about to be sent. */
export const tellStarted = (
  story: Story,
  now: RamCounters,
  { atMs, linkBytesPerSecond }: { readonly atMs: number; readonly linkBytesPerSecond: number },
): Telling =>
  story.startedAtMs !== null
    ? nothing(story)
    : {
        story: {
          ...story,
          startedAtMs: atMs,
          passStartedAtMs: atMs,
          told: { ...NOTHING, syncs: 1, remainingPages: now.totalPages },
        },
        events: [{ kind: 'started', atMs, memoryPages: now.totalPages, linkBytesPerSecond }],
      }

/** How far it is while the guest runs at the source: a pass is over when the dirty log has been read once more. */
export const tellLive = (story: Story, now: RamCounters, atMs: number): Telling => {
  if (story.startedAtMs === null || story.pausedAtMs !== null) return nothing(story)
  const sentPages = splitPages(story, now).live
  if (now.syncs > story.told.syncs && !story.isStopping) {
    // A switch reads the log once more, with nothing sent since: that is no round.
    if (sentPages > 0) return liveRound(story, now, atMs)
    return nothing({ ...story, told: { ...story.told, syncs: now.syncs } })
  }
  const round = story.roundsTold + 1
  const { remainingPages } = now
  return {
    story,
    events: [{ kind: 'round-progress', atMs, round, sentPages, dirtiedPages: null, remainingPages }],
  }
}

/** The guest stands still at the source. */
export const tellPaused = (story: Story, now: RamCounters, atMs: number): Telling => {
  if (story.startedAtMs === null || story.pausedAtMs !== null) return nothing(story)
  const isCut = !story.isStopping && splitPages(story, now).live > 0
  const before = isCut ? liveRound(story, now, atMs) : nothing(story)
  const remainingPages = now.remainingPages + pagesOf(now.pauseBytes)
  return {
    story: { ...before.story, pausedAtMs: atMs },
    events: [...before.events, { kind: 'paused', atMs, remainingPages }],
  }
}

/** The guest runs at the destination; with pages missing where it was `switched`. */
export const tellResumed = (
  story: Story,
  now: RamCounters,
  { atMs, switched }: { readonly atMs: number; readonly switched: boolean },
): Telling => {
  if (story.resumedAtMs !== null) return nothing(story)
  const pausedAtMs = story.pausedAtMs ?? atMs
  const pauseMs = Math.max(0, atMs - pausedAtMs)
  const remainingPages = switched ? now.remainingPages : 0
  const { told, passStartedAtMs } = story
  const last: Unnumbered = {
    kind: 'round-ended',
    atMs,
    round: story.roundsTold + 1,
    live: false,
    sentPages: Math.max(0, now.sentPages - told.sentPages),
    dirtiedPages: 0,
    bytesSent: Math.max(0, now.liveBytes - told.liveBytes) + now.pauseBytes,
    ms: Math.max(pauseMs, atMs - passStartedAtMs),
  }
  return {
    story: { ...story, pausedAtMs, resumedAtMs: atMs, sentAtResume: now.sentPages },
    events: [...(switched ? [] : [last]), { kind: 'resumed', atMs, pauseMs, remainingPages }],
  }
}

/** How far it is while the guest runs at the destination. What its vCPUs waited is told in the end only: until then its gaps stand for it, where they are heard. */
export const tellTail = (
  story: Story,
  now: RamCounters,
  { atMs, heartbeat }: { readonly atMs: number; readonly heartbeat: Gaps | null },
): Telling => {
  if (story.resumedAtMs === null) return nothing(story)
  const sent = Math.max(0, now.sentPages - story.sentAtResume)
  const demandFaults = Math.min(sent, now.pageRequests)
  const { remainingPages } = now
  return {
    story,
    events: [
      {
        kind: 'post-copy-progress',
        atMs,
        pushedPages: sent - demandFaults,
        demandFaults,
        remainingPages,
        stallMs: heartbeat?.stallMs ?? null,
        ...(heartbeat && { heartbeat }),
      },
    ],
  }
}

/** Of a migration that is over: null where nobody measured it. */
interface Measured {
  readonly atMs: number
  /** What its vCPUs waited for pages. */
  readonly blockedMs: number | null
  readonly heartbeat: Gaps | null
  readonly probes: ProbeFigures | null
}

/** The destination has everything. */
export const tellCompleted = (
  story: Story,
  now: RamCounters,
  { atMs, blockedMs, heartbeat, probes }: Measured,
): Telling => {
  const totalMs = Math.max(0, atMs - (story.startedAtMs ?? atMs))
  const stallMs = heartbeat === null ? blockedMs : Math.max(heartbeat.stallMs, blockedMs ?? 0)
  const { bytes: bytesSent, hostDowntimeMs } = now
  const asked = { ...(hostDowntimeMs !== null && { hostDowntimeMs }), ...(probes && { probes }) }
  return { story, events: [{ kind: 'completed', atMs, totalMs, bytesSent, stallMs, ...asked }] }
}

/** The story after one more of its own events, for a migration that an earlier run told. */
const retold = (story: Story, event: HostMigrationEvent): Story => {
  const { told } = story
  switch (event.kind) {
    case 'started':
      return {
        ...story,
        startedAtMs: event.atMs,
        passStartedAtMs: event.atMs,
        told: { ...told, syncs: 1, totalPages: event.memoryPages, remainingPages: event.memoryPages },
      }
    case 'round-ended':
      return {
        ...story,
        roundsTold: event.round,
        passStartedAtMs: event.atMs,
        told: {
          ...told,
          syncs: told.syncs + 1,
          sentPages: told.sentPages + event.sentPages,
          remainingPages: event.dirtiedPages + (event.unsentPages ?? 0),
          liveBytes: told.liveBytes + event.bytesSent,
        },
      }
    case 'paused':
      return { ...story, pausedAtMs: event.atMs }
    case 'resumed':
      return { ...story, resumedAtMs: event.atMs, sentAtResume: told.sentPages }
    default:
      return story
  }
}

/** Where a migration stands that was told so. */
export const storyOf = (events: readonly HostMigrationEvent[]): Story => events.reduce(retold, untold)
