import { z } from 'zod'

const pages = z
  .number()
  .int()
  .nonnegative()
  .max(2 ** 31)
const rate = z.number().nonnegative().finite().max(1e9)
/** Of something that comes again and again: shorter ones are a rate and no rhythm, and would be walked through one by one. */
const period = z.number().finite().min(0.01).max(1e7)
/** Into a rhythm, or until something ends: thirty years. */
const moment = z.number().nonnegative().finite().max(1e9)
const ratio = z.number().min(0).max(1)

const working = { workingSetPages: pages, writesPerSecond: rate }

const idle = z.strictObject({ kind: z.literal('idle') })
/** Every page of the working set as likely as any other. */
const uniform = z.strictObject({ kind: z.literal('uniform'), ...working })
/** `hotWrites` of the writes go to `hotShare` of the working set. */
const hotSet = z.strictObject({
  kind: z.literal('hot-set'),
  ...working,
  hotShare: ratio.default(0.1),
  hotWrites: ratio.default(0.9),
})
/** The page of rank r is written in proportion to r ** -exponent. */
const zipf = z.strictObject({
  kind: z.literal('zipf'),
  ...working,
  exponent: z.number().min(0).max(4).default(1),
})
/** One page after the other in address order, round and round. */
const sequential = z.strictObject({ kind: z.literal('sequential'), ...working })
/** Unique pages within t seconds: min(mwws, um + (10 t - 1) un(ceil t)), the last un beyond its end, linear below 0.1 s. */
const dirtyCurve = z.strictObject({
  kind: z.literal('dirty-curve'),
  umPages: pages,
  unPages: z
    .array(
      z
        .number()
        .nonnegative()
        .max(2 ** 31),
    )
    .min(1)
    .max(100_000),
  mwwsPages: pages,
})
/** Unique pages dirtied per second, one figure each `stepSeconds`; idle when they have run out. */
const recorded = z.strictObject({
  kind: z.literal('recorded'),
  stepSeconds: period,
  pagesPerSecond: z.array(rate).min(1).max(1_000_000),
  workingSetPages: pages,
})

const plainWorkload = z.discriminatedUnion('kind', [
  idle,
  uniform,
  hotSet,
  zipf,
  sequential,
  dirtyCurve,
  recorded,
])

/** On for `onSeconds`, off for `offSeconds`, again and again; begins `startSeconds` into that. */
const phases = z.strictObject({
  kind: z.literal('phases'),
  onSeconds: period,
  offSeconds: period,
  startSeconds: moment.default(0),
  workload: plainWorkload,
})
/** Between `lowRatio` and all of its rates along a cosine, lowest at the start of the period. */
const daily = z.strictObject({
  kind: z.literal('daily'),
  periodSeconds: period.default(86_400),
  startSeconds: moment.default(0),
  lowRatio: ratio.default(0.1),
  workload: plainWorkload,
})
const single = z.discriminatedUnion('kind', [...plainWorkload.options, phases, daily])
/** Several at once, each with pages of its own. */
const mix = z.strictObject({ kind: z.literal('mix'), workloads: z.array(single).min(1).max(16) })

/** What writes the guest's memory. */
export const simulatedWorkload = z.discriminatedUnion('kind', [...single.options, mix])
export type SimulatedWorkload = Readonly<z.infer<typeof simulatedWorkload>>

const bytes = z
  .number()
  .nonnegative()
  .finite()
  .max(2 ** 50)

/** Ms that a hypervisor takes between rounds, to pause and to resume, and pages that suspending dirties. */
export const hostCosts = z.strictObject({
  roundMs: z.number().nonnegative().max(1e6),
  pauseMs: z.number().nonnegative().max(1e6),
  resumeMs: z.number().nonnegative().max(1e6),
  suspendDirtyPages: pages,
  /** What a page of zeros costs on the link; null: as much as any other; absent: as with the policy's preset. */
  zeroPageBytes: z
    .number()
    .nonnegative()
    .max(2 ** 21)
    .nullable()
    .exactOptional(),
  /** Bytes of the push under way when a page request comes in that cannot overtake it; absent: as with the preset. */
  backlogBytes: bytes.exactOptional(),
  /**
   * How often a host looks whether what is unsent fits the downtime limit of a policy that has one, and reads its dirty
   * log if so; null: it reads it when nothing is unsent; absent: as with the preset.
   */
  logWindowMs: z.number().min(1).max(1e6).nullable().exactOptional(),
  /** Until when a case's `limitBytesPerSecond` holds: the guest's pause, or the end; absent: as with the preset. */
  limitUntil: z.enum(['pause', 'end']).exactOptional(),
})
export type HostCosts = Readonly<z.infer<typeof hostCosts>>

