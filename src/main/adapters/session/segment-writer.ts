import { closeSync, fdatasyncSync, openSync, readdirSync, statSync, unlinkSync, writeSync } from 'node:fs'
import path from 'node:path'
import { SESSION_VERSION, type SessionRecord } from '../../../shared/model/session.ts'
import { makeFolder } from '../system/make-folder.ts'
import { packFrame } from './frame.ts'
import type { RecorderItem, RecorderSettings } from './recorder-protocol.ts'
import { SessionState } from './session-state.ts'

/** Text kept back at most before it becomes a frame. */
const FRAME_CHARS = 1_000_000

interface Segment {
  readonly fd: number
  readonly name: string
  readonly startedAtMs: number
  bytes: number
}

/** Appends records to segments in a folder, one frame a commit, and keeps the folder within its bounds. */
export class SegmentWriter {
  readonly #settings: RecorderSettings
  readonly #onTrouble: (message: string) => void
  readonly #state = new SessionState()
  #lines: string[] = []
  #chars = 0
  #segment: Segment | undefined
  #lost = 0
  #isTold = false

  constructor(settings: RecorderSettings, onTrouble: (message: string) => void) {
    this.#settings = settings
    this.#onTrouble = onTrouble
  }

  add(item: RecorderItem): void {
    if (this.#lines.length === 0) this.#beginFrame(item.at)
    for (const record of this.#state.records(item)) this.#line(record)
    if (this.#chars > FRAME_CHARS) this.commit(item.at)
  }

  /** Writes what is kept back as one frame; what cannot be written is told of once and leaves a gap. */
  commit(nowMs: number): void {
    if (this.#lines.length === 0) return
    const lines = this.#lines
    this.#lines = []
    this.#chars = 0
    try {
      this.#segment ??= this.#open(nowMs)
      this.#write(this.#segment, packFrame(lines.join('\n')))
      this.#lost = 0
      this.#isTold = false
    } catch (error) {
      this.#lost += lines.length
      this.#abandon()
      if (!this.#isTold) this.#onTrouble(error instanceof Error ? error.message : String(error))
      this.#isTold = true
    }
  }

  /** Forces what was written onto the disk. */
  sync(): void {
    if (this.#segment) fdatasyncSync(this.#segment.fd)
  }

  close(nowMs: number): void {
    this.commit(nowMs)
    try {
      this.sync()
    } finally {
      this.#abandon()
    }
  }

  #line(record: SessionRecord): void {
    const line = JSON.stringify(record)
    this.#lines.push(line)
    this.#chars += line.length
  }

  #write(segment: Segment, bytes: Buffer): void {
    for (let at = 0; at < bytes.length; ) at += writeSync(segment.fd, bytes, at)
    segment.bytes += bytes.length
  }

  /** A frame is of one segment: whether a new one is due is looked at before its first record. */
  #beginFrame(nowMs: number): void {
    const { segmentBytes, segmentMs } = this.#settings
    const segment = this.#segment
    if (segment && (segment.bytes >= segmentBytes || nowMs - segment.startedAtMs >= segmentMs))
      this.#abandon()
    if (!this.#segment) for (const record of this.#state.beginSegment(nowMs)) this.#line(record)
    if (this.#lost > 0) this.#line({ at: nowMs, kind: 'gap', records: this.#lost })
  }

  #open(startedAtMs: number): Segment {
    const { folder, writer } = this.#settings
    makeFolder(folder)
    const stamp = new Date(startedAtMs).toISOString().replace(/[-:.]/g, '')
    const segment = { ...openNew(folder, stamp), startedAtMs, bytes: 0 }
    const header = { format: 'longshore-session', version: SESSION_VERSION, startedAtMs, writer }
    this.#write(segment, Buffer.from(`${JSON.stringify(header)}\n`))
    this.#expire(startedAtMs, segment.name)
    return segment
  }

  #abandon(): void {
    const segment = this.#segment
    this.#segment = undefined
    if (!segment) return
    try {
      closeSync(segment.fd)
    } catch {
      // It is given up anyway.
    }
  }

  /** Deletes the oldest segments until the rest is young and small enough; the present one stays. */
  #expire(nowMs: number, present: string): void {
    const { folder, retentionMs, maxBytes } = this.#settings
    const names = readdirSync(folder).filter(name => name.endsWith('.session') && name !== present)
    const old = names
      .sort()
      .map(name => ({ file: path.join(folder, name), ...statSync(path.join(folder, name)) }))
    let bytes = old.reduce((sum, { size }) => sum + size, 0)
    for (const { file, size, mtimeMs } of old) {
      if (bytes <= maxBytes && nowMs - mtimeMs <= retentionMs) return
      unlinkSync(file)
      bytes -= size
    }
  }
}

/** A file of its own, even when another Longshore records into the same folder. */
const openNew = (folder: string, stamp: string): { readonly fd: number; readonly name: string } => {
  for (let copy = 1; ; copy++) {
    const name = `${stamp}-${String(copy).padStart(2, '0')}.session`
    try {
      return { fd: openSync(path.join(folder, name), 'ax', 0o600), name }
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST') || copy === 99) throw error
    }
  }
}
