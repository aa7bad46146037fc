import { z } from 'zod'

const labPoolInfo = z.object({
  name: z.string(),
  url: z.string(),
  members: z.array(
    z.object({
      name: z.string(),
      address: z.string(),
      /** SHA-256 of the certificate it began with; only with TLS. */
      fingerprint: z.string().optional(),
    }),
  ),
})
export type LabPoolInfo = z.infer<typeof labPoolInfo>

/** Where a running lab is and who may enter, as `longshore lab` prints it. */
export const labInfo = z.object({
  url: z.string(),
  user: z.string(),
  password: z.string(),
  pools: z.array(labPoolInfo),
})
export type LabInfo = Readonly<z.infer<typeof labInfo>>
