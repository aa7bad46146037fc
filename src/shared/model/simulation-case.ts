import { z } from 'zod'

const pages = z
  .number()
  .int()
  .nonnegative()
  .max(2 ** 31)
const rate = z.number().nonnegative().finite().max(1e9)
const seconds = z.number().positive().finite().max(1e7)
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
  unPages: z.array(z.number().nonnegative().finite()).min(1).max(100_000),
  mwwsPages: pages,
})
/** Unique pages dirtied per second, one figure each `stepSeconds`; idle when they have run out. */
const recorded = z.strictObject({
  kind: z.literal('recorded'),
  stepSeconds: seconds,
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
  onSeconds: seconds,
  offSeconds: seconds,
  startSeconds: z.number().nonnegative().finite().default(0),
  workload: plainWorkload,
})
/** Between `lowRatio` and all of its rates along a cosine, lowest at the start of the period. */
const daily = z.strictObject({
  kind: z.literal('daily'),
  periodSeconds: seconds.default(86_400),
  startSeconds: z.number().nonnegative().finite().default(0),
  lowRatio: ratio.default(0.1),
  workload: plainWorkload,
})
const single = z.discriminatedUnion('kind', [...plainWorkload.options, phases, daily])
/** Several at once, each with pages of its own. */
const mix = z.strictObject({ kind: z.literal('mix'), workloads: z.array(single).min(1).max(16) })

/** What writes the guest's memory. `endsAtSeconds` after the start of the migration everything stops. */
export const simulatedWorkload = z.discriminatedUnion('kind', [...single.options, mix])
export type SimulatedWorkload = Readonly<z.infer<typeof simulatedWorkload>>

/** Ms that a hypervisor takes between rounds, to pause and to resume, and pages that suspending dirties. */
export const hostCosts = z.strictObject({
  roundMs: z.number().nonnegative().max(1e6),
  pauseMs: z.number().nonnegative().max(1e6),
  resumeMs: z.number().nonnegative().max(1e6),
  suspendDirtyPages: pages,
})
export type HostCosts = Readonly<z.infer<typeof hostCosts>>
