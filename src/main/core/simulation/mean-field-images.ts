import type { ImagePlan } from './boot-images.ts'
import type { PageGroup } from './mean-field-memory.ts'

/** Of one group: pages that the profile brings, and pages dirty since the checkpoint. */
export interface GroupImages {
  readonly arrived: number
  readonly later: number
}

/**
 * Deals expected numbers of pages as `dealImages` deals pages: the profile's and the checkpoint's are first those that
 * nobody writes (the last group but one, before the zeros); what the checkpoint lacks is first of the written ones, each
 * as likely as any other.
 */
export const dealGroups = (
  groups: readonly PageGroup[],
  { profilePages, checkpointPages }: ImagePlan,
): readonly GroupImages[] => {
  const stillAt = groups.length - 2
  const still = groups[stillAt]?.pages ?? 0
  const written = groups.slice(0, stillAt).reduce((sum, { pages }) => sum + pages, 0)
  const later = checkpointPages === null ? 0 : Math.max(0, still + written - profilePages - checkpointPages)
  const laterShare = written > 0 ? Math.min(1, later / written) : 0
  return groups.map(({ pages }, index) => {
    if (index < stillAt) return { arrived: 0, later: pages * laterShare }
    if (index > stillAt) return { arrived: 0, later: 0 }
    return { arrived: Math.min(profilePages, still), later: Math.max(0, later - written) }
  })
}
