import type { Random } from '../numeric/random.ts'
import { smoothNoise } from '../numeric/random.ts'
import type { MigrationPath } from './migration-path.ts'

/** A migration network between two hosts; bytes are payload, times ms. */
export interface PathPlan {
  readonly bandwidthBytesPerSecond: number
  /** Round trip. */
  readonly latencyMs: number
  /** Share of packets lost, 0..1. */
  readonly lossRatio: number
  /** `reno` slows down at each loss, `bbr` goes on at the rate it has measured (Cardwell et al. 2016, section 5). */
  readonly congestionControl: 'reno' | 'bbr'
  /** Each round trip is longer by up to this much. */
  readonly jitterMs: number
  /** Other traffic takes this share of the link, 0..1; priority bandwidth is taken from it. */
  readonly competingRatio: number
  /** The bandwidth varies by this share up and down over seconds, 0..1. */
  readonly variation: number
  /** Stretches without any connection, ms since the start, in order. */
  readonly cuts: readonly { readonly fromMs: number; readonly toMs: number }[]
  readonly seed: number
  /** When its time begins on the clock by which cuts and variation are told, ms; 0 unless said. */
  readonly startMs?: number
}

/** TCP's maximum segment on Ethernet, bytes of payload. */
const SEGMENT_BYTES = 1460
/** C of Mathis et al. 1997 for random loss and an acknowledgement for each segment: sqrt(3/2). */
const MATHIS_C = Math.sqrt(1.5)
/** The bandwidth's variation has knots this far apart. */
const VARIATION_MS = 2000
/** Least time in which TCP repeats a lost lone segment (tail loss probe, RFC 8985 7.2: 2 round trips, 10 ms at least). */
const PROBE_MS = 10

/** A connection that is cut for longer is lost: 15 repeats in growing gaps (Linux ip-sysctl, tcp_retries2). */
const LOST_AFTER_MS = 924_600

type Cut = PathPlan['cuts'][number]

/** The same stretches in order of time, those that touch or overlap as one. */
const joined = (cuts: readonly Cut[]): readonly Cut[] => {
  const apart: Cut[] = []
  for (const cut of cuts.toSorted((a, b) => a.fromMs - b.fromMs)) {
    const last = apart.at(-1)
    if (last === undefined || cut.fromMs > last.toMs) apart.push(cut)
    else apart[apart.length - 1] = { fromMs: last.fromMs, toMs: Math.max(last.toMs, cut.toMs) }
  }
  return apart
}

/** Cuts on the clock of a path that begins at `startMs`: what was over by then is none. */
const cutsSince = (cuts: readonly Cut[], startMs: number): readonly Cut[] =>
  joined(cuts)
    .map(({ fromMs, toMs }) => ({ fromMs: Math.max(0, fromMs - startMs), toMs: toMs - startMs }))
    .filter(({ toMs }) => toMs > 0)

/** What one TCP stream gets of a link: at most MSS / RTT * C / sqrt(p) under loss (Mathis et al. 1997, eq 3), bytes/s. */
export const streamBytesPerSecond = ({
  bandwidthBytesPerSecond,
  latencyMs,
  lossRatio,
  congestionControl,
}: Pick<PathPlan, 'bandwidthBytesPerSecond' | 'latencyMs' | 'lossRatio' | 'congestionControl'>): number => {
  const delivered = bandwidthBytesPerSecond * (1 - lossRatio)
  if (lossRatio === 0 || latencyMs === 0 || congestionControl === 'bbr') return delivered
  const mathis = ((SEGMENT_BYTES * 1000) / latencyMs) * (MATHIS_C / Math.sqrt(lossRatio))
  return Math.min(delivered, mathis)
}

/** The path as a function of time. */
export class NetworkPath implements MigrationPath {
  readonly plan: PathPlan
  readonly #streamBytesPerMs: number
  readonly #random: Random
  readonly #cuts: readonly Cut[]

  constructor(plan: PathPlan, random: Random) {
    this.plan = plan
    this.#random = random
    this.#streamBytesPerMs = streamBytesPerSecond(plan) / 1000
    this.#cuts = cutsSince(plan.cuts, plan.startMs ?? 0)
  }

  get latencyMs(): number {
    return this.plan.latencyMs
  }

  get usualBytesPerMs(): number {
    return this.#streamBytesPerMs * (1 - this.plan.competingRatio)
  }

  bytesPerMsAt(ms: number, share = 0): number {
    if (this.cutUntil(ms) !== null) return 0
    const { variation, seed, competingRatio, startMs = 0 } = this.plan
    const free = 1 - competingRatio * (1 - share)
    const vary = variation === 0 ? 1 : 1 + variation * smoothNoise(seed, (startMs + ms) / VARIATION_MS)
    return this.#streamBytesPerMs * free * vary
  }

  cutUntil(ms: number): number | null {
    return this.#cutAt(ms)?.toMs ?? null
  }

  isLostAt(ms: number): boolean {
    const cut = this.#cutAt(ms)
    return cut !== undefined && ms - cut.fromMs >= LOST_AFTER_MS
  }

  #cutAt(ms: number): Cut | undefined {
    return this.#cuts.length === 0 ? undefined : this.#cuts.find(cut => cut.fromMs <= ms && ms < cut.toMs)
  }

  /** The round trip with its jitter, and repeats of what was lost. */
  roundTripMs(): number {
    const { latencyMs, jitterMs, lossRatio } = this.plan
    let ms = latencyMs + (jitterMs > 0 ? jitterMs * this.#random.unit() : 0)
    if (lossRatio > 0 && this.#random.unit() < 2 * lossRatio) ms += Math.max(PROBE_MS, 2 * latencyMs)
    return ms
  }

  /** What `roundTripMs` comes to on average. */
  get meanRoundTripMs(): number {
    const { latencyMs, jitterMs, lossRatio } = this.plan
    return latencyMs + jitterMs / 2 + Math.min(1, 2 * lossRatio) * Math.max(PROBE_MS, 2 * latencyMs)
  }
}
