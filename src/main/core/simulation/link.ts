import { PAGE_BYTES } from '../../../shared/units.ts'

/** A migration network between two hosts. Loss, jitter and other traffic are not simulated. */
export interface Link {
  /** Payload bytes/s in one direction. */
  readonly bytesPerSecond: number
  /** One small message there and its answer back, ms. */
  readonly roundTripMs: number
}

/** Bytes a page of zeros costs on the link: its number and a mark, no content (guess, near Xen's and QEMU's headers). */
export const ZERO_PAGE_BYTES = 16

/** Bytes that a page of this version costs; version 0 was never written and holds zeros. */
export const bytesOfPage = (version: number): number => (version === 0 ? ZERO_PAGE_BYTES : PAGE_BYTES)
