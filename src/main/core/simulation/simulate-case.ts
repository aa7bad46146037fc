import type { SimulationResult } from '../../../shared/model/simulation-case.ts'
import { Random } from '../numeric/random.ts'
import { type MemoryTier, tiersOf } from '../outlook/memory-tiers.ts'
import type { Surroundings } from '../outlook/outlook.ts'
import { rankRegions } from '../outlook/rank-regions.ts'
import { dealImages, imagePlanOf } from './boot-images.ts'
import { leadMigration, type SimulationOrder } from './carry-out.ts'
import {
  caseMigration,
  caseSurroundings,
  faultServiceOf,
  heatWindowMs,
  pageBytesOf,
  pageCountsOf,
} from './case-migration.ts'
import { guestOf } from './guest-plan.ts'
import { inGivenPages, inPlainPages } from './in-plain-pages.ts'
import type { MigrationPath } from './migration-path.ts'
import { NetworkPath, type PathPlan } from './network-path.ts'
import { type HeatReading, observeHeat } from './observe-heat.ts'
import { layOutPages } from './page-layout.ts'
import { evenCosts } from './page-transfer.ts'
import { resultOf } from './result-of.ts'
import type { SimulatedMigration } from './simulated-migration.ts'
import { SinglePages } from './single-pages.ts'
import { singlePageSteps } from './steps.ts'
import { WriteSchedule } from './write-schedule.ts'

/** The guest, its link and its migration, before the first page. */
interface Ground<P> {
  readonly path: P
  readonly migration: SimulatedMigration
  readonly heat: HeatReading
  readonly surroundings: Surroundings
}

/** Makes the way that a case's migration goes by. */
type PathMaker<P> = (plan: PathPlan, random: Random) => P

/** The tiers of a reading, but for pages of zeros, which nobody writes: they cost next to nothing. */
const contentTiersOf = (heat: HeatReading, zeroPages: number): readonly MemoryTier[] =>
  tiersOf(heat).map((tier, i) => (i === 0 ? { ...tier, pages: Math.max(0, tier.pages - zeroPages) } : tier))

const prepare = <P extends MigrationPath>(order: SimulationOrder, pathOf: PathMaker<P>): Ground<P> => {
  const { given, policy } = order
  const { vcpuCount, logRead = 'region' } = given
  const random = new Random(given.seed)
  const guest = guestOf(given)
  const counts = pageCountsOf(given)
  const layout = layOutPages({ ...counts, classes: guest.classes }, random)
  const windowMs = heatWindowMs(given)
  const heat = observeHeat(layout, guest.writesAt(-windowMs / 2), { windowMs, random })
  const surroundings = caseSurroundings(order, contentTiersOf(heat, counts.zeroPages))
  const path = pathOf({ ...given.link, seed: given.seed }, random)
  const plan = imagePlanOf(given, policy)
  const images = plan === null ? null : dealImages(layout, plan)
  const pages = new SinglePages({
    memory: new WriteSchedule(layout, random),
    vcpuCount,
    path,
    costs: evenCosts(pageBytesOf(given)),
    logRead,
    service: faultServiceOf(order),
    images,
    peeks: policy.duringRound !== undefined,
    random,
  })
  const migration = caseMigration(order, { pages, guest, path, images, stepsOf: singlePageSteps })
  const told = logRead === 'round' ? { ...surroundings, logRead } : surroundings
  return { path, migration, heat, surroundings: told }
}

/** A case that is being run. */
export interface CaseRun<P> {
  readonly path: P
  readonly migration: SimulatedMigration
  /** Goes on to the migration's next report, or to `untilMs` since its start. */
  advance(untilMs: number): void
  /** Once the migration has ended. */
  result(): SimulationResult
}

/** Begins a case, led by the engine as a console leads a host, on the path that it is given. */
export const beginCase = <P extends MigrationPath>(
  asked: SimulationOrder,
  pathOf: PathMaker<P>,
): CaseRun<P> => {
  const { given, scale } = inPlainPages(asked.given)
  const order = { ...asked, given }
  const ground = prepare(order, pathOf)
  const { path, migration, heat } = ground
  const { regionPages, frequency } = heat
  const led = leadMigration(order, { ...ground, order: { regionPages, classes: rankRegions(frequency) } })
  const result = () => resultOf(led.told(), migration, order.thresholds.slaDowntime.value)
  return { path, migration, advance: led.advance, result: () => inGivenPages(result(), scale) }
}

/** Runs a case to its end, alone on its link. */
export const simulateCase = (asked: SimulationOrder): SimulationResult => {
  const run = beginCase(asked, (plan, random) => new NetworkPath(plan, random))
  while (!run.migration.ended) run.advance(Number.POSITIVE_INFINITY)
  return run.result()
}
