import type { PageOrder } from '../../../shared/model/migration-command.ts'
import type { ImagePlan } from './boot-images.ts'
import type { FaultService } from './demand-paging.ts'
import { dealGroups } from './mean-field-images.ts'
import { MeanFieldMemory, type PageGroup } from './mean-field-memory.ts'
import { MeanFieldPaging } from './mean-field-paging.ts'
import type { MigratingPages, PagingSlice } from './migrating-pages.ts'
import type { NetworkPath } from './network-path.ts'
import type { PageClass } from './page-layout.ts'

export interface MeanFieldPagesPlan {
  readonly classes: readonly PageClass[]
  /** The classes' groups in their order, then those that nobody writes. */
  readonly groups: readonly PageGroup[]
  readonly vcpuCount: number
  readonly path: NetworkPath
  readonly service: FaultService
  /** What goes ahead of the memory; null: nothing. */
  readonly images: ImagePlan | null
}

/** Fewer pages than this are none. */
const NONE = 1e-6

/** Groups of pages alike, each by how many of it are expected to be where: thousands of times less work than single pages. */
export class MeanFieldPages implements MigratingPages {
  readonly #plan: MeanFieldPagesPlan
  readonly #memory: MeanFieldMemory
  #turns: readonly (readonly number[])[]
  #pushTurns: readonly (readonly number[])[]
  #log: 'round' | 'region' = 'round'
  #pagesSent = 0
  #bytesSent = 0
  /** Of pages that came out of turn: the push waits for as long as they took. */
  #owedBytes = 0
  #paging: MeanFieldPaging | null = null

  constructor(plan: MeanFieldPagesPlan) {
    this.#plan = plan
    this.#memory = new MeanFieldMemory(plan.groups)
    this.#turns = [plan.groups.map((_, index) => index)]
    this.#pushTurns = this.#turns
  }

  get count(): number {
    return this.#memory.pages
  }

  get unsent(): number {
    const { unsent } = this.#memory
    return unsent <= NONE ? 0 : unsent
  }

  get unsentBytes(): number {
    return this.#memory.unsentBytes
  }

  get dirtied(): number {
    return this.#memory.written
  }

  get pagesSent(): number {
    return this.#pagesSent
  }

  get bytesSent(): number {
    return this.#bytesSent
  }

  get waits(): MeanFieldPaging | null {
    return this.#paging
  }

  /** Groups by the class that each was given; region i of the order stands for group i. */
  arrange({ classes, live }: PageOrder): void {
    const ranks = [...new Set(this.#plan.groups.map((_, index) => classes[index] ?? 0))].sort((a, b) => a - b)
    const coldestFirst = ranks.map(rank =>
      this.#plan.groups.flatMap((_, index) => ((classes[index] ?? 0) === rank ? [index] : [])),
    )
    this.#pushTurns = coldestFirst.toReversed()
    this.#turns = live === 'hottest-first' ? this.#pushTurns : coldestFirst
    this.#log = 'region'
  }

  elapse(ms: number, writesPerSecond: readonly number[]): void {
    this.#memory.elapse(ms, writesPerSecond)
  }

  send(bytes: number): number {
    const paid = Math.min(this.#owedBytes, bytes)
    this.#owedBytes -= paid
    let left = bytes - paid
    for (const turn of this.#turns) {
      if (left <= 0 || this.unsent === 0) break
      const sent = this.#memory.send(turn, left, this.#log)
      this.#pagesSent += sent.pages
      this.#bytesSent += sent.bytes
      left -= sent.bytes
    }
    return left
  }

  countBytes(bytes: number): void {
    this.#bytesSent += bytes
  }

  receiveImages(): void {
    const { images, groups } = this.#plan
    if (images === null) return
    const dealt = dealGroups(groups, images)
    this.#memory.startFrom(dealt)
    this.#pagesSent += dealt.reduce((sum, { arrived }) => sum + arrived, 0)
  }

  readLog(): number {
    return this.#memory.readLog()
  }

  suspend(dirtiedPages: number): void {
    this.#memory.dirty(dirtiedPages)
  }

  beginPush(): void {
    const { classes, path, vcpuCount, service, groups } = this.#plan
    const [memory, pageBytes] = [this.#memory, groups[0]?.first ?? 0]
    this.#turns = this.#pushTurns
    this.#paging = new MeanFieldPaging({ memory, classes, path, vcpuCount, service, pageBytes })
  }

  serve(slice: PagingSlice): void {
    const requested = this.#paging?.run(slice)
    if (requested === undefined) return
    this.#pagesSent += requested.pages
    this.#bytesSent += requested.bytes
    this.#owedBytes += requested.bytes
  }

  /** Cuts of a case are all known beforehand. */
  holdUp(): void {}

  /** Nothing to check: what is expected always arrives. */
  checkArrival(): void {}
}
