/** S3's volumes in bytes and rates in bytes/s, by the names of its table of notations. */
export interface CheckpointVolumes {
  /** V_prof: blocks read at boot and at the start of the application. */
  readonly profileBytes: number
  /** V_ckpt: the state at the last checkpoint. */
  readonly checkpointBytes: number
  /** V_dp: dirty since the checkpoint. */
  readonly dirtyBytes: number
  /** R_trans1: from the NAS to the destination. */
  readonly nasBytesPerSecond: number
  /** R_trans: from the source to the destination. */
  readonly linkBytesPerSecond: number
}

export interface CheckpointTimes {
  /** t1, eq 1. */
  readonly profileMs: number
  /** t2, eq 2. */
  readonly checkpointMs: number
  /** t3, eq 3. */
  readonly dirtyMs: number
  /** t4, eq 4. */
  readonly downtimeMs: number
  /** T_mig, eq 5. */
  readonly totalMs: number
  /** V_mig, eq 6. */
  readonly bytes: number
}

const timesOf = (given: CheckpointVolumes) => {
  const { profileBytes, checkpointBytes, dirtyBytes, nasBytesPerSecond, linkBytesPerSecond } = given
  return {
    profileMs: (profileBytes * 1000) / nasBytesPerSecond,
    checkpointMs: (checkpointBytes * 1000) / linkBytesPerSecond,
    dirtyMs: (dirtyBytes * 1000) / linkBytesPerSecond,
    bytes: profileBytes + checkpointBytes + dirtyBytes,
  }
}

/** S3 eq 1 to 6 as printed: t3 and t4 both count V_dp, so that the dirty blocks enter twice in time and once in volume. */
export const publishedTimes = (given: CheckpointVolumes): CheckpointTimes => {
  const times = timesOf(given)
  const downtimeMs = times.dirtyMs
  return {
    ...times,
    downtimeMs,
    totalMs: times.profileMs + times.checkpointMs + times.dirtyMs + downtimeMs,
  }
}

/**
 * Ours: each dirty block travels once, and the guest stands only for the hand-over, because it runs at the destination
 * while missing blocks are fetched.
 */
export const singleCountTimes = (given: CheckpointVolumes, handOverMs: number): CheckpointTimes => {
  const times = timesOf(given)
  return {
    ...times,
    downtimeMs: handOverMs,
    totalMs: times.profileMs + times.checkpointMs + handOverMs + times.dirtyMs,
  }
}

/** Bytes of an image that must travel when the destination holds `similarRatio` of its blocks (S3: up to 0.96). */
export const unlikeBytes = (imageBytes: number, similarRatio: number): number =>
  imageBytes * (1 - similarRatio)
