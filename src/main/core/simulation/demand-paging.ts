import type { PageSet } from '../numeric/page-set.ts'
import type { Random } from '../numeric/random.ts'
import { ClassWalk } from './class-walk.ts'
import { Heartbeat } from './heartbeat.ts'
import type { PagingSlice } from './migrating-pages.ts'
import type { MigrationPath } from './migration-path.ts'
import type { PageLayout } from './page-layout.ts'
import type { PageTransfer } from './page-transfer.ts'
import type { WriteSchedule } from './write-schedule.ts'

/** How page requests are served. */
export interface FaultService {
  /** Requests overtake the push on a channel of their own (QEMU's postcopy-preempt); else they wait behind `backlogBytes`. */
  readonly preempts: boolean
  /** Bytes of the push that are on their way already when a request comes in. */
  readonly backlogBytes: number
  /** Missing neighbours on each side that are sent along with a requested page (Hines and Gopalan 2009, bubbling). */
  readonly prepagePages: number
}

export interface DemandPagingPlan {
  readonly memory: WriteSchedule
  readonly transfer: PageTransfer
  readonly path: MigrationPath
  /** Pages that the destination does not hold yet; emptied as they arrive. */
  readonly missing: PageSet
  readonly vcpuCount: number
  readonly service: FaultService
  readonly random: Random
  readonly startMs: number
}

/** A slice by its end. */
interface Slice {
  readonly endMs: number
  readonly writesPerSecond: readonly number[]
}

interface NextFault {
  readonly atMs: number
  /** The page, or -1 where it is drawn when it comes to it: any missing one of class `index`. */
  readonly page: number
  readonly index: number
}

/**
 * The guest runs at the destination while pages are missing. Its writes are shared evenly between its vCPUs; a vCPU that
 * writes to a missing page waits for it. Classes written in order belong to one vCPU each. Writes to pages that are
 * there cost nothing and are not drawn. Reads are not simulated: they fault neither here nor count elsewhere.
 */
export class DemandPaging {
  readonly heartbeat: Heartbeat
  readonly #plan: DemandPagingPlan
  readonly #walks: readonly ClassWalk[]
  readonly #places: Float64Array
  readonly #missingAtStart: Float64Array
  /** Pages of each class that were missing at the start; those that arrived since are dropped when they are met. */
  readonly #lists: readonly Int32Array[]
  readonly #lengths: Int32Array
  readonly #sentAtStart: Float64Array
  /** When each vCPU can go on: the end of its last wait or of the last slice. */
  readonly #readyMs: Float64Array
  #channelFreeMs = 0
  #faults = 0
  #waitedVcpuMs = 0
  #prepaged = 0
  #heldUpSinceMs: number | null = null
  #heldUpMs = 0

