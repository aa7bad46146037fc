import type { GroupImages } from './mean-field-images.ts'
import type { PageClass, WriteOrder } from './page-layout.ts'
import type { PageBytes } from './page-transfer.ts'

/** Pages that are written alike and cost the link alike; without an order nobody writes them. */
export interface PageGroup {
  readonly pages: number
  readonly order: WriteOrder | null
  /** Bytes on the link of a page that the destination does not have, and of one that is sent again. */
  readonly first: number
  readonly again: number
}

/** Pages that hold what the source held when the group's clock stood at `from`. */
interface Cohort {
  pages: number
  readonly from: number
  /** Between which shares of a curve's pages, in the order in which it writes them, these lie. */
  readonly ranks: readonly [number, number]
}

/** Mutable, one per group. */
interface Group extends PageGroup {
  /** Of the writes: per page where they fall at random or in order, guest seconds for a curve; 0 when the log was read. */
  clock: number
  unsent: number
  /** Of the unsent, those the destination has nothing of. */
  fresh: number
  /** Pages that the next round begins with, whether they are written or not: the checkpoint lacks them. */
  later: number
  cohorts: Cohort[]
  /** Share of the pages that this round sends; of a curve they are the ones it writes first. */
  sending: number
  /** The share of a curve's pages written within so many seconds. */
  readonly writtenWithin: (seconds: number) => number
}

/** Pages that went over, and what they cost. */
export interface Sent {
  readonly pages: number
  readonly bytes: number
}

/** A curve is inverted once, into so many steps. */
const CURVE_STEPS = 512

const curveShare = (
  pages: number,
  firstWriteSeconds: (page: number) => number,
): ((seconds: number) => number) => {
  const knots = Array.from({ length: CURVE_STEPS + 1 }, (_, step) =>
    step === 0 ? 0 : firstWriteSeconds(Math.max(1, (pages * step) / CURVE_STEPS)),
  )
  return seconds => {
    let [low, high] = [0, CURVE_STEPS]
    while (low < high) {
      const middle = (low + high + 1) >>> 1
      if ((knots[middle] ?? 0) <= seconds) low = middle
      else high = middle - 1
    }
    const [from, to] = [knots[low] ?? 0, knots[low + 1] ?? Number.POSITIVE_INFINITY]
    const within = Number.isFinite(to) && to > from ? (seconds - from) / (to - from) : 0
    return (low + within) / CURVE_STEPS
  }
}

const costOf = ({ unsent, fresh, first, again }: Group): number => fresh * first + (unsent - fresh) * again

/** Mean share of pages that were written from when the clock stood at `from` until now. */
const writtenShare = (
  { order, writtenWithin, clock }: Group,
  { from, ranks: [least, most] }: Omit<Cohort, 'pages'>,
): number => {
  switch (order?.kind) {
    case 'random':
      return -Math.expm1(from - clock)
    case 'sequential':
      return Math.min(1, clock - from)
    case 'curve': {
      const within = (share: number) => Math.min(most, Math.max(least, share))
      const written = within(writtenWithin(clock)) - within(writtenWithin(from))
      return most > least ? written / (most - least) : 0
    }
    default:
      return 0
  }
}

const writtenOf = (group: Group): number =>
  group.cohorts.reduce((sum, cohort) => sum + cohort.pages * writtenShare(group, cohort), 0)

/**
 * Guest memory by expected numbers of pages in place of single pages: per group what is unsent, and what is across since
 * when. The counterpart of WriteSchedule and PageTransfer.
 */
export class MeanFieldMemory {
  readonly #groups: readonly Group[]

