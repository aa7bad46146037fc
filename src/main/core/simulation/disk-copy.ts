import type { SimulationCase } from '../../../shared/model/simulation-case.ts'
import { Random } from '../numeric/random.ts'

/** A disk that only the guest's own host holds. */
export interface LocalDisk {
  readonly bytes: number
  /** What the guest writes to it, bytes/s, ms since the start of the migration. */
  readonly writeBytesPerSecondAt: (elapsedMs: number) => number
}

/** As much is copied at a time (QEMU's drive-mirror copies up to 1 MiB), and as much is written (guess). */
const BLOCK_BYTES = 1024 * 1024
const WRITE_BYTES = 64 * 1024
/** Writes that a guest has under way at most; with more it waits (a queue of 64). */
const MOST_UNDER_WAY_BYTES = 64 * WRITE_BYTES
/** In place of the version of a block that the destination does not hold. */
const NEVER = 0xffffffff

/**
 * Copies a disk block by block, in order, while its guest writes to it. What is written to a block that has been copied
 * is mirrored: it is done when both sides have it, and waits while the link is full. From the end of the copy on both
 * sides are alike, and stay so as long as writes are mirrored.
 */
export class DiskCopy {
  readonly #disk: LocalDisk
  readonly #random: Random
  readonly #source: Uint32Array
  readonly #destination: Uint32Array
  #copied = 0
  #underWayBytes = 0
  /** Where the next write goes. */
  #next: number
  #credit = 0
  #bytesSent = 0

  constructor(disk: LocalDisk, random: Random) {
    const blocks = Math.ceil(disk.bytes / BLOCK_BYTES)
    this.#disk = disk
    this.#random = random
    this.#source = new Uint32Array(blocks)
    this.#destination = new Uint32Array(blocks).fill(NEVER)
    this.#next = random.below(blocks)
  }

  get totalBytes(): number {
    return this.#disk.bytes
  }

  get copiedBytes(): number {
    return Math.min(this.#disk.bytes, this.#copied * BLOCK_BYTES)
  }

  get isCopied(): boolean {
    return this.#copied === this.#source.length && this.#credit >= 0
  }

  /** Blocks and mirrored writes. */
  get bytesSent(): number {
    return this.#bytesSent
  }

  /** Lets the guest write, and the link send so many bytes, for a while; returns the bytes that were not needed. */
  run({ atMs, ms, bytes }: { readonly atMs: number; readonly ms: number; readonly bytes: number }): number {
    this.#credit += bytes
    this.#write((this.#disk.writeBytesPerSecondAt(atMs + ms / 2) * ms) / 1000)
    while (this.#credit > 0 && this.#copied < this.#source.length) {
      this.#destination[this.#copied] = this.#source[this.#copied] ?? 0
      this.#copied++
      this.#send(Math.min(BLOCK_BYTES, this.#disk.bytes - (this.#copied - 1) * BLOCK_BYTES))
    }
    const unused = Math.max(0, this.#credit)
    this.#credit -= unused
    return unused
  }

  #write(bytes: number): void {
    this.#underWayBytes += bytes
    while (this.#underWayBytes >= WRITE_BYTES) {
      const block = this.#next
      const isMirrored = block < this.#copied
      if (isMirrored && this.#credit <= 0) break
      const version = (this.#source[block] ?? 0) + 1
      this.#source[block] = version
      if (isMirrored) {
        this.#destination[block] = version
        this.#send(WRITE_BYTES)
      }
      this.#underWayBytes -= WRITE_BYTES
      this.#next = this.#random.below(this.#source.length)
    }
    this.#underWayBytes = Math.min(MOST_UNDER_WAY_BYTES, this.#underWayBytes)
  }

  #send(bytes: number): void {
    this.#credit -= bytes
    this.#bytesSent += bytes
  }

  /** The law of every copy: when the guest stops at its source both sides hold the same. Throws when it is broken: a bug. */
  checkArrival(): void {
    for (let block = 0; block < this.#source.length; block++)
      if (this.#source[block] !== this.#destination[block])
        throw new Error(
          `block ${block} of the disk arrived as version ${this.#destination[block]}, the source holds ${this.#source[block]}`,
        )
  }
}

/** The disk of a case; null where its storage is shared. */
export const diskOf = ({ disk, seed }: SimulationCase): DiskCopy | null =>
  disk === undefined
    ? null
    : new DiskCopy(
        { bytes: disk.bytes, writeBytesPerSecondAt: () => disk.writeBytesPerSecond },
        new Random(seed),
      )
