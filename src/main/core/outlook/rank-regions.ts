import { MOST_TIERS, tierOf } from './memory-tiers.ts'

/** A rank for each region by its write frequency, coldest 0: the tiers that a forecast reckons with. */
export const rankRegions = (frequency: Float32Array): Uint8Array => {
  const hottest = frequency.reduce((most, value) => Math.max(most, value), 0)
  return Uint8Array.from(frequency, value => Math.min(MOST_TIERS, tierOf(value, hottest)))
}