  constructor(plan: DemandPagingPlan) {
    const { memory, missing, transfer } = plan
    const { classes } = memory.layout
    this.#plan = plan
    this.heartbeat = new Heartbeat(plan.startMs)
    this.#walks = classes.map((_, index) => new ClassWalk(memory.layout, index))
    this.#places = Float64Array.from(classes, ({ order, pages }, index) =>
      order.kind === 'sequential' ? ((memory.passed[index] ?? 0) % 1) * pages : 0,
    )
    this.#lists = classes.map((_, index) => missingPages(memory.layout, index, missing))
    this.#lengths = Int32Array.from(this.#lists, list => list.length)
    this.#missingAtStart = Float64Array.from(this.#lists, list => list.length)
    this.#sentAtStart = Float64Array.from(transfer.sentByClass)
    this.#readyMs = new Float64Array(plan.vcpuCount).fill(plan.startMs)
  }

  get faults(): number {
    return this.#faults
  }

  /** Pages sent along with requested ones. */
  get prepaged(): number {
    return this.#prepaged
  }

  /** Time the guest waited for pages: summed over its vCPUs, over their number, ms. */
  get lostMs(): number {
    return this.#waitedVcpuMs / this.#plan.vcpuCount
  }

  /** Stall of the guest's heartbeat, with a hold-up that lasts on. */
  get stallMs(): number {
    return this.heartbeat.stallMs + this.#heldUpMs
  }

  get longestGapMs(): number {
    return Math.max(this.heartbeat.longestGapMs, this.#heldUpMs)
  }

  /** No page comes for `ms` from `startMs` on, and nobody knows for how much longer: the guest stands still. */
  holdUp(startMs: number, ms: number): void {
    const { vcpuCount } = this.#plan
    this.#heldUpSinceMs ??= startMs
    this.#heldUpMs += ms
    this.#waitedVcpuMs += ms * vcpuCount
    for (let vcpu = 0; vcpu < vcpuCount; vcpu++) this.#readyMs[vcpu] = (this.#readyMs[vcpu] ?? 0) + ms
  }

  #endHoldUp(): void {
    if (this.#heldUpSinceMs === null) return
    this.heartbeat.waited(this.#heldUpSinceMs, this.#heldUpSinceMs + this.#heldUpMs)
    this.#heldUpSinceMs = null
    this.#heldUpMs = 0
  }

  /** Lets the guest run from the end of the last slice to that of this one, fault by fault in the order of time. */
  run({ atMs, ms, writesPerSecond }: PagingSlice): void {
    this.#endHoldUp()
    const slice = { endMs: atMs + ms, writesPerSecond }
    const events = Array.from(this.#readyMs, (ms, vcpu) => this.#nextFault(vcpu, ms, slice))
    for (;;) {
      let vcpu = 0
      for (let other = 1; other < events.length; other++)
        if ((events[other]?.atMs ?? 0) < (events[vcpu]?.atMs ?? 0)) vcpu = other
      const event = events[vcpu]
      if (event === undefined || event.atMs >= slice.endMs) break
      this.#walkOn(vcpu, event.atMs - (this.#readyMs[vcpu] ?? 0), slice)
      const page = event.page >= 0 ? event.page : this.#missingPageOf(event.index)
      const readyMs = page < 0 ? event.atMs : this.#fault(vcpu, page, event.atMs)
      this.#readyMs[vcpu] = readyMs
      events[vcpu] = this.#nextFault(vcpu, readyMs, slice)
    }
    for (let vcpu = 0; vcpu < this.#readyMs.length; vcpu++) {
      const readyMs = this.#readyMs[vcpu] ?? 0
      if (readyMs >= slice.endMs) continue
      this.#walkOn(vcpu, slice.endMs - readyMs, slice)
      this.#readyMs[vcpu] = slice.endMs
    }
  }

  /** When a vCPU that can go on at `ms` next meets a missing page within the slice, and which, as far as it is fixed. */
  #nextFault(vcpu: number, ms: number, slice: Slice): NextFault {
    if (ms >= slice.endMs) return { atMs: ms, page: -1, index: -1 }
    const ordered = this.#nextOrdered(vcpu, ms, slice)
    const random = this.#nextRandom(ms, slice)
    return ordered.atMs < random.atMs ? { ...ordered, index: -1 } : { ...random, page: -1 }
  }

  /** Missing pages of a class. */
  #missing(index: number): number {
    const sent = (this.#plan.transfer.sentByClass[index] ?? 0) - (this.#sentAtStart[index] ?? 0)
    return Math.max(0, (this.#missingAtStart[index] ?? 0) - sent)
  }

  /** When one vCPU next writes to a missing page of a class that is written at random. */
  #nextRandom(ms: number, { writesPerSecond }: Slice): { readonly atMs: number; readonly index: number } {
    const { classes } = this.#plan.memory.layout
    const { vcpuCount, random } = this.#plan
    let total = 0
    for (const [index, { order, pages }] of classes.entries())
      if (order.kind === 'random')
        total += ((writesPerSecond[index] ?? 0) * this.#missing(index)) / Math.max(1, pages)
    if (total <= 0) return { atMs: Number.POSITIVE_INFINITY, index: -1 }
    const atMs = ms + (random.exponential() * 1000 * vcpuCount) / total
    let left = random.unit() * total
    for (const [index, { order, pages }] of classes.entries()) {
      if (order.kind !== 'random') continue
      left -= ((writesPerSecond[index] ?? 0) * this.#missing(index)) / Math.max(1, pages)
      if (left < 0) return { atMs, index }
    }
    return { atMs: Number.POSITIVE_INFINITY, index: -1 }
  }

  /** A missing page of a class, each as likely as any other; -1 when there is none. */
  #missingPageOf(index: number): number {
    const list = this.#lists[index]
    if (list === undefined) return -1
    const { missing, random } = this.#plan
    let length = this.#lengths[index] ?? 0
    let page = -1
    while (length > 0) {
      const at = random.below(length)
      page = list[at] ?? -1
      if (missing.has(page)) break
      // It arrived since: the last one takes its place in the list.
      length--
      list[at] = list[length] ?? -1
      page = -1
    }
    this.#lengths[index] = length
    return page
  }

  /** When the vCPU's ordered classes next come to a missing page within the slice. */
  #nextOrdered(vcpu: number, ms: number, slice: Slice): { readonly atMs: number; readonly page: number } {
    let found = { atMs: Number.POSITIVE_INFINITY, page: -1 }
    for (const index of this.#orderedOf(vcpu)) {
      const walk = this.#walks[index]
      const perMs = this.#pagesPerMs(index, slice)
      if (walk === undefined || perMs <= 0 || this.#missing(index) === 0) continue
      const from = this.#places[index] ?? 0
      const to = from + Math.min(walk.pages, (slice.endMs - ms) * perMs)
      for (let place = Math.ceil(from); place < to; place++) {
        const page = walk.pageAt(place % walk.pages)
        if (!this.#plan.missing.has(page)) continue
        const atMs = ms + (place - from) / perMs
        if (atMs < found.atMs) found = { atMs, page }
        break
      }
    }
    return found
  }

  #walkOn(vcpu: number, ms: number, slice: Slice): void {
    for (const index of this.#orderedOf(vcpu))
      this.#places[index] = (this.#places[index] ?? 0) + ms * this.#pagesPerMs(index, slice)
  }

  *#orderedOf(vcpu: number): Generator<number> {
    const { memory, vcpuCount } = this.#plan
    for (const [index, { order }] of memory.layout.classes.entries())
      if (order.kind !== 'random' && index % vcpuCount === vcpu) yield index
  }

  /** Pages that an ordered class comes to in a ms: its writes, or the slope of its curve where it stands. */
  #pagesPerMs(index: number, { writesPerSecond }: Slice): number {
    const rate = (writesPerSecond[index] ?? 0) / 1000
    const order = this.#plan.memory.layout.classes[index]?.order
    if (order?.kind !== 'curve') return rate
    const place = Math.floor(this.#places[index] ?? 0)
    const pages = this.#walks[index]?.pages ?? 0
    if (place + 2 > pages) return 0
    const seconds = order.firstWriteSeconds(place + 2) - order.firstWriteSeconds(place + 1)
    return seconds > 0 ? rate / seconds : rate * pages
  }

  /** A vCPU meets a missing page; returns when it goes on, ms. */
  #fault(vcpu: number, page: number, atMs: number): number {
    const { transfer, missing, path, service, memory } = this.#plan
    const roundTripMs = path.roundTripMs()
    const askedMs = (path.cutUntil(atMs) ?? atMs) + roundTripMs / 2
    const heardMs = path.cutUntil(askedMs) ?? askedMs
    const perMs = Math.max(path.bytesPerMsAt(heardMs), 1e-6)
    const behindMs = service.preempts ? 0 : service.backlogBytes / perMs
    const bytes = transfer.sendNow(missing, page)
    const servedMs = Math.max(heardMs, this.#channelFreeMs) + bytes / perMs
    // What is sent along takes its time on the link: the next request waits for it. It counts as there at once, a round trip early.
    this.#channelFreeMs = servedMs + this.#prepage(page, memory.layout.pages) / perMs
    const backMs = servedMs + behindMs + roundTripMs / 2
    this.#faults++
    this.#waitedVcpuMs += backMs - atMs
    if (vcpu === 0) this.heartbeat.waited(atMs, backMs)
    transfer.writeAtDestination(page)
    return backMs
  }

  /** Sends the missing neighbours of a requested page along; returns their bytes. */
  #prepage(page: number, pages: number): number {
    const { transfer, missing, service } = this.#plan
    let bytes = 0
    const last = Math.min(pages - 1, page + service.prepagePages)
    for (let near = Math.max(0, page - service.prepagePages); near <= last; near++)
      if (missing.has(near)) {
        bytes += transfer.sendNow(missing, near)
        this.#prepaged++
      }
    return bytes
  }
}

const missingPages = (layout: PageLayout, index: number, missing: PageSet): Int32Array => {
  const pages: number[] = []
  for (const span of layout.spans[index] ?? [])
    for (let page = span.start; page < span.start + span.pages; page++)
      if (missing.has(page)) pages.push(page)
  return Int32Array.from(pages)
}
