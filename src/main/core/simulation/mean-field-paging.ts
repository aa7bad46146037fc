import type { FaultService } from './demand-paging.ts'
import { HEARTBEAT_MS } from './heartbeat.ts'
import type { MeanFieldMemory, Sent } from './mean-field-memory.ts'
import type { PagingSlice } from './migrating-pages.ts'
import type { NetworkPath } from './network-path.ts'
import type { WriteOrder } from './page-layout.ts'

export interface MeanFieldPagingPlan {
  readonly memory: MeanFieldMemory
  readonly classes: readonly { readonly pages: number; readonly order: WriteOrder }[]
  readonly path: NetworkPath
  readonly vcpuCount: number
  readonly service: FaultService
  /** Bytes of a page as most are sent. */
  readonly pageBytes: number
}

/**
 * Stall that a wait adds on average: the last beat lies 0 to 2 `sinceMs` back, evenly, and a gap counts from twice the
 * heartbeat's period, less one period.
 */
export const stallOfWait = (waitMs: number, sinceMs: number): number => {
  const longest = Math.max(2 * sinceMs, 1e-9)
  const from = Math.min(longest, Math.max(0, 2 * HEARTBEAT_MS - waitMs))
  const [least, most] = [waitMs + from - HEARTBEAT_MS, waitMs + longest - HEARTBEAT_MS]
  return ((longest - from) / longest) * ((least + most) / 2)
}

/** DemandPaging by expectations: how often vCPUs meet missing pages, and how long they wait. */
export class MeanFieldPaging {
  readonly longestGapMs = null
  readonly #plan: MeanFieldPagingPlan
  /** How far each class written by a curve has come. */
  readonly #places: Float64Array
  #faults = 0
  #lostMs = 0
  #stallMs = 0

  constructor(plan: MeanFieldPagingPlan) {
    this.#plan = plan
    this.#places = new Float64Array(plan.classes.length)
  }

  get faults(): number {
    return this.#faults
  }

  get lostMs(): number {
    return this.#lostMs
  }

  get stallMs(): number {
    return this.#stallMs
  }

  /** Lets the guest run for a slice; returns what its requests brought over. */
  run({ atMs, ms, writesPerSecond }: PagingSlice): Sent {
    const { memory, vcpuCount, service } = this.#plan
    const hits = this.#hitsPerMs(writesPerSecond)
    const total = hits.reduce((sum, perMs) => sum + perMs, 0)
    const waitMs = this.#waitMs(atMs)
    const wanted = total * waitMs
    const waiting = wanted / (wanted + vcpuCount)
    for (const [index, rate] of writesPerSecond.entries())
      this.#places[index] =
        (this.#places[index] ?? 0) + (rate / 1000) * this.#slope(index) * ms * (1 - waiting)
    if (total <= 0) return { pages: 0, bytes: 0 }
    const faults = Math.min((ms * waiting * vcpuCount) / waitMs, memory.unsent)
    const sent = hits.map((perMs, index) => {
      const asked = (faults * perMs) / total
      const missing = memory.missingOf(index) / Math.max(1, this.#plan.classes[index]?.pages ?? 0)
      return memory.sendOutOfTurn(index, asked * (1 + 2 * service.prepagePages * missing))
    })
    this.#faults += faults
    this.#lostMs += ms * waiting
    this.#stallMs += (faults / vcpuCount) * stallOfWait(waitMs, Math.min(HEARTBEAT_MS / 2, vcpuCount / total))
    return {
      pages: sent.reduce((sum, { pages }) => sum + pages, 0),
      bytes: sent.reduce((sum, { bytes }) => sum + bytes, 0),
    }
  }

  /** How often a ms a write meets a missing page of each class, were there no waits. */
  #hitsPerMs(writesPerSecond: readonly number[]): readonly number[] {
    const { memory, classes } = this.#plan
    return classes.map(({ pages, order }, index) => {
      const perMs = (writesPerSecond[index] ?? 0) / 1000
      const newPages = order.kind === 'curve' ? perMs * this.#slope(index) : perMs
      return pages > 0 ? (newPages * memory.missingOf(index)) / pages : 0
    })
  }

  /** Pages that a curve comes to in a second of the guest's time where it stands. */
  #slope(index: number): number {
    const { pages = 0, order } = this.#plan.classes[index] ?? {}
    const place = this.#places[index] ?? 0
    if (order?.kind !== 'curve' || place + 2 > pages) return 0
    const seconds = order.firstWriteSeconds(place + 2) - order.firstWriteSeconds(place + 1)
    return seconds > 0 ? 1 / seconds : pages
  }

  #waitMs(atMs: number): number {
    const { path, service, pageBytes } = this.#plan
    const perMs = Math.max(path.bytesPerMsAt(atMs), 1e-6)
    const behindMs = service.preempts ? 0 : service.backlogBytes / perMs
    return path.meanRoundTripMs + pageBytes / perMs + behindMs
  }
}