export const hostPresetNames = ['xen', 'qemu'] as const

/** What a migration can be told by a policy, where its host can do it. */
export const hostAbilities = [
  'stopAndCopy',
  'postCopy',
  'bandwidth',
  'pageOrder',
  'throttle',
  'priority',
] as const

/** Below a byte a second no migration ends. */
const bandwidth = z.number().min(1).finite().max(1e15)
/** Since the migration's start, ms: as far as a rhythm goes. */
const cutMs = z.number().nonnegative().finite().max(1e12)

const link = z.strictObject({
  /** Payload bytes/s of one stream without loss. */
  bandwidthBytesPerSecond: bandwidth,
  /** Round trip, ms. */
  latencyMs: z.number().nonnegative().finite().max(60_000),
  /** Share of packets lost, 0..1. */
  lossRatio: z.number().min(0).max(0.5).default(0),
  /** What TCP makes of loss: `reno` slows down at each, `bbr` goes on at the rate it has measured. */
  congestionControl: z.enum(['reno', 'bbr']).default('reno'),
  /** Each round trip is longer by up to this much. */
  jitterMs: z.number().nonnegative().finite().max(60_000).default(0),
  /** Share of the link that other traffic takes. */
  competingRatio: z.number().min(0).max(0.95).default(0),
  /** Share by which the bandwidth goes up and down over seconds. */
  variation: z.number().min(0).max(0.9).default(0),
  /** Stretches without connection, ms since the start. */
  cuts: z
    .array(z.strictObject({ fromMs: cutMs, toMs: cutMs }))
    .max(100)
    .default([]),
})

const content = z.strictObject({
  /** Share of memory that holds zeros and is never written. */
  zeroRatio: ratio.default(0),
  /** What a page is compressed to, as a share of its size; 1: compression is off. */
  compressedRatio: z.number().min(0.01).max(1).default(1),
  /** What the change of a page that is sent again comes to, as a share of its size; 1: no delta compression. */
  deltaRatio: z.number().min(0.001).max(1).default(1),
  /** Page content that compression of either kind takes in a second; absent: as much as the link asks for. */
  compressBytesPerSecond: bandwidth.exactOptional(),
  /** Share of pages that the destination holds already, of a like image (S3). */
  similarRatio: ratio.default(0),
})

/** One migration to be simulated. Sizes in bytes, rates in bytes or pages per second. */
export const simulationCase = z.strictObject({
  memoryBytes: z
    .number()
    .int()
    .min(4096)
    .max(2 ** 43),
  pageBytes: z
    .number()
    .int()
    .min(512)
    .max(2 ** 21)
    .default(4096),
  policy: z.strictObject({
    name: z.string().min(1).max(64),
    thresholds: z.record(z.string(), z.number()).default({}),
    maxRounds: z.number().int().min(1).max(1000).optional(),
    minDirtyPages: pages.optional(),
    maxSentFactor: z.number().min(1).max(1000).optional(),
  }),
  link,
  /** What the host is told to send at most, as by QEMU's max-bandwidth; absent: nothing. */
  limitBytesPerSecond: bandwidth.optional(),
  workload: simulatedWorkload,
  /** The workload stops this long after the migration's start. */
  workloadEndsAtSeconds: moment.optional(),
  content: content.prefault({}),
  /** A disk that storage does not share: it is copied before memory, and what the guest writes to it is mirrored. */
  disk: z
    .strictObject({
      bytes: bytes.min(1).max(2 ** 42),
      writeBytesPerSecond: z.number().nonnegative().finite().max(1e12).default(0),
    })
    .optional(),
  vcpuCount: z.number().int().min(1).max(1024).default(4),
  host: z.union([z.enum(hostPresetNames), hostCosts]).optional(),
  /** What the host cannot do although the policy may want it. */
  hostLacks: z.array(z.enum(hostAbilities)).optional(),
  /** When a host that sends in an order reads its dirty log: before each region (the default), or once a round. */
  logRead: z.enum(['region', 'round']).optional(),
  /** Of history before the migration, for forecasts. */
  warmupSeconds: z.number().nonnegative().max(86_400).default(60),
  /** Live rounds end after this long, whatever the policy says: at most a day, which is gone through bit by bit. */
  maxLiveSeconds: z.number().positive().max(86_400).optional(),
  profileBytes: bytes.optional(),
  checkpointBytes: bytes.optional(),
  nasBytesPerSecond: bandwidth.optional(),
  seed: z
    .number()
    .int()
    .min(0)
    .max(2 ** 31 - 1)
    .default(1),
})
export type SimulationCase = Readonly<z.infer<typeof simulationCase>>

