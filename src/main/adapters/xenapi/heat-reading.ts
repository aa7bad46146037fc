import type { z } from 'zod'
import { Failure } from '../../../shared/failure.ts'
import { MAX_HEAT_REGIONS, type pluginAnswers } from '../../../shared/model/plugin.ts'
import type { PageHeatReading } from '../../ports/hypervisor.ts'

const BYTES_PER_FLOAT = 4
/** A share of 1 may have been rounded up. */
const LARGEST_SHARE = 1.000001

const notHeat = (why: string): Failure =>
  new Failure({
    code: 'unsupported',
    message: `The host's plugin gave page heat that cannot be: ${why}.`,
    remedy: 'Install the plugin that belongs to this version of Longshore on the host.',
  })

/** Base64 of `regions` little-endian float32, each 0 or more and at most `most`. */
const floatsOf = (
  name: 'frequency' | 'locality' | 'recency',
  base64: string,
  { regions, most }: { readonly regions: number; readonly most: number },
): Float32Array => {
  const bytes = Buffer.from(base64, 'base64')
  if (bytes.length !== regions * BYTES_PER_FLOAT)
    throw notHeat(
      `${name} is ${bytes.length} bytes long where ${regions} regions take ${regions * BYTES_PER_FLOAT}`,
    )
  const floats = new Float32Array(regions)
  for (let region = 0; region < regions; region++) {
    const value = bytes.readFloatLE(region * BYTES_PER_FLOAT)
    if (!(value >= 0 && value <= most)) throw notHeat(`${name} of region ${region} is ${value}`)
    floats[region] = value
  }
  return floats
}

/**
 * The plugin's answer as arrays of one entry a region. Throws `unsupported` when it has more regions than were asked for
 * (or than any answer may have), arrays of another length than the memory's, or values that are no such figures.
 */
export const heatReadingOf = (
  answer: z.infer<typeof pluginAnswers.page_heat>,
  maxRegions: number,
): PageHeatReading => {
  const { atMs, regionPages, totalPages } = answer
  const regions = Math.ceil(totalPages / regionPages)
  const most = Math.min(maxRegions, MAX_HEAT_REGIONS)
  if (regions > most) throw notHeat(`it has ${regions} regions where at most ${most} were asked for`)
  return {
    atMs,
    regionPages,
    totalPages,
    frequency: floatsOf('frequency', answer.frequency, { regions, most: Number.MAX_VALUE }),
    locality: floatsOf('locality', answer.locality, { regions, most: LARGEST_SHARE }),
    recency: floatsOf('recency', answer.recency, { regions, most: LARGEST_SHARE }),
  }
}
