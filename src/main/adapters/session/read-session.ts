import { open, readdir } from 'node:fs/promises'
import path from 'node:path'
import { Failure } from '../../../shared/failure.ts'
import {
  SESSION_VERSION,
  type SegmentHeader,
  type SessionRecord,
  segmentHeader,
  sessionRecord,
} from '../../../shared/model/session.ts'
import { readFrame } from './frame.ts'

/** Segments end at a quarter of this. */
const MAX_SEGMENT_BYTES = 64 * 2 ** 20
const MAX_HEADER_BYTES = 4096
const NEWLINE = 10

/** What a reader had to leave out of a segment. */
export interface SegmentLosses {
  /** Bytes at the end that are no whole frame: the writer was killed or is still writing. */
  tornBytes: number
  /** Stretches in the midst that are damaged. */
  damagedFrames: number
  /** Lines that are no record of this version, of kinds added later for instance. */
  unknownRecords: number
}

export interface OpenSegment {
  readonly header: SegmentHeader
  /** Complete when `records` has ended. */
  readonly losses: SegmentLosses
  readonly records: Generator<SessionRecord, void>
}

const unreadable = (file: string, why: string, remedy = 'Choose another file.') =>
  new Failure({ code: 'invalid-input', message: `${file} cannot be read as a session: ${why}.`, remedy })

/** The segments of a folder, oldest first. */
export const listSegments = async (folder: string): Promise<readonly string[]> =>
  (await readdir(folder))
    .filter(name => name.endsWith('.session'))
    .sort()
    .map(name => path.join(folder, name))

/** Opens one segment, which may come from anywhere. Throws a Failure `invalid-input` or `unsupported` when it is none. */
export const openSegment = async (file: string): Promise<OpenSegment> => {
  const bytes = await bytesOf(file)
  const lineEnd = bytes.subarray(0, MAX_HEADER_BYTES).indexOf(NEWLINE)
  const header = parsed(segmentHeader, lineEnd === -1 ? '' : bytes.subarray(0, lineEnd).toString('utf8'))
  if (!header) throw unreadable(file, 'it does not begin as one')
  if (header.version > SESSION_VERSION)
    throw new Failure({
      code: 'unsupported',
      message: `${file} was written by ${header.writer} in version ${header.version} of the session format.`,
      remedy: `This Longshore reads up to version ${SESSION_VERSION}: open it with that one.`,
    })
  const losses = { tornBytes: 0, damagedFrames: 0, unknownRecords: 0 }
  return { header, losses, records: recordsOf(bytes, lineEnd + 1, losses) }
}

const bytesOf = async (file: string): Promise<Buffer> => {
  try {
    const handle = await open(file)
    try {
      const { size } = await handle.stat()
      if (size > MAX_SEGMENT_BYTES) throw unreadable(file, 'it is larger than any segment')
      return await handle.readFile()
    } finally {
      await handle.close()
    }
  } catch (error) {
    if (error instanceof Failure) throw error
    throw unreadable(file, error instanceof Error ? error.message : String(error))
  }
}

function* recordsOf(bytes: Buffer, from: number, losses: SegmentLosses): Generator<SessionRecord, void> {
  for (let at = from; at < bytes.length; ) {
    const frame = readFrame(bytes, at)
    if (frame.kind === 'torn') {
      losses.tornBytes = bytes.length - at
      return
    }
    at = frame.end
    if (frame.kind === 'damaged') losses.damagedFrames++
    else
      for (const line of frame.text.split('\n')) {
        const record = parsed(sessionRecord, line)
        if (record) yield record
        else losses.unknownRecords++
      }
  }
}

const parsed = <T>(shape: { safeParse(value: unknown): { data?: T } }, text: string): T | undefined => {
  try {
    return shape.safeParse(JSON.parse(text)).data
  } catch {
    return undefined
  }
}
