import type { Round } from '../../../../shared/model/migration.ts'
import { PAGE_BYTES } from '../../../../shared/units.ts'
import type { Thresholds } from '../../decision/thresholds.ts'
import { estimated } from '../decision-figures.ts'
import { LONGEST_ROUND_MS } from '../foresee-rounds.ts'
import type { Policy } from '../policy.ts'
import { preCopyQemu } from './pre-copy-qemu.ts'

/** QEMU looks at the dirty rate at the end of a round when this has passed since it last did (migration/ram.c). */
const PERIOD_MS = 1000
/** Periods with too many pages dirtied that it takes for a step. */
const HIGH_PERIODS = 2

/** How often a period has dirtied more than `throttleTrigger` of what it sent. */
const highPeriods = (rounds: readonly Round[], trigger: number): number => {
  let [high, ms, sentBytes, dirtiedBytes] = [0, 0, 0, 0]
  for (const round of rounds) {
    ms += round.ms
    sentBytes += (round.bandwidthBytesPerSecond * round.ms) / 1000
    dirtiedBytes += round.dirtiedPages * PAGE_BYTES
    if (ms < PERIOD_MS) continue
    if (dirtiedBytes > trigger * sentBytes) high++
    ms = sentBytes = dirtiedBytes = 0
  }
  return high
}

/** The part of its speed that QEMU takes from the guest after these live rounds, 0..1. */
export const throttleAfter = (rounds: readonly Round[], thresholds: Thresholds): number => {
  const steps = Math.floor(highPeriods(rounds, thresholds.throttleTrigger.value) / HIGH_PERIODS)
  if (steps === 0) return 0
  const { throttleInitial, throttleIncrement, throttleMost } = thresholds
  return Math.min(throttleMost.value, throttleInitial.value + (steps - 1) * throttleIncrement.value)
}

/** QEMU's pre-copy with auto-converge: the guest is slowed down, step by step, while it dirties too much. */
export const preCopyAutoConverge: Policy = {
  ...preCopyQemu,
  name: 'pre-copy-auto-converge',
  limits: view => ({
    ...preCopyQemu.limits(view),
    ...(view.capabilities.throttle && { longestRoundMs: LONGEST_ROUND_MS }),
  }),
  afterRound: view => {
    const decision = preCopyQemu.afterRound(view)
    const { migration, thresholds, capabilities } = view
    if (decision.action !== 'continue' || !capabilities.throttle) return decision
    const rounds = migration.rounds.filter(round => round.live)
    const throttle = throttleAfter(rounds, thresholds)
    const speed = 1 - throttle
    const isNew = Math.abs(speed - migration.guestSpeed) > 1e-9
    const percent = Math.round(throttle * 100)
    return {
      ...decision,
      adjustments: isNew ? [{ kind: 'throttle', speed }] : [],
      reasons: isNew
        ? [
            ...decision.reasons,
            `The guest is slowed down by ${percent} %: it dirties more than half of what is sent.`,
          ]
        : decision.reasons,
      inputs: [
        ...decision.inputs,
        {
          name: 'guest slowed down',
          unit: 'ratio',
          value: estimated(throttle),
          limit: thresholds.throttleMost.value,
          fired: isNew,
        },
      ],
    }
  },
}
