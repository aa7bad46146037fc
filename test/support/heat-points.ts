import type { HeatPoints } from '../../src/main/core/heat/heat-points.ts'
import { Random } from '../../src/main/core/numeric/random.ts'

const clipped = (value: number) => Math.min(Math.max(value, 0), 1)

const normal = (random: Random) =>
  Math.sqrt(-2 * Math.log(1 - random.unit())) * Math.cos(2 * Math.PI * random.unit())

/**
 * Regions as a busy guest has them: 8 % written often, 18 % now and then, the rest hardly ever; frequencies spread
 * log-normally over orders of magnitude.
 */
export const skewedHeatPoints = (count: number, seed: number): HeatPoints => {
  const random = new Random(seed)
  const points = {
    frequency: new Float32Array(count),
    locality: new Float32Array(count),
    recency: new Float32Array(count),
  }
  for (let region = 0; region < count; region++) {
    const draw = random.unit()
    const [rate, near] = draw < 0.08 ? [6, 0.8] : draw < 0.26 ? [0.8, 0.5] : [0.02, 0.1]
    points.frequency[region] = Math.min(100, rate * Math.exp(1.2 * normal(random)))
    points.locality[region] = clipped(near + 0.2 * (random.unit() - 0.5))
    points.recency[region] = clipped(near + 0.3 * (random.unit() - 0.5))
  }
  return points
}

/** Regions spread evenly over the unit cube: no structure at all, the slowest to fold. */
export const evenHeatPoints = (count: number, seed: number): HeatPoints => {
  const random = new Random(seed)
  const column = () => Float32Array.from({ length: count }, () => random.unit())
  return { frequency: column(), locality: column(), recency: column() }
}

/** Points given one by one as [frequency, locality, recency]. */
export const heatPointsOf = (rows: readonly (readonly [number, number, number])[]): HeatPoints => ({
  frequency: Float32Array.from(rows, row => row[0]),
  locality: Float32Array.from(rows, row => row[1]),
  recency: Float32Array.from(rows, row => row[2]),
})
