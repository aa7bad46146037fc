import { z } from 'zod'

/** Where a running lab is and who may enter, as `longshore lab` prints it. */
export const labInfo = z.object({
  url: z.string(),
  user: z.string(),
  password: z.string(),
  pools: z.array(
    z.object({
      name: z.string(),
      url: z.string(),
      members: z.array(z.object({ name: z.string(), address: z.string() })),
    }),
  ),
})
export type LabInfo = Readonly<z.infer<typeof labInfo>>
