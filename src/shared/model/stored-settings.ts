import { z } from 'zod'

const wholeMs = z.number().int().positive()

/** What an operator set and a restart must not forget; what is missing is as it comes. */
export const storedSettings = z.object({
  retention: z.object({ samplesMs: wholeMs.optional(), averagesMs: wholeMs.optional() }).optional(),
  /** Wall-clock ms since when STOP is set. */
  stoppedSinceMs: z.number().optional(),
})
export type StoredSettings = z.infer<typeof storedSettings>

/** Settings to put; null takes one away. */
export type SettingsChange = { readonly [K in keyof StoredSettings]?: StoredSettings[K] | null }
