/** Samples of one kind, seconds or averages, as they lie on the disk. */
export interface KeptSamples {
  /** What a second of one VM takes, bytes, by the newest rows; null while there are none. */
  readonly bytesPerVmSecond: number | null
  /** Wall-clock ms at which the oldest was written; null while there are none. */
  readonly oldestWrittenMs: number | null
}

/** What the history takes on the disk. */
export interface StoreUsage {
  readonly fileBytes: number
  /** Beside the file: its write-ahead log. */
  readonly logBytes: number
  /** Of `fileBytes`, what has been freed and is used again before the file grows. */
  readonly freeBytes: number
  readonly samples: KeptSamples
  readonly averages: KeptSamples
}
