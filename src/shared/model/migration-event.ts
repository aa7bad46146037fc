import { z } from 'zod'
import { vmPlaceSchema } from './vm-place.ts'

const pages = z.number().int().nonnegative()
const ms = z.number().nonnegative()
const base = { sequence: z.number().int().positive(), atMs: z.number() }

/** How a guest answered what was sent to its address at an interval. */
export const probeFigures = z.object({
  lostProbes: z.number().int().nonnegative(),
  intervalMs: z.number().positive(),
  /** The longest time without an answer: about the interval where none was lost. */
  longestGapMs: ms,
})
export type ProbeFigures = Readonly<z.infer<typeof probeFigures>>

/**
 * What a host reports of a migration it carries out; `sequence` counts from 1 without gaps, `atMs` is pool time.
 * Rounds count from 1; the stop-and-copy pass is reported as the last round, with `live: false`.
 */
export const hostMigrationEvent = z.discriminatedUnion('kind', [
  z.object({
    ...base,
    kind: z.literal('started'),
    memoryPages: pages,
    linkBytesPerSecond: z.number().positive(),
  }),
  /** Storage is not shared: the disks go first. */
  z.object({
    ...base,
    kind: z.literal('disk-progress'),
    copiedBytes: z.number().nonnegative(),
    totalBytes: z.number().nonnegative(),
  }),
  z.object({
    ...base,
    kind: z.literal('round-progress'),
    round: z.number().int().positive(),
    sentPages: pages,
    /** Null where the host counts them only when the round is over. */
    dirtiedPages: pages.nullable(),
    remainingPages: pages,
  }),
  z.object({
    ...base,
    kind: z.literal('round-ended'),
    round: z.number().int().positive(),
    live: z.boolean(),
    sentPages: pages,
    /** Unique pages dirtied while this round was sent: what the next one would have to send. */
    dirtiedPages: pages,
    /** Pages that were not sent yet when the log was read, by a host that reads it early: the next round sends them too. */
    unsentPages: pages.exactOptional(),
    bytesSent: z.number().nonnegative(),
    ms,
  }),
  z.object({ ...base, kind: z.literal('paused'), remainingPages: pages }),
  z.object({ ...base, kind: z.literal('resumed'), pauseMs: ms, remainingPages: pages }),
  z.object({
    ...base,
    kind: z.literal('post-copy-progress'),
    pushedPages: pages,
    demandFaults: pages,
    remainingPages: pages,
    /** Time the guest has waited for pages so far, short waits counted in; null by a host that tells it at the end, or not at all. */
    stallMs: ms.nullable(),
    /** Of the guest's heartbeat since it was resumed, by a host that hears it: `stallMs` as unavailability counts it. */
    heartbeat: z.object({ stallMs: ms, longestGapMs: ms }).exactOptional(),
  }),
  z.object({ ...base, kind: z.literal('progress'), ratio: z.number().min(0).max(1) }),
  z.object({
    ...base,
    kind: z.literal('completed'),
    totalMs: ms,
    /** Null where the host does not count it, as stock Xen does not. */
    bytesSent: z.number().nonnegative().nullable(),
    stallMs: ms.nullable(),
    /** What its host calls downtime, for what it is: hosts count differently. */
    hostDowntimeMs: ms.exactOptional(),
    /** Of probes that were sent to the guest's address meanwhile, by a host that sends some. */
    probes: probeFigures.exactOptional(),
  }),
  z.object({
    ...base,
    kind: z.literal('failed'),
    reason: z.string(),
    vmRunsAt: vmPlaceSchema,
  }),
  z.object({ ...base, kind: z.literal('cancelled') }),
])
export type HostMigrationEvent = Readonly<z.infer<typeof hostMigrationEvent>>
