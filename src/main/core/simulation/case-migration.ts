import type { SimulationCase } from '../../../shared/model/simulation-case.ts'
import type { MemoryTier } from '../outlook/memory-tiers.ts'
import type { Surroundings } from '../outlook/outlook.ts'
import { surroundingsOf } from '../outlook/surroundings-of.ts'
import type { SimulationOrder } from './carry-out.ts'
import type { FaultService } from './demand-paging.ts'
import { diskOf } from './disk-copy.ts'
import type { GuestPlan } from './guest-plan.ts'
import { hostLimitOf, liveBytesPerSecond } from './host-limit.ts'
import { hostOf } from './host-presets.ts'
import { earlyReadingOf } from './log-reading.ts'
import type { PageBytes } from './page-transfer.ts'
import { SimulatedMigration } from './simulated-migration.ts'
import type { SimulatedMigrationPlan } from './simulated-plan.ts'
import { ZERO_PAGE_BYTES } from './zero-page.ts'

/** A reading of page heat lasts at most this long. */
const LONGEST_READING_MS = 10_000

/** How long page heat is read before the migration, ms. */
export const heatWindowMs = ({ warmupSeconds }: SimulationCase): number =>
  Math.min(LONGEST_READING_MS, Math.max(1000, warmupSeconds * 1000))

/** The pages of a case's memory, and how many of them hold zeros. */
export const pageCountsOf = ({ memoryBytes, pageBytes, content }: SimulationCase) => {
  const pages = Math.ceil(memoryBytes / pageBytes)
  return { pages, zeroPages: Math.floor(pages * content.zeroRatio) }
}

/** What a case's pages cost on the link; one that the destination holds of a like image costs what one of zeros does. */
export const pageBytesOf = (given: SimulationCase): PageBytes => {
  const { pageBytes, content } = given
  const { compressedRatio, deltaRatio, similarRatio } = content
  const whole = pageBytes * compressedRatio
  return {
    zero: hostOf(given).zeroPageBytes ?? whole,
    first: whole * (1 - similarRatio) + ZERO_PAGE_BYTES * similarRatio,
    again: Math.min(whole, pageBytes * deltaRatio),
  }
}

const compressorOf = ({ pageBytes, content }: SimulationCase): SimulatedMigrationPlan['compressor'] =>
  content.compressBytesPerSecond === undefined
    ? null
    : { bytesPerMs: content.compressBytesPerSecond / 1000, pageBytes }

/** How a case's host serves page requests under its policy. */
export const faultServiceOf = ({ given, policy }: SimulationOrder): FaultService => {
  const preempts = policy.pageRequests === 'overtake'
  return {
    preempts,
    backlogBytes: preempts ? 0 : hostOf(given).backlogBytes,
    prepagePages: policy.prepagePages ?? 0,
  }
}

/** What a policy is told of a case's memory, link and host; `tiers` are listed by heat, zeros left out. */
export const caseSurroundings = (
  { given, capabilities, policy }: SimulationOrder,
  tiers: readonly MemoryTier[],
): Surroundings => {
  const { pageBytes, vcpuCount, link } = given
  const { roundMs, pauseMs, resumeMs, backlogBytes } = hostOf(given)
  return surroundingsOf(
    tiers,
    {
      linkBytesPerSecond: liveBytesPerSecond(given),
      roundTripMs: link.latencyMs,
      vcpuCount,
      roundMs,
      pauseMs: pauseMs + resumeMs,
      backlogBytes,
      pageBytes,
    },
    { capabilities, policy },
  )
}

/** A case's guest and its way, before the first page. */
interface Ground extends Pick<SimulatedMigrationPlan, 'pages' | 'path' | 'images' | 'stepsOf'> {
  readonly guest: GuestPlan
}

/** The migration of a case, its host as the case and its policy have it. */
export const caseMigration = (
  { given, policy, thresholds, capabilities }: SimulationOrder,
  { guest, ...ground }: Ground,
): SimulatedMigration => {
  const host = hostOf(given)
  return new SimulatedMigration({
    ...ground,
    writesAt: guest.writesAt,
    host,
    disk: diskOf(given),
    graceMs: 0,
    compressor: compressorOf(given),
    limit: hostLimitOf(given),
    earlyReading: earlyReadingOf(host, policy.limits({ thresholds, capabilities })),
    startedAtMs: 0,
  })
}
