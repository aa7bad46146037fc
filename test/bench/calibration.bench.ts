import { curveOfRounds } from '../../src/main/core/migration/predict-recording.ts'
import { type QemuRound, type QemuRun, roundsOf } from '../../src/main/core/migration/qemu-polls.ts'
import { FULL_CAPABILITIES } from '../../src/main/core/simulation/case-capabilities.ts'
import { policyOf } from '../../src/main/core/simulation/case-policy.ts'
import { simulateCase } from '../../src/main/core/simulation/simulate-case.ts'
import { type SimulationResult, simulationCase } from '../../src/shared/model/simulation-case.ts'
import {
  DOWNTIME_LIMIT_MS,
  isAutoConverge,
  loadEndOf,
  qemuRecordings,
  switchedAtMs,
  totalMsOf,
} from './qemu-recordings.ts'
import { medianOf } from './statistics.ts'

type Rows = { [name: string]: { readonly [column: string]: string | number } }

const meanOf = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length
const percent = (ratio: number): string => `${ratio >= 0 ? '+' : ''}${(100 * ratio).toFixed(1)} %`

const simulate = (given: object): SimulationResult => {
  const parsed = simulationCase.parse(given)
  const chosen = policyOf(parsed.policy)
  if (chosen.kind === 'faults') throw new Error(JSON.stringify(chosen.faults))
  const { policy, thresholds } = chosen
  return simulateCase({ given: parsed, policy, thresholds, capabilities: FULL_CAPABILITIES })
}

interface Figures {
  readonly totalMs: number
  readonly bytes: number
  readonly rounds: number
  readonly downtimeMs: number
}

const TOLERANCE = 0.1

const rowOf = (simulated: Figures, measured: Figures) => {
  const total = simulated.totalMs / measured.totalMs - 1
  const bytes = simulated.bytes / measured.bytes - 1
  const rounds = simulated.rounds - measured.rounds
  const within = [
    Math.abs(total) <= TOLERANCE,
    Math.abs(bytes) <= TOLERANCE,
    Math.abs(rounds) <= Math.max(1, TOLERANCE * measured.rounds),
  ]
  return {
    'total, s': (measured.totalMs / 1000).toFixed(2),
    'simulated total': percent(total),
    'sent, MiB': (measured.bytes / 2 ** 20).toFixed(0),
    'simulated sent': percent(bytes),
    rounds: measured.rounds,
    'simulated rounds': simulated.rounds,
    'pause, ms': measured.downtimeMs.toFixed(0),
    'simulated pause': simulated.downtimeMs.toFixed(0),
    within: within.every(Boolean)
      ? 'yes'
      : ['total', 'sent', 'rounds'].filter((_, i) => !within[i]).join(', '),
  }
}

const PAGE_BYTES = 4096

/** What the recorded link carries where no limit holds, as after a switch: the fastest poll of each run, bytes/s. */
const linkOf = (runs: readonly QemuRun[]): number | null => {
  const fastest = runs
    .map(({ polls }) =>
      Math.max(...polls.filter(({ status }) => status.startsWith('postcopy')).map(({ mbps }) => mbps)),
    )
    .filter(Number.isFinite)
  return fastest.length > 0 ? (medianOf(fastest) * 1e6) / 8 : null
}

interface Fitted {
  readonly memoryPages: number
  readonly contentPages: number
  /** Of live rounds, which QEMU limits. */
  readonly bytesPerSecond: number
  readonly linkBytesPerSecond: number
  readonly linearPerSecond: number
  readonly hotPages: number
  readonly writesPerHotPageSecond: number
}

const contentOf = (run: QemuRun): number => {
  const second = run.polls.find(({ syncs }) => syncs >= 2) ?? run.polls.at(-1)
  return (second?.bytesSent ?? 0) / PAGE_BYTES
}

/** Rounds before the load ends. */
const underLoad = (run: QemuRun): readonly QemuRound[] => {
  const rounds = roundsOf(run, DOWNTIME_LIMIT_MS)
  const endsAtMs = loadEndOf(run, rounds)
  return rounds.filter(({ endedAtMs }) => endedAtMs <= endsAtMs)
}

