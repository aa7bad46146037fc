import type {
  PhaseTimelineData,
  TimelineMark,
  TimelineRound,
} from '../../src/renderer/charts/phase-timeline/data.ts'
import { GIB, MIB } from '../../src/shared/units.ts'

export const aRound = (changes: Partial<TimelineRound> = {}): TimelineRound => ({
  index: 1,
  live: true,
  startMs: 0,
  ms: 8000,
  sentBytes: 8 * GIB,
  dirtiedBytes: GIB,
  bandwidthBytesPerSecond: GIB,
  partial: false,
  ...changes,
})

export const aTimeline = (changes: Partial<PhaseTimelineData> = {}): PhaseTimelineData => ({
  elapsedMs: 10_000,
  outcome: 'running',
  endWord: changes.outcome === undefined || changes.outcome === 'running' ? 'now' : changes.outcome,
  diskCopy: null,
  rounds: [],
  roundsNote: 'the first has not begun',
  switchRatio: 0.7,
  ending: null,
  endingNote: changes.outcome === undefined ? 'pre-copy goes on until a rule ends it' : '',
  pause: null,
  postCopy: null,
  postCopyNote: 'not yet',
  predictions: [],
  ...changes,
})

/** A hybrid that switched after its second round. */
export const switchedTimeline = aTimeline({
  elapsedMs: 10_040,
  outcome: 'completed',
  rounds: [aRound(), aRound({ index: 2, startMs: 8000, ms: 1000, sentBytes: GIB, dirtiedBytes: 900 * MIB })],
  ending: {
    kind: 'post-copy',
    atMs: 9000,
    afterRound: 2,
    decidedAfterRound: 2,
    isWithinRound: false,
    rule: 'Round 2 dirtied memory at 0.88 of the bandwidth, at or above theta 0.70',
  },
  pause: { startMs: 9000, endMs: 9040 },
  postCopy: {
    startMs: 9040,
    endMs: 10_040,
    totalBytes: 900 * MIB,
    marks: [
      { atMs: 9040, pushedBytes: 0, demandFaults: 0 },
      { atMs: 9540, pushedBytes: 500 * MIB, demandFaults: 800 },
      { atMs: 10_040, pushedBytes: 900 * MIB, demandFaults: 1000 },
    ],
  },
  predictions: [
    { afterRound: 1, madeAtMs: 8000, totalMs: 9500, downtimeMs: 35 },
    { afterRound: 2, madeAtMs: 9000, totalMs: 10_000, downtimeMs: 38 },
  ],
})

/** A hybrid of many rounds and a mark for each demand fault. */
export const longTimeline = ({
  rounds,
  faults,
}: {
  readonly rounds: number
  readonly faults: number
}): PhaseTimelineData => {
  const roundMs = 40
  const startMs = rounds * roundMs + 34
  const endMs = startMs + 10_000
  const marks = Array.from(
    { length: faults + 1 },
    (_, n): TimelineMark => ({
      atMs: startMs + (10_000 * n) / Math.max(1, faults),
      pushedBytes: (GIB * n) / Math.max(1, faults),
      demandFaults: n,
    }),
  )
  return aTimeline({
    elapsedMs: endMs,
    outcome: 'completed',
    rounds: Array.from({ length: rounds }, (_, i) =>
      aRound({
        index: i + 1,
        startMs: i * roundMs,
        ms: roundMs,
        sentBytes: 40 * MIB,
        dirtiedBytes: (20 + (i % 7)) * MIB,
      }),
    ),
    ending: {
      kind: 'post-copy',
      atMs: rounds * roundMs,
      afterRound: rounds,
      decidedAfterRound: rounds,
      isWithinRound: false,
      rule: `${rounds} live rounds are done, as many as N_max allows, and 6000 pages are left`,
    },
    pause: { startMs: rounds * roundMs, endMs: startMs },
    postCopy: { startMs, endMs, totalBytes: GIB, marks },
    predictions: Array.from({ length: rounds }, (_, i) => ({
      afterRound: i + 1,
      madeAtMs: (i + 1) * roundMs,
      totalMs: endMs + rounds - i,
      downtimeMs: 34,
    })),
  })
}
