import { assertNever } from '../../../shared/failure.ts'
import type { MigrationPrediction, MigrationRemainder, Round } from '../../../shared/model/migration.ts'
import { PAGE_BYTES } from '../../../shared/units.ts'
import { dirtiedWithin } from '../working-set/dirtied-within.ts'
import { dirtyRatio } from './dirty-ratio.ts'
import { diskToGo, plusDiskBytes } from './disk-share.ts'
import type { Ending, EngineState, Pass, Stage, Tail } from './engine-state.ts'
import type { EngineContext } from './engine-step.ts'
import { leftAfter } from './left-after.ts'
import { FIXED_PAUSE_MS, type Limits, predictOutcome } from './predict-outcome.ts'
import type { Dirtying } from './predict-range.ts'
import { predictWithSpread, rateErrorOf } from './predict-with-spread.ts'
import { fitRoundCurve, pagesWithin } from './round-curve.ts'

type Remainder = Omit<MigrationRemainder, 'atMs'>
type InRounds = Extract<Stage, { readonly phase: 'pre-copy' | 'switching' }>

const msOf = (pages: number, bytesPerSecond: number): number => (pages * PAGE_BYTES * 1000) / bytesPerSecond

/** Whether what began at `atMs` was sent under the bound that holds now. */
const isUnderPresentBound = ({ boundedAtMs }: EngineState, atMs: number): boolean =>
  boundedAtMs === null || atMs >= boundedAtMs

/** What the next round is expected to be sent and dirtied with, bytes/s; null where nothing has been measured. */
const speeds = (state: EngineState): { readonly bandwidth: number; readonly dirtying: number | null } => {
  const { rounds, linkBytesPerSecond, bandwidthLimitBytesPerSecond } = state.ledger
  const last = rounds.findLast(round => round.live)
  const bound = Math.min(linkBytesPerSecond, bandwidthLimitBytesPerSecond ?? Number.POSITIVE_INFINITY)
  const isLike = last !== undefined && isUnderPresentBound(state, last.startedAtMs)
  return {
    bandwidth: Math.max(1, isLike ? last.bandwidthBytesPerSecond : bound),
    dirtying: last ? dirtyRatio(last) * last.bandwidthBytesPerSecond : null,
  }
}

/** Pages dirtied in a round of so long, by the curve of the rounds so far; undefined while they are too few to tell one. */
const withinRounds = ({ rounds, memoryPages }: EngineState['ledger']): Dirtying['dirtiedWithin'] => {
  const live = rounds.filter(round => round.live)
  const curve = fitRoundCurve(live.map(({ ms, dirtiedPages }) => ({ ms, pages: dirtiedPages })))
  return curve === null ? undefined : ms => Math.min(memoryPages, pagesWithin(curve, ms))
}

/**
 * How the guest is expected to go on: as fast as in the last live round and, where its curve is known from windows read
 * before or else from the rounds themselves, along that.
 */
const dirtyingOf = (
  { ledger }: EngineState,
  { workingSet }: EngineContext,
  { bandwidth, dirtying }: { readonly bandwidth: number; readonly dirtying: number },
): Dirtying => {
  const last = ledger.rounds.findLast(round => round.live && round.ms > 0)
  const read = last && dirtiedWithin(workingSet, { windowMs: last.ms, pages: last.dirtiedPages })
  const within = read ?? withinRounds(ledger)
  return { dirtyRatio: dirtying / bandwidth, ...(within && { dirtiedWithin: within }) }
}

const limitsBy = (ending: Ending['kind'], limits: Limits): Limits => ({
  ...limits,
  maxRounds: 1,
  postCopy: ending === 'post-copy',
})

/** The policy's rule, or what has been settled already: then the round under way is the last. */
const limitsOf = (stage: InRounds, context: EngineContext): Limits => {
  const limits = context.policy.limits(context)
  if (stage.requested === 'stop-and-copy') return limitsBy('stop-and-copy', limits)
  if (stage.requested === 'switch' || stage.phase === 'switching') return limitsBy('post-copy', limits)
  return stage.announced ? limitsBy(stage.announced.kind, limits) : limits
}

