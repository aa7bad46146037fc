import type { PageOrder } from '../../../shared/model/migration-command.ts'
import { PageSet } from '../numeric/page-set.ts'
import type { Random } from '../numeric/random.ts'
import type { BootImages } from './boot-images.ts'
import { checkArrival } from './check-arrival.ts'
import { DemandPaging, type FaultService } from './demand-paging.ts'
import type { MigratingPages, PagingSlice } from './migrating-pages.ts'
import type { MigrationPath } from './migration-path.ts'
import { type PageCosts, PageTransfer, type SendOrder } from './page-transfer.ts'
import { liveRegions, pushRegions } from './region-order.ts'
import type { WriteSchedule } from './write-schedule.ts'

export interface SinglePagesPlan {
  readonly memory: WriteSchedule
  readonly vcpuCount: number
  readonly path: MigrationPath
  readonly costs: PageCosts
  /** When a pass in an order given reads the dirty log: before each region, or once for all of memory. */
  readonly logRead: 'region' | 'round'
  readonly service: FaultService
  /** What goes ahead of the memory; null: nothing. */
  readonly images: BootImages | null
  /** Whether progress reports count what the dirty log holds, as Xen's PEEK does, or only what was met while sending. */
  readonly peeks: boolean
  readonly random: Random
}

/** Every page of the guest by itself, with its version at either end. */
export class SinglePages implements MigratingPages {
  readonly #plan: SinglePagesPlan
  readonly #transfer: PageTransfer
  #sending: PageSet
  #dirty: PageSet
  #isFirstPass = true
  #guestRuns = true
  #order: PageOrder | null = null
  #paging: DemandPaging | null = null

  constructor(plan: SinglePagesPlan) {
    const { pages } = plan.memory.layout
    this.#plan = plan
    this.#transfer = new PageTransfer(plan.memory, plan.costs)
    this.#sending = new PageSet(pages)
    this.#sending.fill()
    this.#dirty = new PageSet(pages)
  }

  get count(): number {
    return this.#plan.memory.layout.pages
  }

  get unsent(): number {
    return this.#sending.size
  }

  /** As if each were of a kind that is written. */
  get unsentBytes(): number {
    const { first, again } = this.#transfer.writtenPageBytes
    return this.#sending.size * (this.#isFirstPass ? first : again)
  }

  get dirtied(): number {
    const unseen = this.#plan.peeks ? this.#plan.memory.peek(this.#sending) : 0
    return this.#dirty.size + unseen
  }

  get pagesSent(): number {
    return this.#transfer.pagesSent
  }

  get bytesSent(): number {
    return this.#transfer.bytesSent
  }

  get waits(): DemandPaging | null {
    return this.#paging
  }

  arrange(order: PageOrder): void {
    this.#order = order
    this.#transfer.rewind(this.#sendOrder(liveRegions))
  }

  /** The regions of the order given, arranged; undefined while none was given. */
  #sendOrder(arrange: (order: PageOrder) => readonly number[]): SendOrder | undefined {
    const order = this.#order
    if (order === null) return undefined
    const regions = Int32Array.from(arrange(order))
    return { regionPages: order.regionPages, regions, clearsLog: this.#plan.logRead === 'region' }
  }

  elapse(ms: number, writesPerSecond: readonly number[]): void {
    this.#plan.memory.elapse(ms, writesPerSecond)
  }

  send(bytes: number): number {
    return this.#transfer.send(this.#sending, this.#guestRuns ? this.#dirty : null, bytes)
  }

  countBytes(bytes: number): void {
    this.#transfer.count(bytes)
  }

  receiveImages(): void {
    const { images, memory } = this.#plan
    if (images === null) return
    const { fromProfile, sinceCheckpoint } = images
    // The dirty log starts when the checkpoint does: nothing that was written before has been sent.
    memory.harvest(new PageSet(memory.layout.pages))
    this.#transfer.bring(fromProfile)
    this.#sending.removeAll(fromProfile)
    this.#sending.removeAll(sinceCheckpoint)
    this.#dirty.addAll(sinceCheckpoint)
  }

  readLog(): number {
    const unsent = this.#sending.size
    this.#plan.memory.harvest(this.#dirty)
    if (unsent > 0) {
      this.#dirty.addAll(this.#sending)
      this.#sending.clear()
    }
    ;[this.#sending, this.#dirty] = [this.#dirty, this.#sending]
    // What was read early goes on where it was: else the end of memory would wait for ever.
    if (unsent === 0) this.#transfer.rewind()
    this.#isFirstPass = false
    return this.#sending.size - unsent
  }

  suspend(dirtiedPages: number): void {
    const { memory, random } = this.#plan
    for (let i = 0; i < Math.min(dirtiedPages, this.count); i++) {
      const page = random.below(this.count)
      memory.write(page)
      this.#sending.add(page)
    }
    this.#guestRuns = false
  }

  beginPush(startMs: number): void {
    const { memory, path, vcpuCount, service, random } = this.#plan
    const [transfer, missing] = [this.#transfer, this.#sending]
    transfer.rewind(this.#sendOrder(pushRegions))
    this.#paging = new DemandPaging({ memory, transfer, path, missing, vcpuCount, service, random, startMs })
  }

  serve(slice: PagingSlice): void {
    this.#paging?.run(slice)
  }

  holdUp(atMs: number, ms: number): void {
    this.#paging?.holdUp(atMs, ms)
  }

  checkArrival(): void {
    checkArrival(this.#plan.memory, this.#transfer)
  }
}