  /** At first every page is unsent. */
  constructor(groups: readonly PageGroup[]) {
    this.#groups = groups.map(group => ({
      ...group,
      clock: 0,
      unsent: group.pages,
      fresh: group.pages,
      later: 0,
      cohorts: [],
      sending: 1,
      writtenWithin:
        group.order?.kind === 'curve' ? curveShare(group.pages, group.order.firstWriteSeconds) : () => 0,
    }))
  }

  /** The log begins empty with pages of each group across that came from elsewhere, and some that are to wait. */
  startFrom(images: readonly GroupImages[]): void {
    for (const [index, group] of this.#groups.entries()) {
      const { arrived, later } = images[index] ?? { arrived: 0, later: 0 }
      group.unsent -= arrived + later
      group.fresh -= arrived + later
      group.later = later
      group.sending = group.pages > 0 ? group.unsent / group.pages : 0
      group.cohorts = [{ pages: arrived, from: 0, ranks: [group.sending, 1] }]
      group.clock = 0
    }
  }

  get pages(): number {
    return this.#groups.reduce((sum, { pages }) => sum + pages, 0)
  }

  get unsentBytes(): number {
    return this.#groups.reduce((sum, group) => sum + costOf(group), 0)
  }

  get unsent(): number {
    return this.#groups.reduce((sum, { unsent }) => sum + unsent, 0)
  }

  /** Pages that are across and have been written since, and those that wait for the next round. */
  get written(): number {
    return this.#groups.reduce((sum, group) => sum + writtenOf(group) + group.later, 0)
  }

  /** Unsent pages of one group. */
  missingOf(index: number): number {
    return this.#groups[index]?.unsent ?? 0
  }

  /** Lets the guest run for `ms` of its own time with group i written `writesPerSecond[i]` times a second. */
  elapse(ms: number, writesPerSecond: readonly number[]): void {
    for (const [index, group] of this.#groups.entries()) {
      const rate = writesPerSecond[index] ?? 0
      const perPage = group.order?.kind === 'curve' ? rate : rate / Math.max(1, group.pages)
      group.clock += (perPage * ms) / 1000
    }
  }

  /**
   * Sends pages of some groups, evenly, for at most `bytes`. `log` says since when writes to them count: since the log was
   * read for all of memory, or only since they were sent.
   */
  send(turn: readonly number[], bytes: number, log: 'round' | 'region'): Sent {
    const groups = turn.flatMap(index => this.#groups[index] ?? [])
    const needed = groups.reduce((sum, group) => sum + costOf(group), 0)
    const share = needed > bytes ? bytes / needed : 1
    let pages = 0
    for (const group of groups) {
      const sent = group.unsent * share
      this.#arrive(group, sent, log)
      group.fresh -= group.fresh * share
      group.unsent -= sent
      pages += sent
    }
    return { pages, bytes: needed * share }
  }

  /** Pages of a group that come out of turn; returns what they cost. */
  sendOutOfTurn(index: number, pages: number): Sent {
    const group = this.#groups[index]
    if (group === undefined || group.unsent <= 0) return { pages: 0, bytes: 0 }
    const sent = Math.min(pages, group.unsent)
    const fresh = (group.fresh * sent) / group.unsent
    group.fresh -= fresh
    group.unsent -= sent
    return { pages: sent, bytes: fresh * group.first + (sent - fresh) * group.again }
  }

  /** Reads the log: what was written is to be sent, and the log begins empty. Returns the pages that were written. */
  readLog(): number {
    let dirtied = 0
    for (const group of this.#groups) {
      const across = group.cohorts.reduce((sum, { pages }) => sum + pages, 0)
      const written = writtenOf(group)
      dirtied += written + group.later
      group.unsent += written + group.later
      group.fresh += group.later
      group.later = 0
      group.sending = group.pages > 0 ? group.unsent / group.pages : 0
      group.cohorts = [{ pages: across - written, from: 0, ranks: [group.sending, 1] }]
      group.clock = 0
    }
    return dirtied
  }

  /** Dirties so many pages, each as likely as any other. */
  dirty(pages: number): void {
    const share = Math.min(1, pages / Math.max(1, this.pages))
    for (const group of this.#groups)
      for (const cohort of group.cohorts) {
        group.unsent += cohort.pages * share
        cohort.pages -= cohort.pages * share
      }
  }

  /** A curve's pages lie in memory in the order in which it writes them, and so they are sent. */
  #arrive(group: Group, pages: number, log: 'round' | 'region'): void {
    const { cohorts, sending, unsent, clock } = group
    const whole = Math.max(sending * group.pages, 1e-9)
    const ranks: Cohort['ranks'] = [sending * (1 - unsent / whole), sending * (1 - (unsent - pages) / whole)]
    const last = cohorts.at(-1)
    if (log === 'region') cohorts.push({ pages, from: clock, ranks })
    else if (last?.from === 0 && last.ranks[0] === 0)
      cohorts[cohorts.length - 1] = { pages: last.pages + pages, from: 0, ranks: [0, ranks[1]] }
    else cohorts.push({ pages, from: 0, ranks })
  }
}

/** Groups of a guest's classes, in their order, then what nobody writes, then pages of zeros. */
export const groupsOf = (
  classes: readonly PageClass[],
  rest: { readonly pages: number; readonly zeroPages: number },
  { first, again, zero }: PageBytes,
): readonly PageGroup[] => {
  const written = classes.reduce((sum, { pages }) => sum + pages, 0)
  const still = Math.max(0, rest.pages - written - rest.zeroPages)
  return [
    ...classes.map(({ pages, order }) => ({ pages, order, first, again })),
    { pages: still, order: null, first, again },
    { pages: rest.zeroPages, order: null, first: zero, again: zero },
  ]
}
