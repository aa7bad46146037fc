import type { HeatPoints } from '../../src/main/core/heat/heat-points.ts'
import { Random } from '../../src/main/core/numeric/random.ts'

const clipped = (value: number) => Math.min(Math.max(value, 0), 1)

const normal = (random: Random) =>
  Math.sqrt(-2 * Math.log(1 - random.unit())) * Math.cos(2 * Math.PI * random.unit())

/**
 * Regions as a busy guest has them: 8 % written often, 18 % now and then, the rest hardly ever; frequencies spread
 * log-normally over orders of magnitude.
 */
export const skewedHeatPoints = (count: number, seed: number) => {
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
export const evenHeatPoints = (count: number, seed: number) => {
  const random = new Random(seed)
  const column = () => Float32Array.from({ length: count }, () => random.unit())
  return { frequency: column(), locality: column(), recency: column() }
}

/** Points given one by one as [frequency, locality, recency]. */
export const heatPointsOf = (rows: readonly (readonly [number, number, number])[]) => ({
  frequency: Float32Array.from(rows, row => row[0]),
  locality: Float32Array.from(rows, row => row[1]),
  recency: Float32Array.from(rows, row => row[2]),
})

type Draw = (random: Random, region: number) => readonly [number, number, number]

const pareto = (random: Random, alpha: number) => (1 - random.unit()) ** (-1 / alpha) - 1

/** Distributions that are hard to sort each in its own way: three numbers for each region. */
const draws = {
  uniform: random => [random.unit(), random.unit(), random.unit()],
  'three clear groups': (random, region) => {
    const at = region % 3
    return [at * 10 + random.unit(), at * 0.4 + 0.1 * random.unit(), at * 0.4 + 0.1 * random.unit()]
  },
  'seven groups for three classes': random => {
    const at = random.below(7)
    const near = (value: number) => value + 0.03 * random.unit()
    return [near([0, 1, 2, 5, 6, 9, 10][at] ?? 0), near((at * 3) % 7), near((at * 5) % 7)]
  },
  'heavy tail': random => [pareto(random, 1.1), random.unit(), random.unit()],
  'tail without a mean': random => [pareto(random, 0.5), random.unit(), random.unit()],
  'log-normal over ten decades': random => [Math.exp(4 * normal(random)), random.unit(), random.unit()],
  'nearly all equal': random =>
    random.unit() < 0.995 ? [0, 0, 0] : [random.below(20), random.unit(), random.unit()],
  'few values': random => [random.below(4), random.below(2), random.below(2)],
  'one far outlier': (random, region) => [region === 77 ? 1e9 : random.unit(), random.unit(), random.unit()],
  'far ones of several sizes': (random, region) => {
    const far = region % 4001 === 7 ? 1e5 : region % 3001 === 5 ? 300 : 0
    return [region === 77 ? 1e9 : far + random.unit(), random.unit(), random.unit()]
  },
  'narrow and far from zero': random => [
    1e6 + random.unit() * 0.5,
    random.unit() * 1e-3,
    5000 + random.unit() * 0.01,
  ],
  'two far modes, both narrow': random => {
    const at = random.unit() < 0.5 ? 0 : 4096
    return [at + random.unit() * 0.01, random.unit() * 0.01, random.unit() * 0.01]
  },
  'each column on its own scale': random => [
    random.unit() * 1e6,
    random.unit() * 1e-3,
    random.unit() ** 3 * 40,
  ],
  'locality decides': random => [random.unit() * 0.01, random.below(3) * 100 + random.unit(), random.unit()],
  'a line': random => {
    const at = random.unit()
    return [at * 100, at, at]
  },
} satisfies Record<string, Draw>

export const hardDistributions = Object.keys(draws) as readonly (keyof typeof draws)[]

/** `count` seeded points of one of the hard distributions, in double precision. */
export const hardHeatPoints = (
  name: keyof typeof draws,
  { count, seed }: { readonly count: number; readonly seed: number },
): HeatPoints => {
  const random = new Random(seed)
  const draw: Draw = draws[name]
  const points = {
    frequency: new Float64Array(count),
    locality: new Float64Array(count),
    recency: new Float64Array(count),
  }
  for (let region = 0; region < count; region++) {
    const [frequency, locality, recency] = draw(random, region)
    points.frequency[region] = frequency
    points.locality[region] = locality
    points.recency[region] = recency
  }
  return points
}
