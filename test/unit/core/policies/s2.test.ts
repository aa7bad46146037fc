import { describe, expect, test } from 'vitest'
import { s2 } from '../../../../src/main/core/migration/policies/s2.ts'
import { afterRoundsLeaving, aPolicyView, LINK_BYTES_PER_SECOND } from '../../../support/a-policy-view.ts'

/** Half of the link with other traffic, a round trip of 1 ms as ever. */
const link = {
  capacityBytesPerSecond: LINK_BYTES_PER_SECOND,
  competingBytesPerSecond: { source: 0, destination: LINK_BYTES_PER_SECOND / 2 },
  roundTripMs: 1,
  leastRoundTripMs: 1,
}
const half = { kind: 'bandwidth', bytesPerSecond: LINK_BYTES_PER_SECOND / 2 }

describe('S2 while the guest runs', () => {
  test('sends at what other traffic leaves', () => {
    expect(s2.duringRound?.(aPolicyView({ link }))).toMatchObject({ action: 'continue', adjustments: [half] })
  })

  test('says nothing while the rate is as it was set, within a twentieth', () => {
    const set = (bandwidthLimitBytesPerSecond: number) =>
      s2.duringRound?.(aPolicyView({ link, migration: { bandwidthLimitBytesPerSecond } }))
    expect(set(LINK_BYTES_PER_SECOND * 0.49)).toBeNull()
    expect(set(LINK_BYTES_PER_SECOND * 0.45)).toMatchObject({ adjustments: [half] })
  })

  test('leaves the rate alone where nothing is read of the link', () => {
    expect(s2.duringRound?.(aPolicyView())).toBeNull()
  })
})

describe('S2 after a round', () => {
  test('stops when the rest goes over within the SLA at three times the rate, at most the link', () => {
    // 10,000 pages at 100,000 pages/s and a round trip: 101 ms of 200. All other traffic is pushed aside.
    const decision = s2.afterRound(afterRoundsLeaving([10_000], { link }))
    expect(decision).toMatchObject({
      action: 'stop-and-copy',
      adjustments: [
        { kind: 'priority', share: 1 },
        { kind: 'bandwidth', bytesPerSecond: LINK_BYTES_PER_SECOND },
      ],
    })
    expect(decision.inputs[0]?.value).toMatchObject({ value: 101 })
  })

  test('sends on while it does not', () => {
    // 30,000 pages: 301 ms.
    const decision = s2.afterRound(afterRoundsLeaving([30_000], { link }))
    expect(decision).toMatchObject({ action: 'continue', adjustments: [half] })
    expect(decision.inputs[0]?.value).toMatchObject({ value: 301 })
  })

  test('stops after the last round that N_max allows, whatever is left', () => {
    const decision = s2.afterRound(afterRoundsLeaving([90_000, 80_000, 70_000, 60_000, 50_000], { link }))
    expect(decision.action).toBe('stop-and-copy')
  })

  test('counts what is left by what a page came to under compression', () => {
    // Pages of 0.65 of their size: 30,000 take 195 ms and a round trip.
    const view = afterRoundsLeaving([30_000], { link })
    const round = { ...view.round, bandwidthBytesPerSecond: LINK_BYTES_PER_SECOND * 0.65 }
    const decision = s2.afterRound({ ...view, round })
    expect(decision.action).toBe('stop-and-copy')
    expect(decision.inputs[0]?.value).toMatchObject({ value: 196 })
  })
})
