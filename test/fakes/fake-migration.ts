import type { Migration, MigrationPhase, Round } from '../../src/shared/model/migration.ts'
import type { Vm } from '../../src/shared/model/vm.ts'

const LINK = 1.25e9
const LINK_PAGES = LINK / 4096

export const aMigration = (changes: Partial<Migration> = {}): Migration => ({
  id: 'migration-1',
  connectionId: 'connection-1',
  vmId: 'vm-1',
  vmName: 'db-01',
  sourceHostId: 'pool-1-host-1',
  destinationHostId: 'pool-1-host-2',
  policy: 's1',
  startedBy: 'operator',
  phase: 'checks',
  bandwidthLimitBytesPerSecond: null,
  orderedRegions: null,
  guestSpeed: 1,
  priorityShare: 0,
  waitingFor: null,
  diskCopy: null,
  remaining: null,
  startedAtMs: 0,
  endedAtMs: null,
  memoryPages: 2_097_152,
  linkBytesPerSecond: LINK,
  rounds: [],
  current: null,
  ending: null,
  pausedAtMs: null,
  resumedAtMs: null,
  downtimeMs: null,
  postCopy: null,
  bytesSent: 0,
  retransmittedPages: 0,
  predictions: [{ afterRound: 0, totalMs: 9_800, downtimeMs: 34, bytesSent: 9.4e9 }],
  heat: null,
  cancellable: true,
  requested: null,
  recovering: null,
  network: null,
  taskProgress: null,
  failure: null,
  ...changes,
})

/** The migration of `vm` as it begins. */
export const beginMigration = (
  vm: Vm,
  given: Pick<
    Migration,
    'id' | 'connectionId' | 'startedAtMs' | 'destinationHostId' | 'policy' | 'startedBy'
  >,
): Migration =>
  aMigration({
    ...given,
    vmId: vm.id,
    vmName: vm.name,
    sourceHostId: vm.hostId ?? '',
    memoryPages: vm.memoryBytes / 4096,
  })

const end = (m: Migration, phase: MigrationPhase, atMs: number): Migration => ({
  ...m,
  phase,
  endedAtMs: atMs,
  current: null,
  cancellable: false,
  requested: null,
})

const beginRound = (m: Migration, pages: number, atMs: number): Migration => ({
  ...m,
  phase: 'pre-copy',
  current: {
    round: m.rounds.length + 1,
    startedAtMs: atMs,
    sentPages: 0,
    dirtiedPages: 0,
    remainingPages: pages,
  },
})

const switchOver = (m: Migration, atMs: number, remainingPages: number): Migration => ({
  ...m,
  phase: 'post-copy',
  current: null,
  cancellable: false,
  requested: null,
  ending: {
    kind: 'post-copy',
    atMs,
    afterRound: m.rounds.length,
    reasons: [
      'The dirty ratio 0.81 is above switchTheta 0.7.',
      'Further rounds would send the same hot pages again.',
    ],
  },
  pausedAtMs: atMs,
  resumedAtMs: atMs + 34,
  downtimeMs: 34,
  heat: {
    hotPages: Math.round(remainingPages * 0.7),
    warmPages: Math.round(remainingPages * 0.3),
    coldPages: 1_400_000,
  },
  postCopy: {
    pushedPages: 0,
    demandFaults: 0,
    remainingPages,
    stallMs: 0,
    marks: [{ atMs: atMs + 34, pushedPages: 0, demandFaults: 0 }],
  },
})

const stepPreCopy = (m: Migration, atMs: number, stepMs: number): Migration => {
  const now = m.current
  if (!now) return beginRound(m, m.memoryPages, atMs)
  const sent = Math.min(now.remainingPages, Math.round((LINK_PAGES * stepMs) / 1000))
  const dirtied = Math.min(m.memoryPages * 0.2, (now.dirtiedPages ?? 0) + sent * 0.32)
  const current = {
    ...now,
    sentPages: now.sentPages + sent,
    remainingPages: now.remainingPages - sent,
    dirtiedPages: Math.round(dirtied),
  }
  if (current.remainingPages > 0) return { ...m, current }
  const round: Round = {
    index: now.round,
    live: true,
    startedAtMs: now.startedAtMs,
    ms: Math.max(1, atMs - now.startedAtMs),
    sentPages: current.sentPages,
    dirtiedPages: current.dirtiedPages,
    bandwidthBytesPerSecond: LINK * 0.96,
  }
  // Totals count whole rounds only, as the engine's do.
  const ended = {
    ...m,
    current,
    bytesSent: m.bytesSent + current.sentPages * 4096,
    retransmittedPages: m.retransmittedPages + (now.round > 1 ? current.sentPages : 0),
    rounds: [...m.rounds, round],
    predictions: [
      ...m.predictions,
      { afterRound: now.round, totalMs: 9_800 + now.round * 150, downtimeMs: 34, bytesSent: 9.4e9 },
    ],
  }
  const isOver = now.round >= 3 || m.requested === 'switch' || m.requested === 'stop-and-copy'
  return isOver ? switchOver(ended, atMs, round.dirtiedPages) : beginRound(ended, round.dirtiedPages, atMs)
}

const stepPostCopy = (m: Migration, atMs: number, stepMs: number): Migration => {
  const tail = m.postCopy
  if (!tail) return end(m, 'completed', atMs)
  const pushed = Math.min(tail.remainingPages, Math.round((LINK_PAGES * stepMs * 0.5) / 1000))
  const faults = tail.demandFaults + Math.round(pushed / 90)
  const postCopy = {
    pushedPages: tail.pushedPages + pushed,
    demandFaults: faults,
    remainingPages: tail.remainingPages - pushed,
    stallMs: faults * 0.08,
    marks: [...tail.marks, { atMs, pushedPages: tail.pushedPages + pushed, demandFaults: faults }].slice(
      -300,
    ),
  }
  const next = { ...m, postCopy, bytesSent: m.bytesSent + pushed * 4096 }
  return postCopy.remainingPages === 0 ? end(next, 'completed', atMs) : next
}

/** The migration `stepMs` later. */
export const stepMigration = (m: Migration, atMs: number, stepMs: number): Migration => {
  if (m.requested === 'cancel' && m.cancellable) return end(m, 'cancelled', atMs)
  if (m.phase === 'checks' || m.phase === 'reserve' || m.phase === 'pre-copy')
    return stepPreCopy(m, atMs, stepMs)
  if (m.phase === 'post-copy') return stepPostCopy(m, atMs, stepMs)
  return m
}
