import { PAGE_BYTES } from '../../../../shared/units.ts'
import { estimated, measured } from '../decision-figures.ts'
import {
  adaptiveBytesPerSecond,
  displacedShare,
  freeBytesPerSecond,
  type LinkReading,
  stopBytesPerSecond,
  stopMs,
} from '../link-reading.ts'
import type { Adjustment, Policy, PolicyView, RoundView } from '../policy.ts'

/** A rate that differs by less is not set anew. A guess. */
const RATE_STEP = 0.05
/** The least a host can be told to send, bytes/s. */
const LEAST_BYTES_PER_SECOND = 1024 * 1024

const mebibytes = (bytes: number) => `${(bytes / 2 ** 20).toFixed(1)} MiB/s`

const liveRate = (link: LinkReading): number => Math.max(LEAST_BYTES_PER_SECOND, adaptiveBytesPerSecond(link))

/** The live rate of a link, where it differs from the limit set. */
const rateFor = ({ link, migration, capabilities }: PolicyView): readonly Adjustment[] => {
  if (link === undefined || !capabilities.bandwidth) return []
  const bytesPerSecond = liveRate(link)
  const before = migration.bandwidthLimitBytesPerSecond
  if (before !== null && Math.abs(bytesPerSecond / before - 1) < RATE_STEP) return []
  return [{ kind: 'bandwidth', bytesPerSecond }]
}

/** Rate of a stop-and-copy pass begun now, and what sets it. */
const stopRateFor = ({ link, round, capabilities }: RoundView) => {
  if (link === undefined || !capabilities.bandwidth)
    return { bytesPerSecond: round.bandwidthBytesPerSecond, adjustments: [] }
  const wanted = stopBytesPerSecond(liveRate(link), link)
  const bytesPerSecond = capabilities.priority ? wanted : Math.min(wanted, freeBytesPerSecond(link))
  const adjustments: readonly Adjustment[] = [
    ...(capabilities.priority
      ? [{ kind: 'priority' as const, share: displacedShare(bytesPerSecond, link) }]
      : []),
    { kind: 'bandwidth', bytesPerSecond },
  ]
  return { bytesPerSecond, adjustments }
}

/** What a page came to on the link in a round: less than its size under compression. */
const bytesPerPage = ({ sentPages, bandwidthBytesPerSecond, ms }: RoundView['round']): number =>
  sentPages > 0 ? Math.min(PAGE_BYTES, (bandwidthBytesPerSecond * ms) / 1000 / sentPages) : PAGE_BYTES

/**
 * S2 (MLDO) in the engine: pre-copy at a rate that other traffic and the round trip leave, set anew whenever they change;
 * stop-and-copy at three times that, for the moment it takes, as soon as what is left goes over within the SLA's downtime.
 */
export const s2: Policy = {
  name: 's2',
  limits: ({ thresholds }) => ({
    epsilonPages: thresholds.epsilonPages.value,
    maxRounds: thresholds.maxRounds.value,
    switchTheta: null,
    postCopy: false,
  }),
  duringRound: view => {
    const adjustments = rateFor(view)
    const [rate] = adjustments
    if (rate?.kind !== 'bandwidth') return null
    const reasons = [`Other traffic and the round trip leave ${mebibytes(rate.bytesPerSecond ?? 0)}.`]
    return { action: 'continue', adjustments, reasons, inputs: [], alternatives: [] }
  },
  afterRound: view => {
    const { round, thresholds, link } = view
    const stop = stopRateFor(view)
    const leftBytes = round.dirtiedPages * bytesPerPage(round)
    const expectedMs = stopMs(leftBytes, stop.bytesPerSecond, link?.roundTripMs ?? 0)
    const limitMs = thresholds.slaDowntime.value
    const short = expectedMs <= limitMs || round.dirtiedPages < thresholds.epsilonPages.value
    const last = round.index >= thresholds.maxRounds.value
    const inputs = [
      {
        name: 'stop-and-copy expected',
        unit: 'ms',
        value: estimated(expectedMs),
        limit: limitMs,
        fired: short,
      },
      {
        name: 'live rounds',
        unit: 'rounds',
        value: measured(round.index),
        limit: thresholds.maxRounds.value,
        fired: last,
      },
    ]
    const figure = `what is left would take ${Math.round(expectedMs)} ms at ${mebibytes(stop.bytesPerSecond)}`
    if (!short && !last) {
      const reasons = [`After round ${round.index} ${figure}, more than ${limitMs} ms.`]
      return { action: 'continue', adjustments: rateFor(view), reasons, inputs, alternatives: [] }
    }
    const reasons = [
      short
        ? `After round ${round.index} ${figure}, within ${limitMs} ms.`
        : `Round ${round.index} is the last that N_max allows; ${figure}.`,
    ]
    return { action: 'stop-and-copy', adjustments: stop.adjustments, reasons, inputs, alternatives: [] }
  },
}
