import { z } from 'zod'

/**
 * A number and where it comes from. `unavailable` is not zero: nothing may be computed from it.
 * `ageMs` is the time between the reading and the moment the sample was taken (0 = read just now).
 */
export const measure = z.discriminatedUnion('origin', [
  z.object({ origin: z.literal('measured'), value: z.number(), ageMs: z.number().nonnegative() }),
  z.object({
    origin: z.literal('estimated'),
    value: z.number(),
    ageMs: z.number().nonnegative(),
    /** Median relative error of such estimates where they could be compared with a reading; absent where none could. */
    errorRatio: z.number().nonnegative().optional(),
  }),
  z.object({ origin: z.literal('unavailable') }),
])
export type Measure = Readonly<z.infer<typeof measure>>

export const UNAVAILABLE: Measure = { origin: 'unavailable' }

/** A finite reading taken `ageMs` ago, else unavailable: NaN and infinity never become numbers on a screen. */
export const measured = (value: number | undefined, ageMs = 0): Measure =>
  value !== undefined && Number.isFinite(value) ? { origin: 'measured', value, ageMs } : UNAVAILABLE

/** From this age on a reading is held, not new, and shows its age, ms. */
export const HELD_MS = 5_000

/** The number, or undefined where there is none. */
export const numberOf = (m: Measure): number | undefined => (m.origin === 'unavailable' ? undefined : m.value)
