import { z } from 'zod'
import { simulationCase, simulationResult } from './simulation-case.ts'

/** So many migrations go over one link at most. */
const MOST_MIGRATIONS = 64

const { link, seed } = simulationCase.shape

const sharer = simulationCase.omit({ link: true }).extend({
  /** When it starts; its own times count from there. */
  startSeconds: z.number().nonnegative().finite().max(86_400).default(0),
})

/** Several migrations over one link, which those that send at a time share fairly. */
export const sharedLinkCase = z.strictObject({
  /** Its cuts and variation count from 0 of `startSeconds`. */
  link,
  migrations: z.array(sharer).min(1).max(MOST_MIGRATIONS),
  /** Of the link's variation; each migration has its own besides. */
  seed,
})
export type SharedLinkCase = Readonly<z.infer<typeof sharedLinkCase>>

/** What became of them. */
export const sharedLinkResult = z.object({
  /** From the first start to the last end, ms. */
  totalMs: z.number(),
  bytesSent: z.number(),
  /** In the order of the case; times since each one's own start. */
  migrations: z.array(simulationResult),
})
export type SharedLinkResult = Readonly<z.infer<typeof sharedLinkResult>>
