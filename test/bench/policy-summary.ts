import type { SimulationResult } from '../../src/shared/model/simulation-case.ts'
import type { Cell } from './policy-cells.ts'
import { medianOf } from './statistics.ts'

export interface Run {
  readonly cell: Cell
  readonly policy: string
  readonly seed: number
  readonly result: SimulationResult
  readonly finishes: boolean
}

/** A policy's figures in a cell: medians over the seeds, with the 10th and 90th percentile of the total. */
export interface CellFigures {
  readonly workload: string
  readonly link: string
  readonly kind: Cell['kind']
  readonly policy: string
  readonly boundMs: number
  readonly totalMs: number
  readonly totalRangeMs: readonly [number, number]
  readonly downtimeMs: number
  readonly stallMs: number
  readonly unavailabilityMs: number
  readonly lostGuestMs: number
  readonly bytesRatio: number
  readonly retransmitted: number
  readonly faults: number
  readonly slaViolations: number
  readonly runs: number
  /** Share of runs that ended by their policy's own rule. */
  readonly finishes: number
  readonly cost: number
}

export interface Target {
  readonly name: string
  readonly value: number
  readonly limit: number
}

export interface Summary {
  readonly figures: readonly CellFigures[]
  readonly targets: readonly Target[]
  readonly text: string
  readonly markdown: string
  readonly json: object
}

const OURS = 'longshore'
/** Those that end in a stop-and-copy, whatever else they do. */
export const preCopies = [
  'pre-copy-xen',
  'pre-copy-xen-upstream',
  'pre-copy-qemu',
  'pre-copy-auto-converge',
  's2',
  's4',
]

const quantile = (values: readonly number[], q: number): number => {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.round(q * (sorted.length - 1)))] ?? Number.NaN
}

/** The stated cost under the default weights. */
const costOf = ({ cell, result }: Run, slaDowntimeMs: number): number =>
  result.totalMs / cell.boundMs +
  result.unavailabilityMs / slaDowntimeMs +
  (0.5 * result.bytesSent) / cell.contentBytes +
  result.lostGuestMs / result.totalMs

const figuresOf = (runs: readonly Run[]): CellFigures => {
  const [first] = runs
  if (first === undefined) throw new Error('a cell without runs')
  const { cell, policy } = first
  const sla = cell.caseOf(policy, 1).policy.thresholds.slaDowntime ?? 200
  const median = (of: (run: Run) => number): number => medianOf(runs.map(of))
  const totals = runs.map(run => run.result.totalMs)
  return {
    workload: cell.workload,
    link: cell.link,
    kind: cell.kind,
    policy,
    boundMs: cell.boundMs,
    totalMs: medianOf(totals),
    totalRangeMs: [quantile(totals, 0.1), quantile(totals, 0.9)],
    downtimeMs: median(run => run.result.downtimeMs),
    stallMs: median(run => run.result.stallMs),
    unavailabilityMs: median(run => run.result.unavailabilityMs),
    lostGuestMs: median(run => run.result.lostGuestMs),
    bytesRatio: median(run => run.result.bytesSent / cell.contentBytes),
    retransmitted: runs.reduce((sum, run) => sum + run.result.pagesRetransmitted, 0) / runs.length,
    faults: median(run => run.result.demandFaults),
    slaViolations: runs.filter(run => run.result.slaViolated).length / runs.length,
    runs: runs.length,
    finishes: runs.filter(run => run.finishes).length / runs.length,
    cost: median(run => costOf(run, sla)),
  }
}

const geometricMean = (values: readonly number[]): number =>
  Math.exp(values.reduce((sum, value) => sum + Math.log(Math.max(value, 1e-12)), 0) / values.length)

const byCell = (figures: readonly CellFigures[]): readonly (readonly CellFigures[])[] => {
  const cells = new Map<string, CellFigures[]>()
  for (const one of figures) {
    const key = `${one.link} ${one.workload}`
    cells.set(key, [...(cells.get(key) ?? []), one])
  }
  return [...cells.values()]
}

const isLan = ({ link }: CellFigures): boolean => link !== 'WAN'
const isHard = ({ kind }: CellFigures): boolean => kind !== 'light'

type Figure = (figures: CellFigures) => number

/** Geometric mean over cells of ours over the best of the others there. */
const ratio = (
  cells: readonly (readonly CellFigures[])[],
  others: (figures: CellFigures) => boolean,
  of: Figure,
): number => {
  const ratios = cells.flatMap(cell => {
    const ours = cell.find(({ policy }) => policy === OURS)
    const best = Math.min(...cell.filter(others).map(of))
    return ours && Number.isFinite(best) && best > 0 ? [of(ours) / best] : []
  })
  return ratios.length === 0 ? Number.NaN : geometricMean(ratios)
}

