import type { Capabilities } from '../../../shared/model/capabilities.ts'
import type { SimulationCase, SimulationResult } from '../../../shared/model/simulation-case.ts'
import { Random } from '../numeric/random.ts'
import { tiersOf } from '../outlook/memory-tiers.ts'
import type { Surroundings } from '../outlook/outlook.ts'
import { rankRegions } from '../outlook/rank-regions.ts'
import { surroundingsOf } from '../outlook/surroundings-of.ts'
import { dealImages, imagePlanOf } from './boot-images.ts'
import { leadMigration, type SimulationOrder } from './carry-out.ts'
import { diskOf } from './disk-copy.ts'
import { guestOf } from './guest-plan.ts'
import { hostLimitOf, liveBytesPerSecond } from './host-limit.ts'
import { hostOf } from './host-presets.ts'
import { inGivenPages, inPlainPages } from './in-plain-pages.ts'
import { earlyReadingOf } from './log-reading.ts'
import type { MigrationPath } from './migration-path.ts'
import { NetworkPath, type PathPlan } from './network-path.ts'
import { type HeatReading, observeHeat } from './observe-heat.ts'
import { layOutPages, NO_CLASS } from './page-layout.ts'
import type { PageCosts } from './page-transfer.ts'
import { resultOf } from './result-of.ts'
import { SimulatedMigration } from './simulated-migration.ts'
import { SinglePages } from './single-pages.ts'
import { singlePageSteps } from './steps.ts'
import { WriteSchedule } from './write-schedule.ts'

/** A host that can do everything the engine knows. */
export const FULL_CAPABILITIES: Capabilities = {
  dirtyRate: true,
  pageHeat: true,
  rounds: true,
  stopAndCopy: true,
  postCopy: true,
  bandwidth: true,
  pageOrder: true,
  throttle: true,
  priority: true,
  diskCopy: true,
}

/** What the host of a case can do: everything but what it is said to lack. */
export const capabilitiesOf = ({ hostLacks = [] }: SimulationCase): Capabilities => ({
  ...FULL_CAPABILITIES,
  ...Object.fromEntries(hostLacks.map(ability => [ability, false])),
})

/** A reading of page heat lasts at most this long. */
const LONGEST_READING_MS = 10_000

/** How long page heat is read before the migration, ms. */
export const heatWindowMs = ({ warmupSeconds }: SimulationCase): number =>
  Math.min(LONGEST_READING_MS, Math.max(1000, warmupSeconds * 1000))

const mark = 16

export const costsOf = ({ pageBytes, content }: SimulationCase, zeroPageBytes: number | null): PageCosts => {
  const { compressedRatio, deltaRatio, similarRatio } = content
  const whole = pageBytes * compressedRatio
  return {
    zero: zeroPageBytes ?? whole,
    first: new Float64Array(NO_CLASS + 1).fill(whole * (1 - similarRatio) + mark * similarRatio),
    again: new Float64Array(NO_CLASS + 1).fill(Math.min(whole, pageBytes * deltaRatio)),
  }
}

/** What compresses a case's pages, where that takes time. */
export const compressorOf = ({ pageBytes, content }: SimulationCase) =>
  content.compressBytesPerSecond === undefined
    ? null
    : { bytesPerMs: content.compressBytesPerSecond / 1000, pageBytes }

/** The guest, its link and its migration, before the first page. */
interface Ground<P> {
  readonly path: P
  readonly migration: SimulatedMigration
  readonly heat: HeatReading
  readonly surroundings: Surroundings
}

/** Makes the way that a case's migration goes by. */
type PathMaker<P> = (plan: PathPlan, random: Random) => P

const prepare = <P extends MigrationPath>(order: SimulationOrder, pathOf: PathMaker<P>): Ground<P> => {
  const { given, policy, thresholds, capabilities } = order
  const random = new Random(given.seed)
  const guest = guestOf(given)
  const pages = Math.ceil(given.memoryBytes / given.pageBytes)
  const zeroPages = Math.floor(pages * given.content.zeroRatio)
  const layout = layOutPages({ pages, classes: guest.classes, zeroPages }, random)
  const host = hostOf(given)
  const windowMs = heatWindowMs(given)
  const heat = observeHeat(layout, guest.writesAt(-windowMs / 2), { windowMs, random })
  const costs = costsOf(given, host.zeroPageBytes)
  const backlogBytes = policy.pageRequests === 'overtake' ? 0 : host.backlogBytes
  const content = tiersOf(heat)
  const { logRead = 'region' } = given
  const surroundings = surroundingsOf(
    content.map((tier, i) => (i === 0 ? { ...tier, pages: Math.max(0, tier.pages - zeroPages) } : tier)),
    {
      linkPagesPerMs: liveBytesPerSecond(given) / given.pageBytes / 1000,
      roundTripMs: given.link.latencyMs,
      vcpuCount: given.vcpuCount,
      roundMs: host.roundMs,
      pauseMs: host.pauseMs + host.resumeMs,
      backlogBytes,
      pageBytes: given.pageBytes,
    },
    capabilities,
  )
  const images = imagePlanOf(given, policy)
  const path = pathOf({ ...given.link, seed: given.seed }, random)
  const { vcpuCount } = given
  const { writesAt } = guest
  const { pageRequests, prepagePages = 0, duringRound } = policy
  const dealt = images === null ? null : dealImages(layout, images)
  const pagesOnTheirWay = new SinglePages({
    memory: new WriteSchedule(layout, random),
    vcpuCount,
    path,
    transfer: { costs, skipsDirty: false },
    logRead,
    service: { preempts: pageRequests === 'overtake', backlogBytes, prepagePages },
    images: dealt,
    peeks: duringRound !== undefined,
    random,
  })
  const migration = new SimulatedMigration({
    pages: pagesOnTheirWay,
    writesAt,
    path,
    host,
    disk: diskOf(given),
    images: dealt,
    graceMs: 0,
    compressor: compressorOf(given),
    limit: hostLimitOf(given),
    earlyReading: earlyReadingOf(host, policy.limits({ thresholds, capabilities })),
    startedAtMs: 0,
    stepsOf: singlePageSteps,
  })
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
