import { FEATURE_COUNT, type FeatureSeries } from './features.ts'

/** One VM: calm for good, or calm, then again and again a ramp, a plateau and a fall. Times in s, rates in pages/s. */
interface StormPlan {
  readonly stormy: boolean
  readonly calmRate: number
  readonly peakRate: number
  readonly calmS: number
  readonly rampS: number
  readonly plateauS: number
  readonly fallS: number
  /** How far each time and peak strays from the plan, 0..1. */
  readonly jitter: number
  /** Bend of the ramp: below 1 it starts steeply, above 1 late. */
  readonly bend: number
  /** Relative noise of the rates, and how much of it carries over to the next second. */
  readonly noise: number
  readonly noiseMemory: number
  readonly calmCpu: number
  readonly peakCpu: number
  readonly memoryRatio: number
  readonly ioBytesPerPage: number
  readonly faultsPerPage: number
}

type Random = () => number

const between = (random: Random, low: number, high: number) => low + (high - low) * random()
const decades = (random: Random, low: number, high: number) => low * (high / low) ** random()

/** Standard normal by Box and Muller. */
const normal = (random: Random) => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())

/** One VM in so many never storms: what is quiet mostly stays so, and recordings worth shipping hide that. */
const CALM_SHARE = 0.2

/** Ranges: from an idle guest to one that writes faster than a 10 Gbit/s link (305,000 pages/s) can carry. */
const drawPlan = (random: Random): StormPlan => {
  const peakRate = decades(random, 5_000, 500_000)
  return {
    stormy: random() >= CALM_SHARE,
    peakRate,
    calmRate: peakRate * decades(random, 0.005, 0.3),
    calmS: between(random, 20, 160),
    rampS: decades(random, 3, 60),
    plateauS: between(random, 10, 100),
    fallS: decades(random, 2, 30),
    jitter: between(random, 0, 0.3),
    bend: decades(random, 0.6, 2),
    noise: between(random, 0.01, 0.12),
    noiseMemory: between(random, 0, 0.9),
    calmCpu: between(random, 0.03, 0.4),
    peakCpu: between(random, 0.5, 1),
    memoryRatio: between(random, 0.3, 0.95),
    ioBytesPerPage: decades(random, 20, 2_000),
    faultsPerPage: decades(random, 0.001, 0.05),
  }
}

/** Level 0..1 of each second: 0 calm, 1 at the storm's peak, scaled a little differently in each storm. */
const drawLevels = (plan: StormPlan, steps: number, random: Random): Float32Array => {
  const levels = new Float32Array(steps)
  if (!plan.stormy) return levels
  const vary = (value: number) => value * (1 + plan.jitter * between(random, -1, 1))
  let step = -Math.floor(random() * (plan.calmS + plan.rampS + plan.plateauS))
  while (step < steps) {
    const peak = vary(1)
    const [calm, ramp, plateau, fall] = [plan.calmS, plan.rampS, plan.plateauS, plan.fallS].map(vary)
    const start = step + (calm ?? 0)
    const top = start + (ramp ?? 1)
    const down = top + (plateau ?? 0)
    const end = down + (fall ?? 1)
    for (; step < Math.min(end, steps); step++) {
      if (step < 0 || step < start) continue
      if (step < top) levels[step] = peak * ((step - start) / (top - start)) ** plan.bend
      else levels[step] = step < down ? peak : peak * (1 - (step - down) / (end - down))
    }
  }
  return levels
}

/** A made-up VM of `steps` seconds, write-heavy in four cases of five; every plan covers another scale, period and steepness. */
export const stormSeries = (name: string, steps: number, random: Random): FeatureSeries => {
  const plan = drawPlan(random)
  const levels = drawLevels(plan, steps, random)
  const values = new Float32Array(steps * FEATURE_COUNT)
  const fresh = Math.sqrt(1 - plan.noiseMemory ** 2)
  let rateNoise = 0
  let memory = plan.memoryRatio
  for (let step = 0; step < steps; step++) {
    const level = levels[step] ?? 0
    rateNoise = plan.noiseMemory * rateNoise + fresh * normal(random)
    memory += 0.05 * (plan.memoryRatio * (1 + 0.1 * level) - memory) + 0.002 * normal(random)
    const rate = (plan.calmRate + (plan.peakRate - plan.calmRate) * level) * Math.exp(plan.noise * rateNoise)
    const cpu = plan.calmCpu + (plan.peakCpu - plan.calmCpu) * level + 0.02 * normal(random)
    const io = rate * plan.ioBytesPerPage * Math.exp(0.2 * normal(random))
    const faults = rate * plan.faultsPerPage * Math.exp(0.2 * normal(random))
    values.set([Math.min(1, Math.max(0, cpu)), Math.min(1, memory), io, rate, faults], step * FEATURE_COUNT)
  }
  return { name, origin: 'synthetic', steps, values }
}
