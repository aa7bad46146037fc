/** A move as far as others are in its way. */
export interface Move {
  readonly id: string
  readonly sourceHostId: string
  readonly destinationHostId: string
  /** The network it goes over, one name for each in all pools. */
  readonly link: string
}

export interface MoveLimits {
  readonly perHost: number
  readonly perLink: number
}

export type Crowd =
  | { readonly at: 'source' | 'destination'; readonly hostId: string; readonly moves: number }
  | { readonly at: 'link'; readonly moves: number }

/** What has no room for one more move; null when all have. A host may send and receive up to its limit each. */
export const crowdBefore = (move: Move, underWay: readonly Move[], limits: MoveLimits): Crowd | null => {
  const count = (isLike: (other: Move) => boolean) => underWay.filter(isLike).length
  const leaving = count(other => other.sourceHostId === move.sourceHostId)
  if (leaving >= limits.perHost) return { at: 'source', hostId: move.sourceHostId, moves: leaving }
  const arriving = count(other => other.destinationHostId === move.destinationHostId)
  if (arriving >= limits.perHost)
    return { at: 'destination', hostId: move.destinationHostId, moves: arriving }
  const onLink = count(other => other.link === move.link)
  return onLink >= limits.perLink ? { at: 'link', moves: onLink } : null
}
