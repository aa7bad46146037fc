import type { SharedLinkCase, SharedLinkResult } from '../../../shared/model/shared-link-case.ts'
import type { SimulationCase } from '../../../shared/model/simulation-case.ts'
import type { SimulationOrder } from './carry-out.ts'
import { fairShares } from './fair-shares.ts'
import { liveBytesPerSecond } from './host-limit.ts'
import { LinkShare } from './link-share.ts'
import { NetworkPath, streamBytesPerSecond } from './network-path.ts'
import { beginCase, type CaseRun } from './simulate-case.ts'
import { singlePageSteps } from './steps.ts'

/** Each migration of a link as a case of its own. */
export const casesOnLink = ({ link, migrations }: SharedLinkCase): readonly SimulationCase[] =>
  migrations.map(({ startSeconds, ...given }) => ({ ...given, link }))

/** A migration on the link; times in ms on the link's clock. */
interface Sharer {
  readonly startMs: number
  readonly run: CaseRun<LinkShare>
  /** How finely it is simulated. */
  readonly sliceMs: number
}

const beginSharer = (
  order: SimulationOrder,
  clock: { readonly startMs: number; readonly seed: number },
): Sharer => ({
  startMs: clock.startMs,
  run: beginCase(order, (plan, random) => new LinkShare(new NetworkPath({ ...plan, ...clock }, random))),
  sliceMs: singlePageSteps((order.given.memoryBytes * 1000) / liveBytesPerSecond(order.given)).sliceMs,
})

/** How many lone streams a link holds: more than one where loss slows each of them down. */
const streamsIn = ({ link }: SharedLinkCase): number =>
  (link.bandwidthBytesPerSecond * (1 - link.lossRatio)) / streamBytesPerSecond(link)

const ENDS = { from: 'source', to: 'destination' }

/** Gives each its fair part for the next so many ms. Who sends nothing then takes nothing. */
const deal = (
  sharers: readonly Sharer[],
  streams: number,
  span: { readonly fromMs: number; readonly ms: number },
): void => {
  const flows = sharers.map(({ startMs, run: { migration, path } }) => {
    const wanted = path.partOf(migration.demandBytesPerSecond, span.fromMs - startMs)
    return { ...ENDS, demand: migration.sendsWithin(span.ms) ? wanted : 0 }
  })
  const parts = fairShares(flows, streams)
  for (const [index, { run }] of sharers.entries()) run.path.deal(parts[index] ?? 0)
}

const advance = ({ startMs, run }: Sharer, toMs: number): void => {
  const untilMs = toMs - startMs
  while (!run.migration.ended && run.migration.elapsedMs < untilMs) run.advance(untilMs)
}

/** Lets all run to their ends, each as far as the others; whoever is alone is not held up by dealing. */
const runToEnd = (sharers: readonly Sharer[], streams: number): void => {
  let fromMs = 0
  let left = sharers
  while (left.length > 0) {
    const present = left.filter(({ startMs }) => startMs <= fromMs)
    const nextStartMs = Math.min(
      ...left.map(({ startMs }) => (startMs > fromMs ? startMs : Number.POSITIVE_INFINITY)),
    )
    const [lone, ...others] = present
    const isLone = others.length === 0
    const toMs = isLone
      ? nextStartMs
      : Math.min(nextStartMs, fromMs + Math.min(...present.map(({ sliceMs }) => sliceMs)))
    if (isLone) lone?.run.path.deal(1)
    else deal(present, streams, { fromMs, ms: toMs - fromMs })
    for (const sharer of present) advance(sharer, toMs)
    left = left.filter(({ run }) => !run.migration.ended)
    fromMs = toMs
  }
}

/** Runs the migrations of a link to their ends; `orders` are those of `casesOnLink`. */
export const simulateSharedLink = (
  given: SharedLinkCase,
  orders: readonly SimulationOrder[],
): SharedLinkResult => {
  const startMsOf = (index: number) => (given.migrations[index]?.startSeconds ?? 0) * 1000
  const sharers = orders.map((order, index) =>
    beginSharer(order, { startMs: startMsOf(index), seed: given.seed }),
  )
  runToEnd(sharers, streamsIn(given))
  const migrations = sharers.map(({ run }) => run.result())
  const ends = migrations.map(({ totalMs }, index) => startMsOf(index) + totalMs)
  return {
    totalMs: Math.max(...ends) - Math.min(...sharers.map(({ startMs }) => startMs)),
    bytesSent: migrations.reduce((sum, { bytesSent }) => sum + bytesSent, 0),
    migrations,
  }
}