const ratioOfSums = (
  cells: readonly (readonly CellFigures[])[],
  others: (figures: CellFigures) => boolean,
  of: Figure,
): number => {
  let [ours, theirs] = [0, 0]
  for (const cell of cells) {
    const own = cell.find(({ policy }) => policy === OURS)
    const best = Math.min(...cell.filter(others).map(of))
    if (own === undefined || !Number.isFinite(best)) continue
    ours += of(own)
    theirs += best
  }
  return theirs > 0 ? ours / theirs : Number.NaN
}

const named =
  (...names: readonly string[]) =>
  ({ policy }: CellFigures): boolean =>
    names.includes(policy)

const dominates = (a: CellFigures, b: CellFigures): boolean => {
  const terms: readonly Figure[] = [
    one => one.totalMs,
    one => one.unavailabilityMs,
    one => one.bytesRatio,
    one => one.lostGuestMs,
  ]
  // Less than a thousandth is the length of a simulated step.
  return terms.every(of => of(a) <= of(b)) && terms.some(of => of(a) < of(b) * 0.999)
}

/** Where the best other is within this factor of the fixed pause and one round trip there is nothing left to win. */
const AT_THE_FLOOR = 1.2
const FLOOR_MS = 50

/** Cells where the best other is at the floor must not be worse; the others much better. */
const wanTargets = (cells: readonly (readonly CellFigures[])[]): readonly Target[] => {
  const others = (one: CellFigures): boolean => one.policy !== OURS
  const isAtFloor = (cell: readonly CellFigures[]): boolean =>
    Math.min(...cell.filter(others).map(one => one.unavailabilityMs)) <= AT_THE_FLOOR * FLOOR_MS
  const over = (some: readonly (readonly CellFigures[])[]): number =>
    Math.max(...some.map(cell => ratio([cell], others, one => one.unavailabilityMs)))
  const [floor, open] = [cells.filter(isAtFloor), cells.filter(cell => !isAtFloor(cell))]
  return [
    { name: 'WAN: unavailability over the best other, worst cell', value: over(open), limit: 0.7 },
    { name: 'WAN: the same where that is at the floor', value: over(floor), limit: 1 },
  ]
}

/** What the product must reach, and what it does. */
const targetsOf = (figures: readonly CellFigures[]): readonly Target[] => {
  const cells = byCell(figures)
  const hard = cells.filter(cell => cell.some(one => isLan(one) && isHard(one)))
  const wan = cells.filter(cell => cell.some(one => !isLan(one) && isHard(one)))
  const preCopy = (one: CellFigures): boolean => preCopies.includes(one.policy) && one.finishes > 0.5
  const postCopy = named('post-copy-preempt')
  const hybrid = named('hybrid-static')
  const total: Figure = one => one.totalMs
  const unavailability: Figure = one => one.unavailabilityMs
  const lost: Figure = one => one.lostGuestMs
  const worstCost = Math.max(
    ...cells.flatMap(cell => {
      const ours = cell.find(one => one.policy === OURS)
      const best = Math.min(...cell.filter(one => one.policy !== OURS).map(one => one.cost))
      return ours && Number.isFinite(best) ? [ours.cost / best] : []
    }),
  )
  const dominated = cells.filter(cell => {
    const ours = cell.find(one => one.policy === OURS)
    return ours !== undefined && cell.some(one => one.policy !== OURS && dominates(one, ours))
  })
  return [
    { name: 'pre-copy: total', value: ratio(hard, preCopy, total), limit: 0.586 },
    { name: 'pre-copy: unavailability', value: ratio(hard, preCopy, unavailability), limit: 0.114 },
    {
      name: 'pre-copy: retransmitted',
      value: ratioOfSums(hard, preCopy, one => one.retransmitted),
      limit: 0.365,
    },
    {
      name: 'pre-copy: SLA violations',
      value: ratioOfSums(hard, preCopy, one => one.slaViolations),
      limit: 0.181,
    },
    {
      name: 'total over the physical bound',
      value: geometricMean(
        hard.flatMap(cell => cell.filter(one => one.policy === OURS).map(one => one.totalMs / one.boundMs)),
      ),
      limit: 1.05,
    },
    { name: 'post-copy-preempt: lost guest time', value: ratio(hard, postCopy, lost), limit: 0.446 },
    { name: 'hybrid-static: total', value: ratio(hard, hybrid, total), limit: 0.798 },
    { name: 'hybrid-static: lost guest time', value: ratio(hard, hybrid, lost), limit: 0.611 },
    {
      name: 'hybrid-static-preempt: lost guest time',
      value: ratio(hard, named('hybrid-static-preempt'), lost),
      limit: 0.611,
    },
    ...wanTargets(wan),
    { name: 'highest cost over the best other', value: worstCost, limit: 1.05 },
    {
      name: `cells where another is better in all${dominated.map(cell => ` (${cell[0]?.link} ${cell[0]?.workload})`).join('')}`,
      value: dominated.length,
      limit: 0,
    },
  ]
}