const limitsNow = ({ stage }: EngineState, context: EngineContext): Limits =>
  stage.phase === 'pre-copy' || stage.phase === 'switching'
    ? limitsOf(stage, context)
    : context.policy.limits(context)

/** What is expected of the whole by S1's recurrence, after the live round that has just ended. */
export const predictAfterRound = (
  state: EngineState,
  round: Round,
  context: EngineContext,
): MigrationPrediction => {
  const { ledger } = state
  const { bandwidth, dirtying } = speeds(state)
  const standing = {
    afterRound: round.index,
    elapsedMs: Math.max(0, round.startedAtMs + round.ms - ledger.startedAtMs),
    bytesSent: ledger.bytesSent,
    remainingPages: leftAfter(round),
    ...dirtyingOf(state, context, { bandwidth, dirtying: dirtying ?? 0 }),
    bandwidthBytesPerSecond: bandwidth,
  }
  return predictWithSpread(standing, limitsNow(state, context), rateErrorOf(ledger.rounds))
}

/** Pages dirtied by the pass under way: as counted, else at the pace that is known; null where none is. */
const dirtiedBy = (state: EngineState, pass: Pass): number | null => {
  const { dirtying } = speeds(state)
  if (pass.dirtiedPages !== null || dirtying === null) return pass.dirtiedPages
  return (dirtying * Math.max(0, state.heardAtMs - pass.startedAtMs)) / PAGE_BYTES / 1000
}

/** The pass under way to its end, `dirtied` pages so far: ms, and the pages that will be dirty then. */
const passToGo = (
  state: EngineState,
  pass: Pass,
  dirtied: number,
): { readonly ms: number; readonly dirtyPages: number } => {
  const { bandwidth, dirtying } = speeds(state)
  const elapsedMs = state.heardAtMs - pass.startedAtMs
  const isMeasured = elapsedMs > 0 && pass.sentPages > 0 && isUnderPresentBound(state, pass.startedAtMs)
  const ms = isMeasured
    ? (pass.remainingPages * elapsedMs) / pass.sentPages
    : msOf(pass.remainingPages, bandwidth)
  const dirtiedPerMs = elapsedMs > 0 ? dirtied / elapsedMs : (dirtying ?? 0) / PAGE_BYTES / 1000
  return { ms, dirtyPages: Math.min(state.ledger.memoryPages, dirtied + dirtiedPerMs * ms) }
}

const inRounds = (state: EngineState, stage: InRounds, context: EngineContext): Remainder | null => {
  const { ledger, heardAtMs } = state
  const { bandwidth, dirtying } = speeds(state)
  const limits = limitsOf(stage, context)
  const last = ledger.rounds.at(-1)
  const after = (afterRound: number, remainingPages: number, dirtyingNow: number) =>
    predictOutcome(
      {
        afterRound,
        elapsedMs: 0,
        bytesSent: 0,
        remainingPages,
        ...dirtyingOf(state, context, { bandwidth, dirtying: dirtyingNow }),
        bandwidthBytesPerSecond: bandwidth,
      },
      limits,
    )
  if (!stage.current) {
    if (!last || dirtying === null) return null
    const { totalMs, bytesSent, downtimeMs } = after(last.index, leftAfter(last), dirtying)
    return { ms: totalMs, bytes: bytesSent, downtimeMs }
  }
  const pass = stage.current
  const dirtied = dirtiedBy(state, pass)
  if (dirtied === null) return null
  const toGo = passToGo(state, pass, dirtied)
  const elapsedMs = Math.max(1, heardAtMs - pass.startedAtMs)
  const dirtyingNow = dirtying ?? (dirtied * PAGE_BYTES * 1000) / elapsedMs
  const { totalMs, bytesSent, downtimeMs } = after(pass.round, toGo.dirtyPages, dirtyingNow)
  // Pages of zeros cost the link nothing: a pass has no more bytes than the link carries while it lasts.
  const passBytes = Math.min(pass.remainingPages * PAGE_BYTES, (toGo.ms * bandwidth) / 1000)
  return { ms: toGo.ms + totalMs, bytes: passBytes + bytesSent, downtimeMs }
}

