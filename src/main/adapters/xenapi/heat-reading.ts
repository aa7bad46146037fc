import type { z } from 'zod'
import { Failure } from '../../../shared/failure.ts'
import type { pluginAnswers } from '../../../shared/model/plugin.ts'
import type { PageHeatReading } from '../../ports/hypervisor.ts'

/** Base64 of little-endian float32; what is not a finite number counts as no writes. */
const floatsOf = (base64: string): Float32Array => {
  const bytes = Buffer.from(base64, 'base64')
  const count = Math.floor(bytes.length / 4)
  const floats = new Float32Array(count)
  for (let index = 0; index < count; index++) {
    const value = bytes.readFloatLE(index * 4)
    floats[index] = Number.isFinite(value) ? value : 0
  }
  return floats
}

/** The plugin's answer as arrays of one entry a region; throws `unsupported` when their lengths do not fit the memory. */
export const heatReadingOf = (answer: z.infer<typeof pluginAnswers.page_heat>): PageHeatReading => {
  const { atMs, regionPages, totalPages } = answer
  const frequency = floatsOf(answer.frequency)
  const locality = floatsOf(answer.locality)
  const recency = floatsOf(answer.recency)
  const regions = Math.ceil(totalPages / regionPages)
  if ([frequency, locality, recency].every(array => array.length === regions))
    return { atMs, regionPages, totalPages, frequency, locality, recency }
  throw new Failure({
    code: 'unsupported',
    message: `The host's plugin gave page heat for ${frequency.length} regions where memory has ${regions}.`,
    remedy: 'Install the plugin that belongs to this version of Longshore on the host.',
  })
}
