import type { SimulationCase, SimulationResult } from '../../../shared/model/simulation-case.ts'
import { PAGE_BYTES } from '../../../shared/units.ts'
import { streamBytesPerSecond } from './network-path.ts'

const scaled = (bytes: number | undefined, scale: number): number | undefined =>
  bytes === undefined ? undefined : bytes / scale

const slower = (content: SimulationCase['content'], scale: number): SimulationCase['content'] =>
  content.compressBytesPerSecond === undefined
    ? content
    : { ...content, compressBytesPerSecond: content.compressBytesPerSecond / scale }

/**
 * The same case in pages of 4 KiB, which is what engine and policies reckon in: memory, link, limit, compressor and images shrink with the page, so
 * that every count of pages and every time stays as it was. `scale` is what one byte then stands for.
 */
export const inPlainPages = (
  given: SimulationCase,
): { readonly given: SimulationCase; readonly scale: number } => {
  const scale = given.pageBytes / PAGE_BYTES
  if (scale === 1) return { given, scale }
  const {
    profileBytes,
    checkpointBytes,
    nasBytesPerSecond,
    limitBytesPerSecond,
    link,
    disk,
    content,
    ...rest
  } = given
  // What TCP makes of loss depends on the true rate: it is worked out before the link shrinks.
  const carried = streamBytesPerSecond(link) / (1 - link.lossRatio)
  return {
    scale,
    given: {
      ...rest,
      content: slower(content, scale),
      memoryBytes: given.memoryBytes / scale,
      pageBytes: PAGE_BYTES,
      link: { ...link, bandwidthBytesPerSecond: carried / scale, congestionControl: 'bbr' },
      profileBytes: scaled(profileBytes, scale),
      checkpointBytes: scaled(checkpointBytes, scale),
      limitBytesPerSecond: scaled(limitBytesPerSecond, scale),
      nasBytesPerSecond: scaled(nasBytesPerSecond, scale),
      disk: disk && {
        bytes: disk.bytes / scale,
        writeBytesPerSecond: disk.writeBytesPerSecond / scale,
      },
    },
  }
}

/** A result of a case in plain pages in the bytes of the case as it was given. */
export const inGivenPages = (result: SimulationResult, scale: number): SimulationResult =>
  scale === 1
    ? result
    : {
        ...result,
        bytesSent: result.bytesSent * scale,
        displacedBytes: result.displacedBytes * scale,
        rounds: result.rounds.map(round => ({
          ...round,
          bandwidthBytesPerSecond: round.bandwidthBytesPerSecond * scale,
        })),
      }
