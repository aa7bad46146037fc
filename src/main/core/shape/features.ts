/** One figure of a VM over time. */
interface SeriesShape {
  readonly mean: number
  /** Standard deviation over mean. */
  readonly spread: number
  /** Highest over mean, 1 where nothing ever happens. */
  readonly peak: number
}

/** What a workload looks like. */
export interface ShapeFeatures {
  readonly cpu: SeriesShape
  /** Pages/s. */
  readonly dirty: SeriesShape
  /** The strongest autocorrelation at a peak of its own, 0..1; 0 where nothing repeats. */
  readonly rhythm: number
  /** Columns after which it repeats; 0 where nothing does. */
  readonly periodColumns: number
}

/** Fewer known columns than this show no shape. A guess: ten minutes of columns of 30 s. */
export const COLUMNS_NEEDED = 20
/** A period that fewer than three of fit in cannot be told from chance. */
const REPEATS_NEEDED = 3
const SHORTEST_PERIOD = 3

const seriesShape = (known: readonly number[]): SeriesShape => {
  const mean = known.reduce((sum, value) => sum + value, 0) / known.length
  if (!(mean > 0)) return { mean: 0, spread: 0, peak: 1 }
  const variance = known.reduce((sum, value) => sum + (value - mean) ** 2, 0) / known.length
  return { mean, spread: Math.sqrt(variance) / mean, peak: Math.max(...known) / mean }
}

/** Autocorrelation of a series about its mean, by lag from 0; pairs with an unknown value are left out. */
export const autocorrelation = (values: Float32Array, longest: number): readonly number[] => {
  const known = values.filter(value => !Number.isNaN(value))
  const mean = known.reduce((sum, value) => sum + value, 0) / known.length
  const variance = known.reduce((sum, value) => sum + (value - mean) ** 2, 0) / known.length
  return Array.from({ length: longest + 1 }, (_, lag) => {
    let sum = 0
    let pairs = 0
    for (let at = lag; at < values.length; at++) {
      const product = ((values[at] ?? Number.NaN) - mean) * ((values[at - lag] ?? Number.NaN) - mean)
      if (Number.isNaN(product)) continue
      sum += product
      pairs++
    }
    return pairs > 0 && variance > 0 ? sum / pairs / variance : 0
  })
}

/** The highest peak of the autocorrelation and where it is; a slope that only falls is no rhythm. */
const rhythmOf = (values: Float32Array): Pick<ShapeFeatures, 'rhythm' | 'periodColumns'> => {
  const known = values.filter(value => !Number.isNaN(value)).length
  const longest = Math.floor(known / REPEATS_NEEDED)
  const by = autocorrelation(values, longest + 1)
  let best = { rhythm: 0, periodColumns: 0 }
  for (let lag = SHORTEST_PERIOD; lag <= longest; lag++) {
    const here = by[lag] ?? 0
    if (here <= best.rhythm || here < (by[lag - 1] ?? 0) || here < (by[lag + 1] ?? 0)) continue
    best = { rhythm: Math.min(1, here), periodColumns: lag }
  }
  return best
}

/** The features of one VM from means of equal columns, NaN where nothing is known; null where too little is. */
export const shapeFeatures = (cpu: Float32Array, dirty: Float32Array): ShapeFeatures | null => {
  const [knownCpu, knownDirty] = [cpu, dirty].map(values => [...values].filter(value => !Number.isNaN(value)))
  if (!knownCpu || !knownDirty || knownCpu.length < COLUMNS_NEEDED) return null
  const hasDirty = knownDirty.length >= COLUMNS_NEEDED
  const [ofCpu, ofDirty] = [rhythmOf(cpu), hasDirty ? rhythmOf(dirty) : { rhythm: 0, periodColumns: 0 }]
  return {
    cpu: seriesShape(knownCpu),
    dirty: hasDirty ? seriesShape(knownDirty) : { mean: 0, spread: 0, peak: 1 },
    ...(ofDirty.rhythm > ofCpu.rhythm ? ofDirty : ofCpu),
  }
}

/** Spreads and peaks from here on count alike: a VM that is idle but for one minute is as bursty as can be. */
const WIDEST_SPREAD = 2
const HIGHEST_PEAK = 16
/** 4 GiB/s: no guest dirties more. */
const MOST_PAGES = 1_048_576

/** Features as a point of 0..1 each, by fixed scales, so that a point stays where it is when other VMs change. */
export const shapePoint = ({ cpu, dirty, rhythm }: ShapeFeatures): readonly number[] => {
  const within = (share: number) => Math.min(1, Math.max(0, share))
  const spread = (of: SeriesShape) => within(of.spread / WIDEST_SPREAD)
  const peak = (of: SeriesShape) => within(Math.log2(of.peak) / Math.log2(HIGHEST_PEAK))
  return [
    within(cpu.mean),
    spread(cpu),
    peak(cpu),
    within(Math.log1p(dirty.mean) / Math.log1p(MOST_PAGES)),
    spread(dirty),
    peak(dirty),
    rhythm,
  ]
}
