import { tierOf } from './memory-tiers.ts'

/** A rank for each region by its write frequency, coldest 0: the tiers that a forecast reckons with. */
export const rankRegions = (frequency: Float32Array): Uint8Array => {
  let hottest = 0
  for (let region = 0; region < frequency.length; region++)
    hottest = Math.max(hottest, frequency[region] ?? 0)
  const ranks = new Uint8Array(frequency.length)
  for (let region = 0; region < frequency.length; region++)
    ranks[region] = tierOf(frequency[region] ?? 0, hottest)
  return ranks
}