/**
 * Bandwidth, share of zero pages and write classes of one scenario, from some of its runs. QEMU does not count as dirtied
 * what still waits to be sent when it reads its log, up to its downtime limit of pages: the part of it that is hot is added.
 */
const fittedBy = (
  runs: readonly QemuRun[],
  { hotPart, linkBytesPerSecond }: { readonly hotPart: number; readonly linkBytesPerSecond: number | null },
): Fitted => {
  const curve = curveOfRounds(runs.flatMap(underLoad)) ?? { linearPerMs: 0, hotPages: 0, ratePerMs: 1e-3 }
  const live = runs.flatMap(run =>
    run.polls.filter(({ status }) => status === 'active').map(({ mbps }) => mbps),
  )
  const bytesPerSecond = (medianOf(live) * 1e6) / 8
  const waitingPages = (DOWNTIME_LIMIT_MS / 1000) * (bytesPerSecond / PAGE_BYTES)
  return {
    memoryPages: runs[0]?.memoryPages ?? 0,
    contentPages: meanOf(runs.map(contentOf)),
    bytesPerSecond,
    linkBytesPerSecond: linkBytesPerSecond ?? bytesPerSecond,
    linearPerSecond: curve.linearPerMs * 1000,
    hotPages: curve.hotPages > 0 ? curve.hotPages + hotPart * waitingPages : 0,
    writesPerHotPageSecond: curve.ratePerMs * 1000,
  }
}

const policyFor = (run: QemuRun): string => {
  if (switchedAtMs(run) < Number.POSITIVE_INFINITY) return 'post-copy'
  return isAutoConverge(run) ? 'pre-copy-auto-converge' : 'pre-copy-qemu'
}

const caseOf = (fitted: Fitted, run: QemuRun): object => {
  const hotPages = Math.round(fitted.hotPages)
  const walked = Math.max(0, Math.floor(fitted.contentPages) - hotPages)
  const endsAtMs = loadEndOf(run, roundsOf(run, DOWNTIME_LIMIT_MS))
  return {
    memoryBytes: Math.round(fitted.memoryPages) * PAGE_BYTES,
    policy: { name: policyFor(run) },
    link: { bandwidthBytesPerSecond: fitted.linkBytesPerSecond, latencyMs: 0.1 },
    limitBytesPerSecond: fitted.bytesPerSecond,
    content: { zeroRatio: Math.max(0, 1 - (fitted.contentPages + 1) / fitted.memoryPages) },
    workload: {
      kind: 'mix',
      workloads: [
        { kind: 'sequential', workingSetPages: walked, writesPerSecond: fitted.linearPerSecond },
        {
          kind: 'uniform',
          workingSetPages: hotPages,
          writesPerSecond: hotPages * fitted.writesPerHotPageSecond,
        },
      ],
    },
    host: 'qemu',
    ...(Number.isFinite(endsAtMs) ? { workloadEndsAtSeconds: endsAtMs / 1000 } : {}),
  }
}

/** QEMU's first log reading begins round 1, its last one the pass in the pause: there is a pass more than readings between. */
const measuredOf = (run: QemuRun): Figures => {
  const last = run.polls.at(-1)
  return {
    totalMs: totalMsOf(run),
    bytes: last?.bytesSent ?? 0,
    rounds: (last?.syncs ?? 0) - 1,
    downtimeMs: last?.downtimeMs ?? 0,
  }
}

const simulatedOf = (fitted: Fitted, run: QemuRun): Figures => {
  const { totalMs, bytesSent: bytes, rounds, downtimeMs } = simulate(caseOf(fitted, run))
  return { totalMs, bytes, rounds: rounds.length, downtimeMs }
}

/** The figures of several runs by their medians. */
const middle = (all: readonly Figures[]): Figures => ({
  totalMs: medianOf(all.map(({ totalMs }) => totalMs)),
  bytes: medianOf(all.map(({ bytes }) => bytes)),
  rounds: Math.round(medianOf(all.map(({ rounds }) => rounds))),
  downtimeMs: medianOf(all.map(({ downtimeMs }) => downtimeMs)),
})

const figuresOf = (fitted: Fitted, runs: readonly QemuRun[]): Figures =>
  middle(runs.map(run => simulatedOf(fitted, run)))

