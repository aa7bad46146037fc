import { MIB } from '../../src/shared/units.ts'
import { type QemuRun, qemuPolicies, qemuWorkloadNames } from './qemu-cells.ts'
import { medianInterval, medianOf } from './statistics.ts'

const number = (value: number): string =>
  Number.isFinite(value) ? value.toFixed(Math.abs(value) < 9.95 ? 1 : 0).replace(/\.0$/, '') : '-'

/** A median with the interval it lies in. */
const told = (values: readonly number[]): string => {
  if (values.length === 0) return '-'
  const [low, high] = medianInterval(values).map(number)
  const middle = number(medianOf(values))
  return low === high ? middle : `${middle} (${low} to ${high})`
}

type Figure = (run: QemuRun) => number

const columns: readonly (readonly [name: string, figure: Figure])[] = [
  ['total ms', run => run.totalMs],
  ['pause ms', run => run.pauseMs],
  ['gap ms', run => run.gapMs],
  ['stall ms', run => run.stallMs],
  ['MiB', run => run.bytes / MIB],
  ['rounds', run => run.rounds],
  ['page requests', run => run.pageRequests],
]

const predictionError: Figure = ({ predictedMs, totalMs }) =>
  predictedMs === null ? Number.NaN : 100 * Math.abs(predictedMs / totalMs - 1)

const table = (rows: readonly (readonly string[])[]): string =>
  rows.map(cells => `| ${cells.join(' | ')} |`).join('\n')

const rowOf = (policy: string, runs: readonly QemuRun[]): readonly string[] => {
  const completed = runs.filter(run => run.completed)
  return [
    policy,
    `${completed.length}/${runs.length}`,
    ...columns.map(([, figure]) => told(completed.map(figure))),
    told(completed.map(predictionError).filter(Number.isFinite)),
    String(runs.reduce((sum, run) => sum + run.corruptPages, 0)),
  ]
}

const head = ['policy', 'moved', ...columns.map(([name]) => name), 'prediction off, %', 'corrupt pages']

/** The figures of every policy on every workload: the median, and between which values it lies with 95 %. */
export const qemuTables = (runs: readonly QemuRun[]): string =>
  qemuWorkloadNames
    .flatMap(workload => {
      const cell = runs.filter(run => run.workload === workload)
      const rows = qemuPolicies.flatMap(policy => {
        const own = cell.filter(run => run.policy === policy)
        return own.length === 0 ? [] : [rowOf(policy, own)]
      })
      return rows.length === 0 ? [] : [`### ${workload}\n\n${table([head, head.map(() => '---'), ...rows])}`]
    })
    .join('\n\n')

/** Ours over another's, and what it may be at most. */
interface Target {
  readonly name: string
  readonly against: QemuRun['policy']
  readonly figure: Figure
  readonly limit: number
}

const targets: readonly Target[] = [
  { name: 'total', against: 'post-copy-preempt', figure: run => run.totalMs, limit: 1.05 },
  { name: 'gap', against: 'post-copy-preempt', figure: run => run.gapMs, limit: 1 },
  { name: 'page requests', against: 'post-copy-preempt', figure: run => run.pageRequests, limit: 0.5 },
  { name: 'bytes', against: 'hybrid-static-preempt', figure: run => run.bytes, limit: 0.75 },
  { name: 'gap', against: 'hybrid-static-preempt', figure: run => run.gapMs, limit: 1 },
  { name: 'gap', against: 'pre-copy-xen', figure: run => run.gapMs, limit: 0.05 },
]

const stock = ['pre-copy-qemu', 'pre-copy-xen', 'post-copy', 'hybrid-static'] as const

const medianFor = (
  runs: readonly QemuRun[],
  { workload, policy, figure }: Pick<QemuRun, 'workload' | 'policy'> & { readonly figure: Figure },
): number =>
  medianOf(
    runs.filter(run => run.completed && run.workload === workload && run.policy === policy).map(figure),
  )

type Judged = readonly [what: string, value: string, limit: string, verdict: string]

const judged = (what: string, value: number, limit: number): readonly Judged[] =>
  Number.isFinite(value)
    ? [[what, value.toFixed(3), `at most ${limit.toFixed(2)}`, value <= limit ? 'reached' : 'missed']]
    : []

const total: Figure = run => run.totalMs

/** What is to be reached, and whether it is; what was not run is left out. */
export const qemuTargets = (runs: readonly QemuRun[]): string => {
  const heavy = (['heavy uniform', 'heavy hot set', 'phases'] as const).flatMap(workload =>
    targets.flatMap(({ name, against, figure, limit }) => {
      const ours = medianFor(runs, { workload, policy: 'longshore', figure })
      return judged(
        `${workload}: ${name} over ${against}'s`,
        ours / medianFor(runs, { workload, policy: against, figure }),
        limit,
      )
    }),
  )
  const light = (['idle', 'moderate'] as const).flatMap(workload => {
    const others = stock.map(policy => medianFor(runs, { workload, policy, figure: total }))
    const best = Math.min(...others.filter(Number.isFinite))
    const ours = medianFor(runs, { workload, policy: 'longshore', figure: total })
    return judged(
      `${workload}: total over the best stock mode's`,
      ours / best,
      Math.max(1.03, 1 + 100 / best),
    )
  })
  const errors = runs
    .filter(({ completed, policy }) => completed && policy === 'longshore')
    .map(predictionError)
    .filter(Number.isFinite)
  const prediction =
    errors.length === 0 ? [] : judged('prediction after round 1, off', medianOf(errors) / 100, 0.1)
  const corrupt = runs.reduce((sum, run) => sum + run.corruptPages, 0)
  const rows = [...heavy, ...light, ...prediction, ...judged('corrupt pages', corrupt, 0)]
  return table([['what', 'measured', 'wanted', ''], ['---', '---', '---', '---'], ...rows])
}
