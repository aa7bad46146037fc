import type { Migration } from '../../../shared/model/migration.ts'
import type {
  PredictedQuantiles,
  SimulationPrediction,
  SimulationResult,
} from '../../../shared/model/simulation-case.ts'
import { leftAfter } from '../migration/left-after.ts'
import { Random } from '../numeric/random.ts'
import { type MemoryTier, tierOf } from '../outlook/memory-tiers.ts'
import { imagePlanOf } from './boot-images.ts'
import { carryOut, longestLiveMs, type SimulationOrder } from './carry-out.ts'
import {
  caseMigration,
  caseSurroundings,
  faultServiceOf,
  heatWindowMs,
  pageBytesOf,
  pageCountsOf,
} from './case-migration.ts'
import { type GuestPlan, guestOf } from './guest-plan.ts'
import { inPlainPages } from './in-plain-pages.ts'
import { groupsOf, type PageGroup } from './mean-field-memory.ts'
import { MeanFieldPages } from './mean-field-pages.ts'
import { NetworkPath } from './network-path.ts'
import { resultOf } from './result-of.ts'
import { shareAtLeast, valueAt } from './spread.ts'
import { meanFieldSteps } from './steps.ts'

/** Middles of nine equally likely parts of a standard normal distribution. */
const DRAWS = [0, -1.593, -0.967, -0.589, -0.282, 0.282, 0.589, 0.967, 1.593] as const
/** Readings of a steady guest's dirty pages scatter by this much (measured on Xen 4.17). */
const READING_SPREAD = 0.02

/** How far off a write rate may be that was read over the warm-up: the reading's own scatter and that of counts. */
const rateSpread = (guest: GuestPlan, warmupSeconds: number): number => {
  const perSecond = guest.writesAt(-warmupSeconds * 500).reduce((sum, rate) => sum + rate, 0)
  const counted = Math.max(1, perSecond * warmupSeconds)
  return Math.sqrt(READING_SPREAD ** 2 + (perSecond > 0 ? 1 / counted : 0))
}

const faster = (guest: GuestPlan, factor: number): GuestPlan => ({
  classes: guest.classes,
  writesAt: ms => guest.writesAt(ms).map(rate => rate * factor),
})

/** Pages of a region whose writes are counted together. */
const REGION_PAGES = 32

/** Writes per page and second as a reading finds them: none where most regions show not a single one. */
const readRates = (groups: readonly PageGroup[], writes: readonly number[], windowMs: number) =>
  groups.map(({ pages }, index) => {
    const perPage = (writes[index] ?? 0) / Math.max(1, pages)
    return (perPage * REGION_PAGES * windowMs) / 1000 < 0.5 ? 0 : perPage
  })

/** Groups by heat: tiers for a forecast, and the rank of each group for the order of pages. */
const heatOf = (groups: readonly PageGroup[], guest: GuestPlan, windowMs: number) => {
  const perPage = readRates(groups, guest.writesAt(-windowMs / 2), windowMs)
  const hottest = Math.max(0, ...perPage)
  const ranks = Uint8Array.from(perPage, rate => tierOf(rate, hottest))
  const tiers: MemoryTier[] = [...new Set(ranks)]
    .sort((a, b) => a - b)
    .map(rank => {
      const alike = groups.flatMap(({ pages }, index) =>
        ranks[index] === rank ? [{ pages, writes: pages * (perPage[index] ?? 0) }] : [],
      )
      const pages = alike.reduce((sum, group) => sum + group.pages, 0)
      const written = alike.reduce((sum, group) => sum + group.writes, 0)
      return { pages, writesPerPageSecond: pages > 0 ? written / pages : 0 }
    })
  return { ranks, tiers }
}

/** What becomes of a case when the guest writes so much faster than it was read to, on this seed's link. */
const play = (
  order: SimulationOrder,
  { factor, seed }: { readonly factor: number; readonly seed: number },
) => {
  const { given, policy, thresholds } = order
  const { vcpuCount } = given
  const guest = faster(guestOf(given), factor)
  const groups = groupsOf(guest.classes, pageCountsOf(given), pageBytesOf(given))
  const { ranks, tiers } = heatOf(groups.slice(0, -1), guest, heatWindowMs(given))
  const path = new NetworkPath({ ...given.link, seed }, new Random(seed))
  const images = imagePlanOf(given, policy)
  const service = faultServiceOf(order)
  const pages = new MeanFieldPages({ classes: guest.classes, groups, vcpuCount, path, service, images })
  const migration = caseMigration(order, { pages, guest, path, images, stepsOf: meanFieldSteps })
  const told = carryOut(order, {
    migration,
    surroundings: caseSurroundings(order, tiers),
    order: { regionPages: REGION_PAGES, classes: ranks },
  })
  return { told, result: resultOf(told, migration, thresholds.slaDowntime.value) }
}

/** Whether live rounds ended by the policy's own rule, and not because a number of rounds or a time was over. */
const hasConverged = (
  { given, policy, thresholds, capabilities }: SimulationOrder,
  { told, result }: { readonly told: Migration; readonly result: SimulationResult },
): boolean => {
  const live = told.rounds.filter(round => round.live)
  const last = live.at(-1)
  if (told.phase !== 'completed' || result.preCopyMs >= longestLiveMs(given)) return false
  if (told.ending?.kind === 'post-copy') return true
  if (last === undefined) return false
  const { maxRounds, epsilonPages, finishWithinMs = 0 } = policy.limits({ thresholds, capabilities })
  const left = leftAfter(last)
  const leftMs = (left * given.pageBytes * 1000) / last.bandwidthBytesPerSecond
  return live.length < maxRounds || left < epsilonPages || leftMs < finishWithinMs
}

/**
 * What a case would come to, without its pages: the same engine and policy lead a migration in expected numbers, once for
 * the case as stated and again for each way its rates and its link may turn out.
 */
export const predictCase = (asked: SimulationOrder): SimulationPrediction => {
  const { given, scale } = inPlainPages(asked.given)
  const order = { ...asked, given }
  const { thresholds } = asked
  const spread = rateSpread(guestOf(given), given.warmupSeconds)
  const draws = DRAWS.map((z, index) =>
    play(order, { factor: Math.exp(z * spread), seed: given.seed + index }),
  )
  const figures = (pick: (result: (typeof draws)[number]['result']) => number): readonly number[] =>
    draws.map(({ result }) => pick(result)).sort((a, b) => a - b)
  const quantiles = (values: readonly number[]): PredictedQuantiles => ({
    p10: valueAt(values, 0.1),
    p50: valueAt(values, 0.5),
    p90: valueAt(values, 0.9),
  })
  const unavailability = figures(({ unavailabilityMs }) => unavailabilityMs)
  const [stated] = draws
  return {
    totalMs: quantiles(figures(({ totalMs }) => totalMs)),
    downtimeMs: quantiles(figures(({ downtimeMs }) => downtimeMs)),
    unavailabilityMs: quantiles(unavailability),
    bytesSent: quantiles(figures(({ bytesSent }) => bytesSent * scale)),
    converges: stated !== undefined && hasConverged(order, stated),
    slaViolationProbability: shareAtLeast(unavailability, thresholds.slaDowntime.value),
  }
}