/** What is tried for the hot part of what waits. */
const HOT_PARTS = [0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1]

/** How far off total and rounds are. */
const misfit = (simulated: Figures, measured: Figures): number =>
  Math.abs(Math.log(simulated.totalMs / measured.totalMs)) +
  Math.abs(Math.log(simulated.rounds / measured.rounds))

/** The hot part with which these runs come nearest to how long they took and how many rounds they made. */
const fittedOf = (runs: readonly QemuRun[], linkBytesPerSecond: number | null): Fitted => {
  const measured = middle(runs.map(measuredOf))
  const tried = HOT_PARTS.map(hotPart => {
    const fitted = fittedBy(runs, { hotPart, linkBytesPerSecond })
    return { fitted, error: misfit(figuresOf(fitted, runs.slice(0, 1)), measured) }
  })
  return tried.reduce((best, one) => (one.error < best.error ? one : best)).fitted
}

/** The runs of a scenario that parameters are fitted on; the later ones test them. */
const FITTED_RUNS = 4

/** Pre-copy scenarios of the recording; what switches at a stated time has no policy of its own. */
const preCopy = (runs: readonly QemuRun[]): readonly string[] => [
  ...new Set(
    runs.filter(run => switchedAtMs(run) === Number.POSITIVE_INFINITY).map(({ scenario }) => scenario),
  ),
]

const onQemu = (): void => {
  const runs = qemuRecordings()
  const link = linkOf(runs.filter(({ run }) => run <= FITTED_RUNS))
  const of = (scenario: string) => runs.filter(run => run.scenario === scenario)
  const rows: Rows = {}
  for (const scenario of preCopy(runs)) {
    const fitted = fittedOf(
      of(scenario).filter(({ run }) => run <= FITTED_RUNS),
      link,
    )
    const tested = of(scenario).filter(({ run }) => run > FITTED_RUNS)
    if (tested.length === 0) continue
    rows[`${scenario}, runs ${FITTED_RUNS + 1} on`] = rowOf(
      figuresOf(fitted, tested),
      middle(tested.map(measuredOf)),
    )
  }
  // The same load under another rule: what was fitted on plain pre-copy tells auto-converge, which was left out.
  const [known, left] = ['Precopy_Nonconvergent_16T', 'Autoconverge_16T'].map(of)
  if (known !== undefined && left !== undefined && known.length > 0 && left.length > 0) {
    const fitted = fittedOf(known, link)
    rows['Autoconverge_16T, left out'] = rowOf(figuresOf(fitted, left), middle(left.map(measuredOf)))
  }
  if (link !== null) console.log(`Link after a switch: ${(link / 2 ** 20).toFixed(0)} MiB/s`)
  console.table(rows)
}

/** Measured with libxenguest 4.17: pages of each pass, the last one the stop-and-copy; s. */
interface XenRow {
  readonly name: string
  readonly memoryMib: number
  readonly writesPerSecond: number
  readonly linkMibPerSecond: number | null
  readonly firstPassS: number
  readonly passes: readonly number[]
  readonly stopS: number
  readonly totalS: number
  readonly sentMib: number
  readonly gapS: number
}

const xenRows: readonly XenRow[] = [
  {
    name: 'idle',
    memoryMib: 128,
    writesPerSecond: 0,
    linkMibPerSecond: null,
    firstPassS: 1.34,
    passes: [32768, 135, 55, 39, 222],
    stopS: 0.04,
    totalS: 2.34,
    sentMib: 129.8,
    gapS: 0.458,
  },
  {
    name: '1,000 writes/s',
    memoryMib: 192,
    writesPerSecond: 1000,
    linkMibPerSecond: null,
    firstPassS: 2.12,
    passes: [49152, 2208, 175, 88, 50, 258],
    stopS: 0.04,
    totalS: 3.27,
    sentMib: 202.9,
    gapS: 0.485,
  },
  {
    name: '20,000 writes/s',
    memoryMib: 192,
    writesPerSecond: 20_000,
    linkMibPerSecond: null,
    firstPassS: 2.18,
    passes: [49152, 16405, 8394, 5276, 3803, 2875],
    stopS: 0.12,
    totalS: 4.6,
    sentMib: 335.6,
    gapS: 0.581,
  },
  {
    name: '20,000 writes/s, 32 MiB/s',
    memoryMib: 192,
    writesPerSecond: 20_000,
    linkMibPerSecond: 32,
    firstPassS: 6.35,
    passes: [49152, 16482, 15073, 14827, 14647, 14784],
    stopS: 1.84,
    totalS: 16.6,
    sentMib: 488.1,
    gapS: 2.232,
  },
]
const fittedXen = ['1,000 writes/s', '20,000 writes/s']
/** Console and timers write the same few pages all the time, so often that every pass finds them. */
const FLOOR_WRITES_PER_PAGE = 10_000

