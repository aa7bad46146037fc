import type { HostMigrationEvent } from '../../src/shared/model/migration-event.ts'

type Unnumbered = HostMigrationEvent extends infer E
  ? E extends HostMigrationEvent
    ? Omit<E, 'sequence'>
    : never
  : never

/** Numbers events as a host would: from 1, without gaps. */
export const numbered = (events: readonly Unnumbered[]): readonly HostMigrationEvent[] =>
  events.map((event, index) => ({ ...event, sequence: index + 1 }) as HostMigrationEvent)

export const MEMORY_PAGES = 100_000
/** 50,000 pages/s. */
export const LINK_BYTES_PER_SECOND = 50_000 * 4096

export const started = (atMs: number): Unnumbered => ({
  kind: 'started',
  atMs,
  memoryPages: MEMORY_PAGES,
  linkBytesPerSecond: LINK_BYTES_PER_SECOND,
})

/** A round sent at link speed that re-dirtied `dirtiedPages`. */
export const roundEnded = (
  round: number,
  atMs: number,
  { sentPages, dirtiedPages, live = true }: { sentPages: number; dirtiedPages: number; live?: boolean },
): Unnumbered => ({
  kind: 'round-ended',
  round,
  atMs,
  live,
  sentPages,
  dirtiedPages,
  bytesSent: sentPages * 4096,
  ms: sentPages / 50,
})

/** A hybrid migration: two rounds, a switch, a tail. */
export const hybridRun: readonly HostMigrationEvent[] = numbered([
  started(1000),
  {
    kind: 'round-progress',
    atMs: 2000,
    round: 1,
    sentPages: 50_000,
    dirtiedPages: 20_000,
    remainingPages: 50_000,
  },
  roundEnded(1, 3000, { sentPages: 100_000, dirtiedPages: 40_000 }),
  roundEnded(2, 3800, { sentPages: 40_000, dirtiedPages: 32_000 }),
  { kind: 'paused', atMs: 3800, remainingPages: 32_000 },
  { kind: 'resumed', atMs: 3840, pauseMs: 40, remainingPages: 32_000 },
  {
    kind: 'post-copy-progress',
    atMs: 4090,
    pushedPages: 10_000,
    demandFaults: 100,
    remainingPages: 21_900,
    stallMs: 20,
  },
  {
    kind: 'post-copy-progress',
    atMs: 4480,
    pushedPages: 31_800,
    demandFaults: 200,
    remainingPages: 0,
    stallMs: 40,
  },
  { kind: 'completed', atMs: 4480, totalMs: 3480, bytesSent: 172_000 * 4096, stallMs: 40 },
])
