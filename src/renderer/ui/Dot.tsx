import { dotPaths } from './dot-paths.ts'

/** A state as a shape and a colour; the word stands beside it. */
export type DotTone = 'ok' | 'watch' | 'high' | 'idle' | 'busy'

const colour: Readonly<Record<DotTone, string>> = {
  ok: 'var(--ls-ok)',
  watch: 'var(--ls-watch)',
  high: 'var(--ls-high)',
  idle: 'var(--ls-muted)',
  busy: 'var(--ls-accent)',
}

export const Dot = ({ tone }: { readonly tone: DotTone }) => (
  <svg
    aria-hidden="true"
    width="10"
    height="10"
    viewBox="0 0 10 10"
    style={{ flex: 'none', color: colour[tone] }}
  >
    {tone === 'ok' && <circle cx="5" cy="5" r="3.5" fill="currentColor" />}
    {tone === 'busy' && <path d="M5 1.2a3.8 3.8 0 0 1 0 7.6z" fill="currentColor" />}
    {(tone === 'busy' || tone === 'idle') && (
      <circle cx="5" cy="5" r="3.4" fill="none" stroke="currentColor" strokeWidth="1.4" />
    )}
    {tone === 'watch' && <path d={dotPaths.watch} fill="currentColor" />}
    {tone === 'high' && <path d={dotPaths.high} fill="currentColor" />}
  </svg>
)
