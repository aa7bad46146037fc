import { type Measure, numberOf } from '../../../shared/model/measure.ts'
import { SAMPLE_STEP_MS, type VmSample, type VmSeries } from '../../../shared/model/sample.ts'

/** Codes of one sample, in this order: CPU, memory, I/O, dirty rate, page faults, age of the dirty rate, its origin. */
export const CODES_PER_SAMPLE = 7

/** The first columns are measures; ratios come before rates. */
export const MEASURE_COLUMNS = 5
const RATIO_COLUMNS = 2
export const DIRTY_COLUMN = 3

/** No number was there. It is above every other code. */
export const NO_VALUE = 0xffff
/** Ratios are kept to four decimals, up to 6.5. */
const RATIO_STEPS = 10_000
/** Rates and ages are whole eighths below 512 and keep 12 significant bits above: integers below 4,096 are exact. */
const RATE_STEPS = 8
/** What the highest code below NO_VALUE stands for: 5.5e11, far above any link or memory bus. */
const LARGEST_RATE = (4094 * 2 ** 30) / RATE_STEPS

const ratioCode = (value: number): number =>
  Number.isNaN(value) ? NO_VALUE : Math.round(Math.min(Math.max(value, 0), 6.5) * RATIO_STEPS)

const ratioOf = (code: number): number => (code === NO_VALUE ? Number.NaN : code / RATIO_STEPS)

/** A small floating-point number: 5 bits of exponent, 11 of mantissa, no sign; monotone in the value. */
const rateCode = (value: number): number => {
  if (Number.isNaN(value)) return NO_VALUE
  const steps = Math.min(Math.max(value, 0), LARGEST_RATE) * RATE_STEPS
  if (steps < 4096) return Math.round(steps)
  const exponent = Math.floor(Math.log2(steps)) - 11
  return exponent * 2048 + Math.round(steps / 2 ** exponent)
}

const rateOf = (code: number): number => {
  if (code === NO_VALUE) return Number.NaN
  if (code < 4096) return code / RATE_STEPS
  const exponent = (code >> 11) - 1
  return ((code - exponent * 2048) * 2 ** exponent) / RATE_STEPS
}

/** What a code in a measure's column stands for; NaN when there was no number. */
export const valueOfColumn = (column: number, code: number): number =>
  column < RATIO_COLUMNS ? ratioOf(code) : rateOf(code)

export const codeOfColumn = (column: number, value: number): number =>
  column < RATIO_COLUMNS ? ratioCode(value) : rateCode(value)

/** The highest code of a rate that `coarseRate` gives. */
const HIGHEST_COARSE = 0xfff8

/** A rate's code with 9 significant bits, for what is an average anyway: with its own rounding an error of at most 1/340. */
export const coarseRate = (code: number): number => {
  if (code === NO_VALUE || code < 512) return code
  const step = code < 1024 ? 2 : code < 2048 ? 4 : 8
  return Math.min(Math.round(code / step) * step, HIGHEST_COARSE)
}

/** Of a sample's columns, the rates among the measures. */
export const isRateColumn = (column: number): boolean => column >= RATIO_COLUMNS

const numberOrNaN = (measure: Measure): number => numberOf(measure) ?? Number.NaN

/** Writes the codes of `sample` into `codes` at row `row`. */
export const encodeSample = (sample: VmSample, codes: Uint16Array, row: number): void => {
  const dirty = sample.dirtyPagesPerSecond
  const at = row * CODES_PER_SAMPLE
  codes[at] = ratioCode(numberOrNaN(sample.cpuRatio))
  codes[at + 1] = ratioCode(numberOrNaN(sample.memoryRatio))
  codes[at + 2] = rateCode(numberOrNaN(sample.ioBytesPerSecond))
  codes[at + 3] = rateCode(numberOrNaN(dirty))
  codes[at + 4] = rateCode(numberOrNaN(sample.pageFaultsPerSecond))
  codes[at + 5] = dirty.origin === 'unavailable' ? NO_VALUE : rateCode(dirty.ageMs)
  codes[at + 6] = dirty.origin === 'unavailable' ? 0 : dirty.origin === 'measured' ? 1 : 2
}

/** The series that `count` rows of codes stand for. */
export const decodeSeries = (vmId: string, rows: { atMs: Float64Array; codes: Uint16Array }): VmSeries => {
  const { atMs, codes } = rows
  const count = atMs.length
  const series: VmSeries = {
    vmId,
    stepMs: SAMPLE_STEP_MS,
    atMs,
    cpuRatio: new Float32Array(count),
    memoryRatio: new Float32Array(count),
    ioBytesPerSecond: new Float32Array(count),
    dirtyPagesPerSecond: new Float32Array(count),
    pageFaultsPerSecond: new Float32Array(count),
    dirtyOrigin: new Uint8Array(count),
  }
  for (let row = 0, at = 0; row < count; row++, at += CODES_PER_SAMPLE) {
    series.cpuRatio[row] = ratioOf(codes[at] ?? NO_VALUE)
    series.memoryRatio[row] = ratioOf(codes[at + 1] ?? NO_VALUE)
    series.ioBytesPerSecond[row] = rateOf(codes[at + 2] ?? NO_VALUE)
    series.dirtyPagesPerSecond[row] = rateOf(codes[at + 3] ?? NO_VALUE)
    series.pageFaultsPerSecond[row] = rateOf(codes[at + 4] ?? NO_VALUE)
    series.dirtyOrigin[row] = codes[at + 6] ?? 0
  }
  return series
}
