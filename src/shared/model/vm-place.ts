import { z } from 'zod'

/** Where a VM runs after a migration that failed. `nowhere`: the guest was lost with a host. */
export const vmPlaceSchema = z.enum(['source', 'destination', 'nowhere', 'unknown'])
export type VmPlace = z.infer<typeof vmPlaceSchema>

/** The same as a sentence. */
export const vmPlaceWords: Readonly<Record<VmPlace, string>> = {
  source: 'The VM runs at the source.',
  destination: 'The VM runs at the destination.',
  nowhere: 'The VM runs nowhere: it was lost with a host. Start it again unless high availability does.',
  unknown: 'Where the VM runs now is not known.',
}
