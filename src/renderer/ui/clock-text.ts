const two = (n: number): string => n.toString().padStart(2, '0')

/** Local time of day with seconds: `13:42:07`. */
export const clockText = (atMs: number): string => {
  const at = new Date(atMs)
  return `${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}`
}

/** Local date: `2026-11-20`. */
export const dateText = (atMs: number): string => {
  const at = new Date(atMs)
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`
}

/** UTC with date and seconds, for hover: `2026-11-20 13:42:07 UTC`. */
export const utcText = (atMs: number): string =>
  `${new Date(atMs).toISOString().slice(0, 19).replace('T', ' ')} UTC`

/** How long ago, coarsely: `3 s`, `2 min`, `5 h`, `4 d`. */
export const agoText = (ms: number): string => {
  const seconds = Math.max(0, Math.round(ms / 1000))
  if (seconds < 100) return `${seconds} s`
  if (seconds < 6000) return `${Math.round(seconds / 60)} min`
  if (seconds < 48 * 3600) return `${Math.round(seconds / 3600)} h`
  return `${Math.round(seconds / 86_400)} d`
}
