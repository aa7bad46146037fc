/** Size of one guest page in bytes, everywhere in Longshore. */
export const PAGE_BYTES = 4096
export const KIB = 1024
export const MIB = 1024 * KIB
export const GIB = 1024 * MIB

/** Pages (4 KiB) that hold `bytes`, rounded up. */
export const pagesOf = (bytes: number): number => Math.ceil(bytes / PAGE_BYTES)

/** A rate in pages/s as MiB/s. */
export const pageRateInMib = (pagesPerSecond: number): number => (pagesPerSecond * PAGE_BYTES) / MIB

/** A link rate in Gbit/s (10^9 bits) as bytes/s. */
export const gbitPerSecond = (gbit: number): number => (gbit * 1e9) / 8

/** A whole number, its thousands set apart: 13,142. */
export const formatCount = (value: number): string =>
  Number.isFinite(value)
    ? Math.round(value)
        .toString()
        .replace(/\B(?=(\d{3})+$)/g, ',')
    : '-'

/** A number with three significant figures and no exponent: 0.0123, 1.23, 12.3, 123, 1,230. */
export const threeFigures = (value: number): string => {
  if (!Number.isFinite(value)) return '-'
  const magnitude = Math.abs(value)
  if (magnitude >= 99.95) return formatCount(value)
  if (magnitude >= 9.995) return value.toFixed(1)
  if (magnitude >= 0.9995 || magnitude === 0) return value.toFixed(magnitude === 0 ? 0 : 2)
  return Number(value.toPrecision(3)).toString()
}

/** A load index: `4.20`, and `∞` where a resource is used up; from 1,000 on it says no more than that. */
export const formatLoad = (index: number): string => {
  if (index === Number.POSITIVE_INFINITY) return '∞'
  return index >= 1000 ? '>999' : threeFigures(index)
}

/** Bytes with their binary unit: `340 KiB`, `6.10 GiB`. */
export const formatBytes = (bytes: number): string => {
  if (!Number.isFinite(bytes)) return '-'
  const magnitude = Math.abs(bytes)
  if (magnitude >= GIB) return `${threeFigures(bytes / GIB)} GiB`
  if (magnitude >= MIB) return `${threeFigures(bytes / MIB)} MiB`
  if (magnitude >= KIB) return `${threeFigures(bytes / KIB)} KiB`
  return `${Math.round(bytes)} B`
}

/** A duration: ms below one second, then seconds, then `m:ss`, then `h:mm:ss`. */
export const formatDuration = (ms: number): string => {
  if (!Number.isFinite(ms)) return '-'
  if (ms < 1000) return `${threeFigures(ms)} ms`
  if (ms < 60_000) return `${threeFigures(ms / 1000)} s`
  const seconds = Math.round(ms / 1000)
  const two = (n: number) => n.toString().padStart(2, '0')
  const [h, m, s] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60]
  return h > 0 ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`
}

/** A ratio 0..1 as a whole percentage: `83%`. */
export const formatRatio = (ratio: number): string =>
  Number.isFinite(ratio) ? `${Math.round(ratio * 100)}%` : '-'
