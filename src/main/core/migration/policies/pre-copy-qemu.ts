import { formatDuration, PAGE_BYTES } from '../../../../shared/units.ts'
import { estimated, measured } from '../decision-figures.ts'
import { leftAfter } from '../left-after.ts'
import type { Policy } from '../policy.ts'

/** Rounds after which a prediction gives up: QEMU itself has no such limit. S4 saw stock pre-copy reach its 75th. */
const PREDICTED_ROUNDS = 75

/**
 * QEMU's pre-copy: `pending < bandwidth x downtime-limit` ends it, however many rounds that takes. It is judged when a round
 * ends: QEMU too believes what is pending only after it has synced its bitmap, which is what ends a round.
 */
export const preCopyQemu: Policy = {
  name: 'pre-copy-qemu',
  limits: ({ thresholds }) => ({
    epsilonPages: 1,
    maxRounds: PREDICTED_ROUNDS,
    switchTheta: null,
    finishWithinMs: thresholds.downtimeLimit.value,
    postCopy: false,
  }),
  afterRound: ({ round, thresholds }) => {
    const limitMs = thresholds.downtimeLimit.value
    const leftPages = leftAfter(round)
    const ms = (leftPages * PAGE_BYTES * 1000) / Math.max(1, round.bandwidthBytesPerSecond)
    const fits = ms < limitMs
    const reason = fits
      ? `What is left takes ${formatDuration(ms)} to send, less than downtime-limit (${formatDuration(limitMs)}).`
      : `What is left would take ${formatDuration(ms)} to send, downtime-limit is ${formatDuration(limitMs)}.`
    const inputs = [
      { name: 'time to send what is left', unit: 'ms', value: estimated(ms), limit: limitMs, fired: fits },
      {
        name: 'pages left to send',
        unit: 'pages',
        value: measured(leftPages),
        limit: null,
        fired: false,
      },
    ]
    return { action: fits ? 'stop-and-copy' : 'continue', reasons: [reason], inputs, alternatives: [] }
  },
}
