/** A stretch of time in which a figure of a VM or host stood over the limit that its trigger has. Kept for ever. */
export interface Breach {
  readonly id: string
  readonly connectionId: string
  readonly subject: 'vm' | 'host'
  readonly subjectId: string
  readonly subjectName: string
  /** As decisions name it: `dirty rate`, `host CPU, forecast`. */
  readonly feature: string
  readonly unit: string
  /** The limit when it began, in `unit`, as is the highest value since. */
  readonly limit: number
  readonly peak: number
  /** Pool time, ms since the epoch; it ends below the limit's re-arm level. Null while it lasts, or where its end was not seen. */
  readonly fromMs: number
  readonly untilMs: number | null
}
