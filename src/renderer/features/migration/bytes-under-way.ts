import type { Migration } from '../../../shared/model/migration.ts'
import { PAGE_BYTES } from '../../../shared/units.ts'

/**
 * Bytes of the pass under way at pool time `nowMs`, which the totals count once it ends, or of the one that broke off, which they
 * never do: at most what the link can have carried, for pages of zeros cost it nothing.
 */
export const bytesUnderWay = (
  { current, linkBytesPerSecond }: Migration,
  nowMs: number | undefined,
): number =>
  current && nowMs !== undefined
    ? Math.min(
        current.sentPages * PAGE_BYTES,
        (Math.max(0, nowMs - current.startedAtMs) / 1000) * linkBytesPerSecond,
      )
    : 0

/** Whether the host says what it sends: stock Xen does not, and nothing told is not nothing sent. */
export const tellsBytes = ({ rounds, current, bytesSent }: Migration): boolean =>
  rounds.length > 0 || current !== null || bytesSent > 0