/** Link, fixed costs and what suspending dirties, from two rows. `setupMs` passes before the first page and after the last. */
const fitXen = (rows: readonly XenRow[]) => {
  const livePages = (row: XenRow) => row.passes.slice(0, -1).reduce((sum, pages) => sum + pages, 0)
  const bytesPerSecond = meanOf(rows.map(row => ((row.passes[0] ?? 0) * PAGE_BYTES) / row.firstPassS))
  const pauseMs = meanOf(rows.map(row => (row.gapS - row.stopS) * 1000))
  const slowest = rows.reduce((least, row) => (row.writesPerSecond < least.writesPerSecond ? row : least))
  const suspendDirtyPages = Math.max(0, (slowest.passes.at(-1) ?? 0) - (slowest.passes.at(-2) ?? 0))
  const sendingMs = (row: XenRow) => (livePages(row) * PAGE_BYTES * 1000) / bytesPerSecond
  const setupMs = meanOf(rows.map(row => row.totalS * 1000 - sendingMs(row) - row.gapS * 1000))
  const floorPages = slowest.passes.at(-2) ?? 0
  return { bytesPerSecond, pauseMs, suspendDirtyPages, setupMs, floorPages }
}

const onXen = (): void => {
  const fitted = fitXen(xenRows.filter(({ name }) => fittedXen.includes(name)))
  console.log(
    `Fitted: ${(fitted.bytesPerSecond / 2 ** 20).toFixed(1)} MiB/s, pause ${fitted.pauseMs.toFixed(0)} ms, ${fitted.suspendDirtyPages} pages dirtied by suspending, ${fitted.floorPages} in every pass, ${fitted.setupMs.toFixed(0)} ms of setup`,
  )
  const rows: Rows = {}
  for (const row of xenRows) {
    const bandwidthBytesPerSecond =
      row.linkMibPerSecond === null ? fitted.bytesPerSecond : row.linkMibPerSecond * 2 ** 20
    const result = simulate({
      memoryBytes: row.memoryMib * 2 ** 20,
      policy: { name: 'pre-copy-xen-upstream' },
      link: { bandwidthBytesPerSecond, latencyMs: 0.1 },
      workload: {
        kind: 'mix',
        workloads: [
          { kind: 'uniform', workingSetPages: 16_384, writesPerSecond: row.writesPerSecond },
          {
            kind: 'uniform',
            workingSetPages: fitted.floorPages,
            writesPerSecond: FLOOR_WRITES_PER_PAGE * fitted.floorPages,
          },
        ],
      },
      host: {
        roundMs: 0,
        pauseMs: fitted.pauseMs / 2,
        resumeMs: fitted.pauseMs / 2,
        suspendDirtyPages: fitted.suspendDirtyPages,
      },
    })
    rows[`${row.name}${fittedXen.includes(row.name) ? ' (fitted on)' : ''}`] = rowOf(
      {
        totalMs: result.totalMs + fitted.setupMs,
        bytes: result.bytesSent,
        rounds: result.rounds.length,
        downtimeMs: result.downtimeMs,
      },
      {
        totalMs: row.totalS * 1000,
        bytes: row.sentMib * 2 ** 20,
        rounds: row.passes.length,
        downtimeMs: row.gapS * 1000,
      },
    )
  }
  console.table(rows)
}

export const bench = {
  name: 'calibration',
  about: 'the simulator against measured runs of QEMU and Xen',
  run: async () => {
    console.log('\nQEMU: fitted on runs 1 to 4 of a scenario, tested on the others; medians')
    onQemu()
    console.log('\nXen: fitted on two rows, tested on the others')
    onXen()
  },
}
