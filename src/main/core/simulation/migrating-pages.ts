import type { PageOrder } from '../../../shared/model/migration-command.ts'

/** A stretch of the guest's run at its destination; class i is written `writesPerSecond[i]` times a second. */
export interface PagingSlice {
  readonly atMs: number
  readonly ms: number
  readonly writesPerSecond: readonly number[]
}

/** What the guest has had to wait for, once it runs at its destination with pages missing. */
export interface PageWaits {
  readonly faults: number
  /** Summed over vCPUs, over their number. */
  readonly lostMs: number
  /** Of the guest's heartbeat. */
  readonly stallMs: number
  /** Of the guest's heartbeat; null where only expected numbers are known. */
  readonly longestGapMs: number | null
}

/** A guest's pages on their way: one by one (`SinglePages`) or in expected numbers (`MeanFieldPages`). */
export interface MigratingPages {
  /** All of them. */
  readonly count: number
  /** What the pass under way has not sent yet; with the guest stopped or gone on at its destination, what is missing there. */
  readonly unsent: number
  /** What these cost on the link, roughly. */
  readonly unsentBytes: number
  /** Pages found dirtied since the log was read. */
  readonly dirtied: number
  readonly pagesSent: number
  readonly bytesSent: number
  readonly waits: PageWaits | null
  /** From here on sends in this order. */
  arrange(order: PageOrder): void
  /** Lets the guest run at its source for `ms` of its own time. */
  elapse(ms: number, writesPerSecond: readonly number[]): void
  /** Sends for `bytes` more; returns how many of them it had no page for. */
  send(bytes: number): number
  /** Counts bytes that brought no page. */
  countBytes(bytes: number): void
  /** Profile and checkpoint have gone ahead (S3): the first pass leaves out what came with the one or is not in the other. */
  receiveImages(): void
  /** Begins a pass: what was written and what is unsent is to be sent, the log is empty. Returns the pages that were written. */
  readLog(): number
  /** Stops the guest, which dirties so many pages more. */
  suspend(dirtiedPages: number): void
  /** The guest goes on at its destination; what is missing is pushed, and sent out of turn where it asks for it. */
  beginPush(atMs: number): void
  /** Lets the guest run at its destination. */
  serve(slice: PagingSlice): void
  /** No page comes for a while, and nobody knows for how much longer: the guest stands still. */
  holdUp(atMs: number, ms: number): void
  /** Throws where a page is missing at the end, or too old. */
  checkArrival(): void
}
