import type { HostCosts } from '../../../shared/model/simulation-case.ts'
import type { ImagePlan } from './boot-images.ts'
import type { DiskCopy } from './disk-copy.ts'
import type { HostLimit } from './host-limit.ts'
import type { EarlyReading } from './log-reading.ts'
import type { MigratingPages } from './migrating-pages.ts'
import type { MigrationPath } from './migration-path.ts'
import type { Steps } from './steps.ts'

/** What a migration is simulated from. */
export interface SimulatedMigrationPlan {
  readonly pages: MigratingPages
  /** Writes per second by class, ms since the start of the migration. */
  readonly writesAt: (elapsedMs: number) => readonly number[]
  readonly path: MigrationPath
  readonly host: HostCosts
  /** The guest's disk where its storage is not shared: it goes first; null: nothing does. */
  readonly disk: DiskCopy | null
  /** What goes ahead of the memory; null: nothing. */
  readonly images: ImagePlan | null
  /** After a live round it waits so long for a command before it goes on by itself, ms. */
  readonly graceMs: number
  /** Content that can be compressed a ms, and what a page has of it; null: no compression, or one that holds nothing up. */
  readonly compressor: { readonly bytesPerMs: number; readonly pageBytes: number } | null
  /** What the host is told to send at most; null: nothing. A limit that a command sets is beside it. */
  readonly limit: HostLimit | null
  /** Whether live rounds end before everything is sent; null: they do not. */
  readonly earlyReading: EarlyReading | null
  readonly startedAtMs: number
  /** By how long a pass over all of memory takes, ms. */
  readonly stepsOf: (passMs: number) => Steps
}
