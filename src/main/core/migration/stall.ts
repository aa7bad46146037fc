import type { Round } from '../../../shared/model/migration.ts'
import type { Thresholds } from '../decision/thresholds.ts'
import { leftAfter } from './left-after.ts'

/** What was left at the end of a live round, `atMs` into the migration. */
export interface RoundRecord {
  readonly atMs: number
  readonly pages: number
}

export interface Stall {
  readonly sinceMs: number
  /** The level to come down to, raised whenever patience runs out. */
  readonly targetPages: number
}

type StallThresholds = Pick<Thresholds, 'stallWindow' | 'stallMargin' | 'stallPatienceDecay'>

export const recordsOf = (rounds: readonly Round[], startedAtMs: number): readonly RoundRecord[] =>
  rounds
    .filter(round => round.live)
    .map(round => ({ atMs: round.startedAtMs + round.ms - startedAtMs, pages: leftAfter(round) }))

const least = (records: readonly RoundRecord[]): RoundRecord | undefined =>
  records.reduce<RoundRecord | undefined>(
    (best, next) => (best && best.pages <= next.pages ? best : next),
    undefined,
  )

/** The round at which the stall began and the one that showed it: no better than the best of those older than the window. */
const firstStall = (records: readonly RoundRecord[], windowMs: number, margin: number) => {
  for (const [index, record] of records.entries()) {
    const best = least(records.filter(({ atMs }) => atMs <= record.atMs - windowMs))
    if (best && record.pages >= best.pages * (1 - margin))
      return { from: records.indexOf(best), shown: index }
  }
  return null
}

/**
 * KubeVirt's stall after these rounds (VEP 248), null while there is none. The target is the least seen since it began;
 * each time patience (at first the window, then by the decay shorter) runs out, the least seen since then replaces it.
 */
export const stallAfter = (records: readonly RoundRecord[], thresholds: StallThresholds): Stall | null => {
  const windowMs = thresholds.stallWindow.value * 1000
  const stall = firstStall(records, windowMs, thresholds.stallMargin.value)
  if (stall === null) return null
  const seen = records
    .slice(stall.from, stall.shown + 1)
    .map(({ pages }) => pages)
    .sort((a, b) => a - b)
  const shown = records[stall.shown]?.atMs ?? 0
  let targetPages = seen.shift() ?? 0
  let patienceMs = windowMs
  let deadlineMs = shown + patienceMs
  for (const { atMs, pages } of records.slice(stall.shown + 1)) {
    seen.push(pages)
    seen.sort((a, b) => a - b)
    if (atMs < deadlineMs) continue
    targetPages = Math.max(targetPages, seen.shift() ?? targetPages)
    patienceMs *= thresholds.stallPatienceDecay.value
    deadlineMs = atMs + patienceMs
  }
  return { sinceMs: records[stall.from]?.atMs ?? 0, targetPages }
}

/** Exponentially weighted mean of the rounds' bandwidths, bytes/s; the first round's is its start. */
export const meanBandwidth = (rounds: readonly Round[], weight: number): number =>
  rounds.reduce(
    (mean, { bandwidthBytesPerSecond: now }, i) => (i === 0 ? now : weight * now + (1 - weight) * mean),
    0,
  )
