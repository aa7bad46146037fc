import { z } from 'zod'

/** Unique pages a VM dirtied within one window of time: a reading of the host's log, or a live round of a migration. */
export const dirtyWindow = z.object({
  windowMs: z.number().positive(),
  pages: z.number().nonnegative(),
  /** Pool time at the window's end, ms since the epoch. */
  atMs: z.number(),
  source: z.enum(['window', 'round']),
})
export type DirtyWindow = Readonly<z.infer<typeof dirtyWindow>>

/** Pages that are written alike: each is written `ratePerSecond` times a second on average, at random. */
const pageClass = z.object({ pages: z.number().nonnegative(), ratePerSecond: z.number().nonnegative() })
export type PageClass = Readonly<z.infer<typeof pageClass>>

/**
 * Unique pages dirtied within a window. An estimate lies between `lowPages` and `highPages` whatever the writes look
 * like, as long as the VM goes on as it was when the windows were read.
 */
const dirtyFigure = z.discriminatedUnion('origin', [
  z.object({ origin: z.literal('measured'), windowMs: z.number(), pages: z.number(), atMs: z.number() }),
  z.object({
    origin: z.literal('estimated'),
    windowMs: z.number(),
    pages: z.number(),
    lowPages: z.number(),
    highPages: z.number(),
  }),
])
export type DirtyFigure = Readonly<z.infer<typeof dirtyFigure>>

/** What a VM writes within a time: its dirty curve, and how it is known. */
export const workingSet = z.object({
  vmId: z.string(),
  /** Pool time of the newest window it rests on, ms since the epoch. */
  atMs: z.number(),
  memoryPages: z.number(),
  /** What was read, shortest window first. */
  windows: z.array(dirtyWindow).readonly(),
  /** The fitted curve: unique(t) = sum of pages x (1 - exp(-ratePerSecond x t)). */
  classes: z.array(pageClass).readonly(),
  /** At 0.1, 1 and 10 s. */
  figures: z.array(dirtyFigure).readonly(),
})
export type WorkingSet = Readonly<z.infer<typeof workingSet>>

/** The curve at one window length, and between which pages it must lie. */
export interface CurvePoint {
  readonly windowMs: number
  readonly pages: number
  readonly lowPages: number
  readonly highPages: number
}
