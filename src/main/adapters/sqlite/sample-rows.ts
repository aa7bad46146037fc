import type { VmSample } from '../../../shared/model/sample.ts'
import { CODES_PER_SAMPLE, encodeSample } from './sample-codes.ts'

/** Samples of one VM, oldest first, one a time: `codes` has CODES_PER_SAMPLE entries a row. */
export interface SampleRows {
  readonly atMs: Float64Array
  readonly codes: Uint16Array
}

/** Samples of several VMs in the order they were taken; `vms` has for each an index into `vmIds`. */
export interface SampleBatch extends SampleRows {
  readonly vmIds: readonly string[]
  readonly vms: Uint32Array
}

const hasUsableTime = ({ atMs }: VmSample): boolean => atMs >= 0 && atMs <= Number.MAX_SAFE_INTEGER

/** Packs samples for the way to the worker; those without a usable time are left out. */
export const packSamples = (samples: readonly VmSample[]): SampleBatch => {
  const timed = samples.every(hasUsableTime) ? samples : samples.filter(hasUsableTime)
  const indexes = new Map<string, number>()
  const atMs = new Float64Array(timed.length)
  const vms = new Uint32Array(timed.length)
  const codes = new Uint16Array(timed.length * CODES_PER_SAMPLE)
  for (const [row, sample] of timed.entries()) {
    let index = indexes.get(sample.vmId)
    if (index === undefined) {
      index = indexes.size
      indexes.set(sample.vmId, index)
    }
    vms[row] = index
    atMs[row] = Math.round(sample.atMs)
    encodeSample(sample, codes, row)
  }
  return { vmIds: [...indexes.keys()], vms, atMs, codes }
}

export const NO_ROWS: SampleRows = { atMs: new Float64Array(), codes: new Uint16Array() }

/** The rows of `parts`, which follow each other in time, with fromMs <= time < toMs; freshly copied. */
export const joinRows = (parts: readonly SampleRows[], fromMs: number, toMs: number): SampleRows => {
  const within = parts.map(part => {
    const start = firstFrom(part.atMs, part.atMs.length, fromMs)
    const end = Math.max(start, firstFrom(part.atMs, part.atMs.length, toMs))
    return {
      atMs: part.atMs.subarray(start, end),
      codes: part.codes.subarray(start * CODES_PER_SAMPLE, end * CODES_PER_SAMPLE),
    }
  })
  const count = within.reduce((sum, part) => sum + part.atMs.length, 0)
  const atMs = new Float64Array(count)
  const codes = new Uint16Array(count * CODES_PER_SAMPLE)
  let row = 0
  for (const part of within) {
    atMs.set(part.atMs, row)
    codes.set(part.codes, row * CODES_PER_SAMPLE)
    row += part.atMs.length
  }
  return { atMs, codes }
}

/** Index of the first of `count` ordered times at or after `time`; rows mostly come in order, so the end is looked at first. */
const firstFrom = (times: Float64Array, count: number, time: number): number => {
  if (count === 0 || time > (times[count - 1] ?? 0)) return count
  let low = 0
  let high = count
  while (low < high) {
    const middle = (low + high) >> 1
    if ((times[middle] ?? 0) < time) low = middle + 1
    else high = middle
  }
  return low
}

/** A growing SampleRows: keeps the order of time wherever a row is put, and the later of two rows of one time. */
export class SampleBuffer {
  private atMs = new Float64Array(16)
  private codes = new Uint16Array(16 * CODES_PER_SAMPLE)
  private count = 0

  get length(): number {
    return this.count
  }

  /** Puts a sample where its time belongs; one without a usable time is left out. */
  add(sample: VmSample): void {
    if (!hasUsableTime(sample)) return
    // Making a row may move the codes: it comes first.
    const row = this.rowAt(Math.round(sample.atMs))
    encodeSample(sample, this.codes, row)
  }

  /** Puts row `row` of `from` where its time belongs. */
  put(from: SampleRows, row: number): void {
    const to = this.rowAt(from.atMs[row] ?? 0) * CODES_PER_SAMPLE
    const at = row * CODES_PER_SAMPLE
    for (let code = 0; code < CODES_PER_SAMPLE; code++) this.codes[to + code] = from.codes[at + code] ?? 0
  }

  putAll(from: SampleRows): void {
    for (let row = 0; row < from.atMs.length; row++) this.put(from, row)
  }

  /** A view of the rows, valid until the next change. */
  rows(): SampleRows {
    return {
      atMs: this.atMs.subarray(0, this.count),
      codes: this.codes.subarray(0, this.count * CODES_PER_SAMPLE),
    }
  }

  /** Forgets the oldest rows until at most `count` are left. */
  keepNewest(count: number): void {
    const surplus = this.count - count
    if (surplus <= 0) return
    this.atMs.copyWithin(0, surplus, this.count)
    this.codes.copyWithin(0, surplus * CODES_PER_SAMPLE, this.count * CODES_PER_SAMPLE)
    this.count = count
  }

  /** The row of a time, made where there is none yet. */
  private rowAt(time: number): number {
    const index = firstFrom(this.atMs, this.count, time)
    if (index === this.count || this.atMs[index] !== time) this.makeRoom(index)
    this.atMs[index] = time
    return index
  }

  private makeRoom(index: number): void {
    if (this.count === this.atMs.length) {
      const atMs = new Float64Array(this.count * 2)
      const codes = new Uint16Array(this.count * 2 * CODES_PER_SAMPLE)
      atMs.set(this.atMs)
      codes.set(this.codes)
      this.atMs = atMs
      this.codes = codes
    }
    if (index < this.count) {
      this.atMs.copyWithin(index + 1, index, this.count)
      this.codes.copyWithin(
        (index + 1) * CODES_PER_SAMPLE,
        index * CODES_PER_SAMPLE,
        this.count * CODES_PER_SAMPLE,
      )
    }
    this.count++
  }
}
