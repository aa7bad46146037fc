import type { Migration, MigrationPrediction } from '../../../shared/model/migration.ts'
import type { Ledger } from './engine-state.ts'

type Disk = NonNullable<Migration['diskCopy']>

/** When the memory began to be sent, pool time: a disk that is not shared goes before it. */
export const memoryStartMs = ({
  diskCopy,
  startedAtMs,
}: Pick<Migration, 'diskCopy' | 'startedAtMs'>): number => diskCopy?.atMs ?? startedAtMs

const shifted = (range: { readonly p10: number; readonly p90: number }, by: number) => ({
  p10: range.p10 + by,
  p90: range.p90 + by,
})

/** A prediction with so many bytes of a disk more, or fewer, at the speed of the link. */
export const plusDiskBytes = (
  prediction: MigrationPrediction,
  bytes: number,
  linkBytesPerSecond: number,
): MigrationPrediction => {
  const ms = (bytes * 1000) / linkBytesPerSecond
  const { totalMs, bytesSent, spread } = prediction
  return {
    ...prediction,
    totalMs: totalMs + ms,
    bytesSent: bytesSent + bytes,
    ...(spread && {
      spread: {
        ...spread,
        totalMs: shifted(spread.totalMs, ms),
        bytesSent: shifted(spread.bytesSent, bytes),
      },
    }),
  }
}

/** What of a disk is still to be copied: at its own pace so far, else at `bytesPerSecond`. */
export const diskToGo = (
  { diskCopy, startedAtMs }: Pick<Ledger, 'startedAtMs'> & { readonly diskCopy: Disk },
  bytesPerSecond: number | null,
): { readonly ms: number; readonly bytes: number } => {
  const { copiedBytes, totalBytes, atMs } = diskCopy
  const bytes = totalBytes - copiedBytes
  const perMs = bytesPerSecond === null ? copiedBytes / (atMs - startedAtMs) : bytesPerSecond / 1000
  return { ms: bytes / perMs, bytes }
}
