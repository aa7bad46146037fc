import type { PolicyName } from '../../../shared/model/migration.ts'
import type { SimulatedWorkload, SimulationCase } from '../../../shared/model/simulation-case.ts'
import type { WhatIf } from '../../../shared/model/what-if.ts'
import { formatBytes, formatDuration, formatRatio, PAGE_BYTES } from '../../../shared/units.ts'
import { hostPresets } from '../simulation/host-presets.ts'
import { ZERO_PAGE_BYTES } from '../simulation/zero-page.ts'
import type { ObservedGround } from './observed-ground.ts'

/** A guest, its way and its host: what all policies have in common. */
export interface Subject {
  readonly memoryPages: number
  /** Null: not known. */
  readonly vcpuCount: number | null
  readonly linkBytesPerSecond: number
  readonly hostLacks: NonNullable<SimulationCase['hostLacks']>
  readonly observed: ObservedGround
}

/** One run of the comparison. */
export interface Run {
  readonly policy: PolicyName
  readonly workload: SimulatedWorkload
  readonly seed: number
}

/** Within a data centre; no host tells it. */
const ROUND_TRIP_MS = 0.5
const USUAL_VCPUS = 4
/** Live rounds that nobody ends are ended after this long, or after so many passes over a slow link. */
const LONGEST_LIVE_SECONDS = 120
const LONGEST_LIVE_PASSES = 10

const assumed = hostPresets.xen

const bandwidthOf = ({ observed, linkBytesPerSecond }: Subject): number =>
  observed.bandwidthBytesPerSecond ?? linkBytesPerSecond

const maxLiveSecondsOf = (subject: Subject): number =>
  Math.ceil(
    Math.max(
      LONGEST_LIVE_SECONDS,
      (LONGEST_LIVE_PASSES * subject.memoryPages * PAGE_BYTES) / bandwidthOf(subject),
    ),
  )

/** Pages that may be written: those that are not zero. */
export const writablePagesOf = ({
  memoryPages,
  observed,
}: Pick<Subject, 'memoryPages' | 'observed'>): number =>
  memoryPages - Math.ceil(memoryPages * (observed.zeroRatio ?? 0))

/** Every cost is said: what a case leaves open is as with the preset of its policy, and one host serves them all. */
const hostCostsOf = ({ observed }: Subject) => {
  const { betweenRoundsMs, fixedPauseMs, suspendDirtyPages } = observed
  const halfPauseMs = fixedPauseMs === null ? null : Math.max(0, fixedPauseMs - ROUND_TRIP_MS) / 2
  return {
    ...assumed,
    roundMs: betweenRoundsMs === null ? assumed.roundMs : Math.max(0, betweenRoundsMs - ROUND_TRIP_MS),
    pauseMs: halfPauseMs ?? assumed.pauseMs,
    resumeMs: halfPauseMs ?? assumed.resumeMs,
    suspendDirtyPages: suspendDirtyPages ?? assumed.suspendDirtyPages,
    zeroPageBytes: ZERO_PAGE_BYTES,
  }
}

/** The case that simulates one run on what is known of the guest, its way and its host. */
export const caseOf = (subject: Subject, { policy, workload, seed }: Run): SimulationCase => ({
  memoryBytes: subject.memoryPages * PAGE_BYTES,
  pageBytes: PAGE_BYTES,
  policy: { name: policy, thresholds: {} },
  link: {
    bandwidthBytesPerSecond: bandwidthOf(subject),
    latencyMs: ROUND_TRIP_MS,
    lossRatio: 0,
    congestionControl: 'reno',
    jitterMs: 0,
    competingRatio: 0,
    variation: 0,
    cuts: [],
  },
  workload,
  content: { zeroRatio: subject.observed.zeroRatio ?? 0, compressedRatio: 1, deltaRatio: 1, similarRatio: 0 },
  vcpuCount: subject.vcpuCount ?? USUAL_VCPUS,
  host: hostCostsOf(subject),
  hostLacks: subject.hostLacks,
  // A host with the plugin counts every write since a round began, in whatever order it sends.
  logRead: 'round',
  warmupSeconds: 60,
  maxLiveSeconds: maxLiveSecondsOf(subject),
  seed,
})

type Ground = WhatIf['grounds'][number]
const measuredOr = <T>(value: T | null, measured: (value: T) => string, otherwise: string): Ground =>
  value === null
    ? { origin: 'assumed', sentence: otherwise }
    : { origin: 'measured', sentence: measured(value) }

/** What a comparison rests on, in words: what was measured, then what is assumed. */
export const groundsOf = (subject: Subject, workloadSentence: string): WhatIf['grounds'] => {
  const { observed, vcpuCount, linkBytesPerSecond } = subject
  const pauseMs = formatDuration(assumed.pauseMs + assumed.resumeMs)
  const grounds: readonly Ground[] = [
    { origin: 'measured', sentence: workloadSentence },
    measuredOr(
      observed.bandwidthBytesPerSecond,
      rate => `The link carried ${formatBytes(rate)}/s in live rounds.`,
      `The link carries the ${formatBytes(linkBytesPerSecond)}/s that the pool tells.`,
    ),
    measuredOr(
      observed.zeroRatio,
      ratio => `${formatRatio(ratio)} of memory cost nothing in round 1 and counts as pages of zeros.`,
      'No page holds zeros.',
    ),
    measuredOr(
      observed.fixedPauseMs,
      ms => `A pause takes ${formatDuration(ms)} beside what is copied in it.`,
      `A pause takes ${pauseMs} beside what is copied in it, as measured with Xen 4.17.`,
    ),
    ...(vcpuCount === null
      ? [{ origin: 'assumed' as const, sentence: `The guest has ${USUAL_VCPUS} virtual CPUs.` }]
      : []),
    {
      origin: 'assumed',
      sentence: `A round trip takes ${ROUND_TRIP_MS} ms; the link loses nothing and carries nothing else, and a page request that does not overtake the push waits for ${formatBytes(assumed.backlogBytes)} of it.`,
    },
    {
      origin: 'assumed',
      sentence:
        'The guest goes on writing as it did. No profile and no checkpoint of it is kept: S3 starts from memory.',
    },
    {
      origin: 'assumed',
      sentence: `Live rounds that a policy does not end are ended after ${formatDuration(maxLiveSecondsOf(subject) * 1000)}.`,
    },
  ]
  return [
    ...grounds.filter(({ origin }) => origin === 'measured'),
    ...grounds.filter(({ origin }) => origin === 'assumed'),
  ]
}
