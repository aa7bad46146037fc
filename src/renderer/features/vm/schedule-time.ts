const two = (n: number): string => n.toString().padStart(2, '0')

/** A moment as `<input type="datetime-local">` writes it, in local time with seconds. */
export const inputTime = (atMs: number): string => {
  const at = new Date(atMs)
  const date = `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`
  return `${date}T${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}`
}

/** The moment that such text names, ms since the epoch; null where it names none. */
export const momentOfInput = (text: string): number | null => {
  const atMs = text === '' ? Number.NaN : new Date(text).getTime()
  return Number.isFinite(atMs) ? atMs : null
}

/** Why a migration cannot be scheduled for this moment; null when it can. */
export const whyNotThen = (atMs: number | null, nowMs: number): string | null => {
  if (atMs === null) return 'Enter a date and a time.'
  return atMs > nowMs ? null : 'That time has passed in the pool.'
}
