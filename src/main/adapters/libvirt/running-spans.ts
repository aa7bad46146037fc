import type { Domain } from './domain.ts'

/** From the end of the first look that saw a domain run to the beginning of the last, none between having seen otherwise. */
export interface RunningSpan {
  readonly fromMs: number
  readonly toMs: number
}

/** By UUID; `before` are those of the look before. */
export const runningSpans = (
  before: ReadonlyMap<string, RunningSpan>,
  domains: readonly Pick<Domain, 'uuid' | 'powerState'>[],
  { beganMs, endedMs }: { readonly beganMs: number; readonly endedMs: number },
): ReadonlyMap<string, RunningSpan> =>
  new Map(
    domains
      .filter(({ powerState }) => powerState === 'running')
      .map(({ uuid }) => [uuid, { fromMs: before.get(uuid)?.fromMs ?? endedMs, toMs: beganMs }]),
  )

/**
 * Whether two ran at the same time. Hosts are looked at one by one: a VM that moves may be seen running at its destination
 * while the last look at its source still has it there.
 */
export const overlap = (a: RunningSpan | null, b: RunningSpan | null): boolean =>
  a !== null && b !== null && Math.max(a.fromMs, b.fromMs) < Math.min(a.toMs, b.toMs)