const beforeRounds = (state: EngineState): Remainder | null => {
  const { ledger } = state
  const { diskCopy, linkBytesPerSecond, startedAtMs } = ledger
  const prediction = ledger.predictions.at(-1)
  if (!prediction) return null
  const { downtimeMs } = prediction
  if (diskCopy === null) return { ms: prediction.totalMs, bytes: prediction.bytesSent, downtimeMs }
  const isMeasured =
    diskCopy.copiedBytes > 0 && diskCopy.atMs > startedAtMs && isUnderPresentBound(state, startedAtMs)
  const disk = diskToGo({ diskCopy, startedAtMs }, isMeasured ? null : speeds(state).bandwidth)
  const memory = plusDiskBytes(prediction, -diskCopy.totalBytes, linkBytesPerSecond)
  return { ms: memory.totalMs + disk.ms, bytes: memory.bytesSent + disk.bytes, downtimeMs }
}

/** Pages that the last live round left dirty, unless the pass of the pause is over. */
const pagesLeft = ({ ledger: { rounds } }: EngineState, current: Pass | null): number => {
  const last = rounds.at(-1)
  return current?.remainingPages ?? (last?.live ? leftAfter(last) : 0)
}

const inPostCopy = (state: EngineState, tail: Tail, resumedAtMs: number | null): Remainder => {
  const arrived = tail.pushedPages + tail.demandFaults
  const sinceMs = resumedAtMs === null ? 0 : state.heardAtMs - resumedAtMs
  const ms =
    arrived > 0 && sinceMs > 0
      ? (tail.remainingPages * sinceMs) / arrived
      : msOf(tail.remainingPages, state.ledger.linkBytesPerSecond)
  return { ms, bytes: tail.remainingPages * PAGE_BYTES, downtimeMs: FIXED_PAUSE_MS }
}

const remainder = (state: EngineState, context: EngineContext): Remainder | null => {
  const { stage, ledger, heardAtMs } = state
  switch (stage.phase) {
    case 'checks':
    case 'reserve':
    case 'disk-copy':
      return beforeRounds(state)
    case 'pre-copy':
    case 'switching':
      return inRounds(state, stage, context)
    case 'paused': {
      const pages = pagesLeft(state, null)
      const ms = FIXED_PAUSE_MS + msOf(pages, ledger.linkBytesPerSecond)
      return { ms, bytes: pages * PAGE_BYTES, downtimeMs: FIXED_PAUSE_MS }
    }
    case 'stop-and-copy': {
      const pages = pagesLeft(state, stage.current)
      const ms = FIXED_PAUSE_MS + msOf(pages, ledger.linkBytesPerSecond)
      const stoodMs = stage.pausedAtMs === null ? 0 : Math.max(0, heardAtMs - stage.pausedAtMs)
      return { ms, bytes: pages * PAGE_BYTES, downtimeMs: stoodMs + ms }
    }
    case 'post-copy': {
      const left = inPostCopy(state, stage.tail, stage.resumedAtMs)
      return { ...left, downtimeMs: stage.downtimeMs ?? left.downtimeMs }
    }
    case 'completing':
      return { ms: 0, bytes: 0, downtimeMs: stage.downtimeMs ?? FIXED_PAUSE_MS }
    case 'completed':
    case 'failed':
    case 'cancelled':
      return null
    default:
      return assertNever(stage)
  }
}

/**
 * What is still to come as of the last report: the pass under way by its own pace, then S1's recurrence (predictOutcome),
 * along the VM's dirty curve where it is known, from what it will leave dirty. Null where nothing has been measured, where the host tells no rounds, and of a cancel.
 */
export const remainderOf = (state: EngineState, context: EngineContext): MigrationRemainder | null => {
  const { stage, ledger, heardAtMs: atMs } = state
  if (ledger.taskProgress !== null || ('requested' in stage && stage.requested === 'cancel')) return null
  const left = remainder(state, context)
  return left && { atMs, ...left }
}
