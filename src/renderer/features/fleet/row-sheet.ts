import { connectionStore, type FleetColumn, fleetStore, migrationStore } from '../../state/index.ts'
import type { FleetFacts } from './fleet-line.ts'
import type { FleetRow } from './fleet-rows.ts'
import { type FrameQueue, frameQueue } from './frame-queue.ts'
import { lineOfRow } from './line-of-row.ts'
import { ROW_PX, type RowView, rowView, type ViewKind, viewKindOf } from './row-view.ts'
import { rowWindow, type Span } from './row-window.ts'
import { NO_TREND, TREND_BOX, trendLines } from './trend-lines.ts'
import { trendShape } from './trend-shape.ts'

/** Rows written anew in one frame when figures change: as many as take a few ms. */
const PER_FRAME = 6
/** A frame that fills more rows in sight than these leaves the rows beside them for the next: both would make it late. */
const FEW = 3

/** The rows of the table and how they are marked. */
export interface SheetContent {
  readonly rows: readonly FleetRow[]
  readonly columns: readonly FleetColumn[]
  readonly chosen: ReadonlySet<string>
  /** Index of the row with the keyboard's mark; -1 where there is none. */
  readonly marked: number
}

const NONE = -1

/** A view and the row it stands for at the moment. */
interface Slot {
  readonly view: RowView
  row: FleetRow
  index: number
  /** Whether the view says what its row says: nothing of it yet, what it said before, what it says now. */
  words: 'none' | 'old' | 'current'
  /** Version of the ring of samples that the trend was drawn from, or NONE. */
  trend: number
}

const factsNow = (): FleetFacts => ({
  fleet: fleetStore.getState(),
  runningByVm: migrationStore.getState().runningByVm,
  connectionsById: connectionStore.getState().byId,
})

/**
 * The rows in sight of a long table, written outside React: a scroll brings dozens of rows in one frame, and elements
 * that are kept and filled anew cost a fraction of components that are made and thrown away.
 */
export class RowSheet {
  readonly #scroller: HTMLElement
  readonly #body: HTMLElement
  readonly #slots = new Map<number, Slot>()
  readonly #spare: Record<ViewKind, Slot[]> = { vm: [], group: [] }
  readonly #queue: FrameQueue<Slot>
  readonly #stops: readonly (() => void)[]
  #frame = 0
  #content: SheetContent = { rows: [], columns: [], chosen: new Set(), marked: -1 }

  /** `scroller` has a head of one row's height that stays in sight above `body`. */
  constructor(scroller: HTMLElement, body: HTMLElement) {
    this.#scroller = scroller
    this.#body = body
    this.#queue = frameQueue({ work: slot => this.#finish(slot), perFrame: PER_FRAME })
    const settle = () => this.#settleSoon()
    const observer = new ResizeObserver(settle)
    observer.observe(scroller)
    scroller.addEventListener('scroll', settle, { passive: true })
    this.#stops = [
      () => observer.disconnect(),
      () => scroller.removeEventListener('scroll', settle),
      ...[fleetStore, migrationStore, connectionStore].map(store => store.subscribe(() => this.#age())),
    ]
  }

  show(content: SheetContent): void {
    const before = this.#content
    this.#content = content
    if (content.columns !== before.columns) this.#discard()
    if (content.marked !== before.marked && content.marked >= 0) this.#reveal(content.marked)
    this.#settle()
    this.#hideSpare()
    for (const slot of this.#slots.values()) this.#place(slot)
  }

  close(): void {
    for (const stop of this.#stops) stop()
    cancelAnimationFrame(this.#frame)
    this.#discard()
  }

  #discard(): void {
    this.#queue.clear()
    this.#slots.clear()
    this.#spare.vm = []
    this.#spare.group = []
    this.#body.replaceChildren()
  }

  get #sightPx(): number {
    return this.#scroller.clientHeight - ROW_PX
  }

  #reveal(index: number): void {
    const top = index * ROW_PX
    const { scrollTop } = this.#scroller
    if (top < scrollTop) this.#scroller.scrollTop = top
    else if (top + ROW_PX > scrollTop + this.#sightPx) this.#scroller.scrollTop = top + ROW_PX - this.#sightPx
  }

  /** Settles in this frame where it is not drawn yet, else in the next. */
  #settleSoon(): void {
    if (this.#frame !== 0) return
    this.#frame = requestAnimationFrame(() => {
      this.#frame = 0
      this.#settle()
    })
  }