const ms = (value: number): string =>
  value < 1000 ? `${value.toFixed(0)} ms` : `${(value / 1000).toFixed(2)} s`

const columns: readonly (readonly [string, (one: CellFigures) => string])[] = [
  ['policy', one => one.policy],
  ['total / bound', one => (one.totalMs / one.boundMs).toFixed(3)],
  ['total', one => ms(one.totalMs)],
  ['p10..p90', one => `${ms(one.totalRangeMs[0])}..${ms(one.totalRangeMs[1])}`],
  ['pause', one => ms(one.downtimeMs)],
  ['stall', one => ms(one.stallMs)],
  ['unavailable', one => ms(one.unavailabilityMs)],
  ['lost', one => ms(one.lostGuestMs)],
  ['bytes', one => one.bytesRatio.toFixed(3)],
  ['again', one => one.retransmitted.toFixed(0)],
  ['faults', one => one.faults.toFixed(0)],
  ['SLA', one => `${(one.slaViolations * 100).toFixed(0)} %`],
  ['ends', one => `${(one.finishes * 100).toFixed(0)} %`],
  ['cost', one => one.cost.toFixed(3)],
]

const targetLine = ({ name, value, limit }: Target): string =>
  `${name.padEnd(42)} ${value.toFixed(3).padStart(8)}  at most ${limit.toFixed(3)}  ${value <= limit + 1e-9 ? 'reached' : 'missed'}`

const textOf = (figures: readonly CellFigures[], targets: readonly Target[]): string => {
  const tables = byCell(figures).map(cell => {
    const [first] = cell
    const rows = [columns.map(([name]) => name), ...cell.map(one => columns.map(([, of]) => of(one)))]
    const widths = columns.map((_, i) => Math.max(...rows.map(row => row[i]?.length ?? 0)))
    const lines = rows.map(row =>
      row
        .map((text, i) => (i === 0 ? text.padEnd(widths[i] ?? 0) : text.padStart(widths[i] ?? 0)))
        .join('  '),
    )
    return `${first?.link}, ${first?.workload} (bound ${ms(first?.boundMs ?? 0)})\n${lines.join('\n')}`
  })
  return `${tables.join('\n\n')}\n\n${targets.map(targetLine).join('\n')}`
}

const markdownOf = (figures: readonly CellFigures[], targets: readonly Target[]): string => {
  const seeds = Math.max(...figures.map(one => one.runs))
  const rows = (cell: readonly CellFigures[]) =>
    cell.map(one => `| ${columns.map(([, of]) => of(one)).join(' | ')} |`).join('\n')
  const head = `| ${columns.map(([name]) => name).join(' | ')} |\n|${columns.map(() => ' --- ').join('|')}|`
  const targetRows = targets
    .map(
      ({ name, value, limit }) =>
        `| ${name} | ${value.toFixed(3)} | ${limit} | ${value <= limit + 1e-9 ? 'yes' : 'no'} |`,
    )
    .join('\n')
  const tables = byCell(figures)
    .map(
      cell =>
        `### ${cell[0]?.link}, ${cell[0]?.workload} (bound ${ms(cell[0]?.boundMs ?? 0)})\n\n${head}\n${rows(cell)}`,
    )
    .join('\n\n')
  return `# Policies compared

Made by \`npm run bench -- policies --seeds ${seeds} --docs\`: medians of ${seeds} seeds; workloads and links are in
\`resources/workloads.json\`. The bound is the time that the pages with content take on the link, and one round trip. *Again*: pages sent
beyond once each. *Lost*: guest time lost to waits for pages and to throttling. *Ends*: runs that ended by the policy's own rule within
120 s of live rounds; the others were stopped and copied then. *Cost*: the stated cost under the default weights.

## Ours against the others

Geometric means over the mixed and write-heavy LAN cells of ours over theirs (pages again and SLA violations: ratios of sums), against
pre-copy the best of those that end by themselves.

| figure | ours / theirs | at most | reached |
| --- | --- | --- | --- |
${targetRows}

## Every cell

${tables}
`
}

/** Tables, ratios and targets of all runs. */
export const summarise = (runs: readonly Run[]): Summary => {
  const groups = new Map<string, Run[]>()
  for (const run of runs) {
    const key = `${run.cell.link}|${run.cell.workload}|${run.policy}`
    groups.set(key, [...(groups.get(key) ?? []), run])
  }
  const figures = [...groups.values()].map(figuresOf)
  const targets = targetsOf(figures)
  return {
    figures,
    targets,
    text: textOf(figures, targets),
    markdown: markdownOf(figures, targets),
    json: { figures, targets },
  }
}
