import { z } from 'zod'
import { failureCodes } from '../failure.ts'

const id = z.number().int().positive()

/**
 * What travels over a pipe. A request is answered by `item`s and one `end`, or by one `failure`.
 * A call is a request that yields exactly one item. `more` grants the server one further item of a
 * stream, so that a slow window skips and never queues; `cancel` asks the server to stop.
 */
export const frame = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('request'), id, method: z.string().max(64), input: z.unknown() }),
  z.object({ kind: z.literal('more'), id }),
  z.object({ kind: z.literal('cancel'), id }),
  z.object({ kind: z.literal('item'), id, value: z.unknown() }),
  z.object({ kind: z.literal('end'), id }),
  z.object({
    kind: z.literal('failure'),
    id,
    failure: z.object({ code: z.enum(failureCodes), message: z.string(), remedy: z.string() }),
  }),
])
export type Frame = z.infer<typeof frame>