  /** Fills the rows in sight, a whole screen of them in two frames, and then those beside them in their turn. */
  #settle(): void {
    const { rows } = this.#content
    const { inSight, ready } = rowWindow({
      count: rows.length,
      rowPx: ROW_PX,
      scrollTop: this.#scroller.scrollTop,
      heightPx: this.#sightPx,
    })
    this.#release(ready)
    const empty: number[] = []
    for (let index = inSight.first; index <= inSight.last; index++)
      if (!this.#isFilled(index)) empty.push(index)
    const filled = empty.slice(0, Math.ceil((inSight.last - inSight.first + 1) / 2))
    for (const index of filled) this.#write(this.#slotFor(index))
    this.#queue.spend(filled.length)
    if (empty.length > FEW) this.#settleSoon()
    else this.#makeReady(ready)
  }

  #makeReady(ready: Span): void {
    for (let index = ready.first; index <= ready.last; index++) {
      const slot = this.#slotFor(index)
      if (slot.words !== 'current' || slot.trend === NONE) this.#queue.add(slot)
    }
    this.#hideSpare()
  }

  #isFilled(index: number): boolean {
    const slot = this.#slots.get(index)
    return slot !== undefined && slot.words !== 'none' && slot.row.key === this.#content.rows[index]?.key
  }

  #release(ready: Span): void {
    for (const [index, slot] of this.#slots) {
      const row = this.#content.rows[index]
      const isReady = index >= ready.first && index <= ready.last
      if (isReady && row && viewKindOf(row) === viewKindOf(slot.row)) continue
      this.#slots.delete(index)
      this.#queue.remove(slot)
      this.#spare[viewKindOf(slot.row)].push(slot)
    }
  }

  /** What is not needed again at once must not stay where it was. */
  #hideSpare(): void {
    for (const { view } of [...this.#spare.vm, ...this.#spare.group]) view.element.hidden = true
  }

  #slotFor(index: number): Slot {
    const row = this.#content.rows[index]
    if (!row) throw new RangeError(`The fleet's table has no row ${index}.`)
    const slot = this.#slots.get(index) ?? this.#spare[viewKindOf(row)].pop() ?? this.#newSlot(row)
    this.#slots.set(index, slot)
    if (slot.index === index && slot.row === row) return slot
    if (slot.row.key === row.key && slot.words !== 'none') slot.words = 'old'
    else this.#empty(slot)
    slot.row = row
    slot.index = index
    slot.view.element.hidden = false
    this.#place(slot)
    return slot
  }

  #empty(slot: Slot): void {
    slot.words = 'none'
    slot.trend = NONE
    slot.view.drawTrend(NO_TREND)
  }

  #newSlot(row: FleetRow): Slot {
    const view = rowView(viewKindOf(row), this.#content.columns)
    this.#body.append(view.element)
    return { view, row, index: -1, words: 'none', trend: NONE }
  }

  #place({ view, row, index }: Slot): void {
    const { chosen, marked } = this.#content
    const isChosen = row.kind === 'vm' && chosen.has(row.vmId)
    view.place({ row, index, isChosen, isMarked: index === marked })
  }

  #write(slot: Slot): void {
    slot.view.write(lineOfRow(slot.row, factsNow()))
    slot.words = 'current'
  }

  /** Figures have changed: every row is due. */
  #age(): void {
    for (const slot of this.#slots.values()) {
      if (slot.words === 'current') slot.words = 'old'
      this.#queue.add(slot)
    }
  }

  #finish(slot: Slot): void {
    if (slot.words !== 'current') this.#write(slot)
    if (slot.row.kind !== 'vm') return
    const { vmId } = slot.row
    const ring = fleetStore.rings.of(vmId)
    const { vmsById, triggerPagesPerSecond } = fleetStore.getState()
    const poolId = vmsById.get(vmId)?.poolId
    if (!ring || poolId === undefined || ring.version === slot.trend) return
    slot.trend = ring.version
    const thetaPagesPerSecond = triggerPagesPerSecond[poolId]
    slot.view.drawTrend(trendLines(trendShape(ring, { ...TREND_BOX, thetaPagesPerSecond })))
  }
}
