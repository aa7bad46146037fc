import { CODES_PER_SAMPLE } from './sample-codes.ts'
import type { SampleRows } from './sample-rows.ts'

/** Samples of several VMs by their numbers in the database. */
export interface NumberedSamples extends SampleRows {
  readonly vms: Uint32Array
}

const BYTES_PER_SAMPLE = 8 + 4 + 2 * CODES_PER_SAMPLE

const viewsOf = (buffer: ArrayBuffer): NumberedSamples => {
  const count = Math.floor(buffer.byteLength / BYTES_PER_SAMPLE)
  return {
    atMs: new Float64Array(buffer, 0, count),
    vms: new Uint32Array(buffer, 8 * count, count),
    codes: new Uint16Array(buffer, 12 * count, CODES_PER_SAMPLE * count),
  }
}

/** One journal row's bytes: all times, all VM numbers, all codes, little-endian. */
export const packJournal = (samples: NumberedSamples): Uint8Array => {
  const bytes = new Uint8Array(samples.atMs.length * BYTES_PER_SAMPLE)
  const views = viewsOf(bytes.buffer)
  views.atMs.set(samples.atMs)
  views.vms.set(samples.vms)
  views.codes.set(samples.codes)
  return bytes
}

export const unpackJournal = (bytes: Uint8Array): NumberedSamples => viewsOf(new Uint8Array(bytes).buffer)
