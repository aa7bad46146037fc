import { clockText, dateText, utcText } from './clock-text.ts'

/** A moment in local time with seconds, UTC on hover. */
export const Clock = ({ atMs, withDate = false }: { readonly atMs: number; readonly withDate?: boolean }) => (
  <time dateTime={new Date(atMs).toISOString()} title={utcText(atMs)}>
    {withDate ? `${dateText(atMs)} ${clockText(atMs)}` : clockText(atMs)}
  </time>
)