/** One pass: live ones first, the stop-and-copy pass last. */
const simulatedRound = z.object({
  index: z.number(),
  sentPages: z.number(),
  /** Unique pages dirtied while it lasted. */
  dirtiedPages: z.number(),
  /** Left for the next one besides, where the host reads its dirty log early. */
  unsentPages: z.number(),
  ms: z.number(),
  bandwidthBytesPerSecond: z.number(),
})

/** What became of it. Times in ms. */
export const simulationResult = z.object({
  /** From the first page, or block of the disk, to the last. */
  totalMs: z.number(),
  /** The copy of the disk, before memory; absent where there is none. */
  diskMs: z.number().exactOptional(),
  /** Live rounds, up to the pause. */
  preCopyMs: z.number(),
  /** The stop-and-copy pass with its pause, or the pause of the switch. */
  stopMs: z.number(),
  /** From the guest's resuming at the destination with pages missing to the last page. */
  postCopyMs: z.number(),
  /** VM stopped at the source to VM running at the destination. */
  downtimeMs: z.number(),
  /** Gaps in the guest's heartbeat over twice its period of 10 ms, less one period each. */
  stallMs: z.number(),
  /** Pause and stall. */
  unavailabilityMs: z.number(),
  bytesSent: z.number(),
  pagesSent: z.number(),
  /** Of other traffic that had to wait for priority bandwidth. */
  displacedBytes: z.number(),
  /** Pages sent beyond once each. */
  pagesRetransmitted: z.number(),
  demandFaults: z.number(),
  /** Guest time lost to waits for pages (summed over vCPUs, over their number) and to throttling. */
  lostGuestMs: z.number(),
  rounds: z.array(simulatedRound),
  switched: z.boolean(),
  outcome: z.enum(['completed', 'aborted']),
  /** Whether the unavailability passed the threshold slaDowntime. */
  slaViolated: z.boolean(),
})
export type SimulationResult = Readonly<z.infer<typeof simulationResult>>

/** What a case asks for and cannot have: the field, what it was, and what it may be. */
export interface CaseFault {
  readonly field: string
  readonly value: string | number
  readonly allowed: string
}

/** A figure's spread: one in ten lies below p10, half below p50, nine in ten below p90. */
const quantiles = z.object({ p10: z.number(), p50: z.number(), p90: z.number() })
export type PredictedQuantiles = Readonly<z.infer<typeof quantiles>>

/** What is to be expected of a case. Times in ms. */
export const simulationPrediction = z.object({
  totalMs: quantiles,
  /** VM stopped at the source to VM running at the destination. */
  downtimeMs: quantiles,
  /** Pause and stall. */
  unavailabilityMs: quantiles,
  bytesSent: quantiles,
  /** Whether live rounds end by the policy's own rule, and not because its rounds or the time allowed are used up. */
  converges: z.boolean(),
  /** Of an unavailability at the threshold slaDowntime or above. */
  slaViolationProbability: z.number().min(0).max(1),
})
export type SimulationPrediction = Readonly<z.infer<typeof simulationPrediction>>
