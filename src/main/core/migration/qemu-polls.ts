import { PAGE_BYTES } from '../../../shared/units.ts'

/** One answer of QEMU's query-migrate while a migration ran. */
export interface QemuPoll {
  readonly status: string
  readonly totalMs: number
  readonly remainingPages: number
  readonly syncs: number
  readonly bytesSent: number
  readonly throttle: number
  readonly mbps: number
  readonly downtimeMs: number | null
  readonly dirtyPagesPerSecond: number
}

/** A recorded migration: its polls in order. */
export interface QemuRun {
  readonly scenario: string
  readonly run: number
  readonly memoryPages: number
  readonly polls: readonly QemuPoll[]
}

const pollOf = (cell: (name: string) => string): QemuPoll => ({
  status: cell('status'),
  totalMs: Number(cell('total_time_ms')),
  remainingPages: Number(cell('remaining')) / PAGE_BYTES,
  syncs: Number(cell('dirty_sync_count')),
  bytesSent: Number(cell('transferred')),
  throttle: Number(cell('cpu_throttle_pct')) / 100,
  mbps: Number(cell('mbps')),
  downtimeMs: cell('downtime_ms') === '' ? null : Number(cell('downtime_ms')),
  dirtyPagesPerSecond: Number(cell('dirty_pages_rate')),
})

/** Text where a number should be makes a poll worthless. */
const isSound = (poll: QemuPoll): boolean =>
  Object.values(poll).every(value => typeof value !== 'number' || (Number.isFinite(value) && value >= 0))

/**
 * The runs of a table of polls with one answer a row. Rows without figures, or with text for them, are left out, and so are runs
 * without a sound poll, their number or the guest's memory.
 */
export const qemuRunsOf = (csv: string): readonly QemuRun[] => {
  const [head = '', ...lines] = csv.trim().split(/\r?\n/)
  const names = head.split(',')
  const runs = new Map<string, QemuRun & { readonly polls: QemuPoll[] }>()
  for (const line of lines) {
    const cells = line.split(',')
    const cell = (name: string) => cells[names.indexOf(name)] ?? ''
    if (cell('transferred') === '') continue
    const [scenario, run] = [cell('scenario'), Number(cell('run'))]
    const known = runs.get(`${scenario} ${run}`) ?? {
      scenario,
      run,
      memoryPages: Number(cell('total')) / PAGE_BYTES,
      polls: [],
    }
    runs.set(`${scenario} ${run}`, known)
    const poll = pollOf(cell)
    if (isSound(poll)) known.polls.push(poll)
  }
  return [...runs.values()].filter(
    ({ run, memoryPages, polls }) =>
      Number.isInteger(run) && Number.isFinite(memoryPages) && memoryPages > 0 && polls.length > 0,
  )
}

/** A live round as the polls tell it. */
export interface QemuRound {
  /** Since the migration's start. */
  readonly endedAtMs: number
  readonly ms: number
  readonly sentPages: number
  /** Dirtied while it lasted, and to be sent next: the same unless some were unsent. */
  readonly dirtiedPages: number
  readonly leftPages: number
  readonly pagesPerMs: number
  readonly throttle: number
}

const isLive = ({ status }: QemuPoll): boolean => status === 'active'

/**
 * Live rounds by QEMU's count of log readings. QEMU reads the log as soon as what is unsent would fit its downtime limit,
 * so a round leaves something unsent. A reading falls between two polls: there where the first one's rest had shrunk to
 * that. Two readings between two polls make no round. QEMU's own dirty rate is the best count, where it is a new one.
 */
export const roundsOf = ({ polls }: QemuRun, downtimeLimitMs: number): readonly QemuRound[] => {
  const live = polls.filter(isLive)
  const rounds: QemuRound[] = []
  let [beganAtMs, leftBefore, whole] = [0, Number.NaN, true]
  for (const [i, poll] of live.entries()) {
    const before = live[i - 1]
    if (before === undefined || poll.syncs === before.syncs) continue
    const pagesPerMs = (poll.mbps * 1e6) / 8 / PAGE_BYTES / 1000
    const unsentAtLeast = Math.max(0, before.remainingPages - downtimeLimitMs * pagesPerMs)
    const endedAtMs = Math.min(poll.totalMs, before.totalMs + unsentAtLeast / pagesPerMs)
    const leftPages = poll.remainingPages + (poll.totalMs - endedAtMs) * pagesPerMs
    const ms = endedAtMs - beganAtMs
    const sentPages = ms * pagesPerMs
    const isOne = poll.syncs === before.syncs + 1
    const isNew = poll.dirtyPagesPerSecond !== before.dirtyPagesPerSecond && ms >= 1000
    const dirtiedPages = isNew
      ? (poll.dirtyPagesPerSecond * ms) / 1000
      : leftPages - Math.max(0, leftBefore - sentPages)
    if (isOne && whole && Number.isFinite(dirtiedPages))
      rounds.push({
        endedAtMs,
        ms,
        sentPages,
        dirtiedPages,
        leftPages,
        pagesPerMs,
        throttle: before.throttle,
      })
    ;[beganAtMs, leftBefore, whole] = [endedAtMs, leftPages, isOne]
  }
  return rounds
}
