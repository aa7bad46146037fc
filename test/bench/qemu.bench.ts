import { appendFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { z } from 'zod'
import type { BenchOptions } from '../../scripts/bench-selection.ts'
import { sweepLabs } from '../../src/main/adapters/qemu-lab/sweep.ts'
import { errorText } from '../../src/shared/failure.ts'
import { policyNames } from '../../src/shared/model/migration.ts'
import { realParts } from '../support/real-guests.ts'
import { PHASES_MS, type QemuRun, qemuPolicies, qemuWorkloadNames, qemuWorkloads } from './qemu-cells.ts'
import { startShuttle } from './qemu-shuttle.ts'
import { qemuTables, qemuTargets } from './qemu-summary.ts'
import { medianOf } from './statistics.ts'

const options = {
  runs: { type: 'string', default: '11', isCount: true, about: 'runs of each' },
  policies: { type: 'string', choices: qemuPolicies, about: 'only these' },
  workloads: { type: 'string', choices: qemuWorkloadNames, about: 'only these' },
  out: { type: 'string', default: 'out/bench', about: 'folder of the results, where a later call goes on' },
  again: { type: 'boolean', default: false, about: 'forget the runs of earlier calls' },
  'writer-stops': { type: 'boolean', default: false, about: 'also with a writer that stops after 120 s' },
  docs: { type: 'boolean', default: false, about: 'write the table into docs/qemu.md' },
} as const satisfies BenchOptions

const isListed = (names: string | undefined, name: string): boolean =>
  names === undefined || names.split(',').includes(name)

const qemuRun = z.object({
  workload: z.enum(qemuWorkloadNames),
  policy: z.enum(policyNames),
  run: z.number(),
  completed: z.boolean(),
  totalMs: z.number(),
  pauseMs: z.number(),
  gapMs: z.number(),
  stallMs: z.number(),
  bytes: z.number(),
  rounds: z.number(),
  pageRequests: z.number(),
  predictedMs: z.number().nullable(),
  corruptPages: z.number(),
}) satisfies z.ZodType<QemuRun>

/** The runs that an earlier, interrupted benchmark has left. */
const readRuns = (file: string): readonly QemuRun[] =>
  existsSync(file)
    ? readFileSync(file, 'utf8')
        .split('\n')
        .filter(line => line !== '')
        .map(line => qemuRun.parse(JSON.parse(line)))
    : []

type Order = Pick<QemuRun, 'workload' | 'policy' | 'run'>

/** Every run in the order in which it is made: policies take turns, and each begins one run. */
const ordersOf = (
  runs: number,
  { policies, workloads }: { policies?: string; workloads?: string },
): readonly Order[] => {
  const chosen = qemuPolicies.filter(policy => isListed(policies, policy))
  return Array.from({ length: runs }, (_, run) => run).flatMap(run =>
    qemuWorkloadNames
      .filter(workload => isListed(workloads, workload))
      .flatMap(workload =>
        chosen.map((_, turn) => ({
          workload,
          policy: chosen[(turn + run) % chosen.length] ?? 'longshore',
          run: run + 1,
        })),
      ),
  )
}

/** Spreads the starts of runs evenly over a cycle of the guest, however many there are (golden ratio). */
const waitOf = ({ workload, run }: Order): number =>
  workload === 'phases' ? ((run * 0.618_034) % 1) * PHASES_MS : 0

const minutes = (ms: number): string => `${Math.ceil(ms / 60_000)} min`

/** More moves that fail than these are no accident. */
const MOST_FAILURES = 5

/** Makes the runs in their order and hands each to `keep`; one that fails costs its guest, and is left for the next time. */
const makeRuns = async (orders: readonly Order[], keep: (run: QemuRun) => void): Promise<void> => {
  const real = await realParts()
  if (!real.can) throw new Error(real.because)
  await sweepLabs()
  let shuttle = await startShuttle(real.parts)
  let failures = 0
  const moveOrStartAnew = async (order: Order) => {
    const { workload, policy } = order
    try {
      return await shuttle.move({ workload: qemuWorkloads[workload], policy, waitMs: waitOf(order) })
    } catch (error) {
      process.stderr.write(`${workload}, ${policy}: ${errorText(error)}\n`)
      if (++failures > MOST_FAILURES) throw error
      await shuttle.close()
      shuttle = await startShuttle(real.parts)
      return null
    }
  }
  let isInterrupted = false
  const interrupt = () => {
    isInterrupted = true
    process.stderr.write('Ends after this migration; a later call goes on.\n')
  }
  process.once('SIGINT', interrupt)
  try {
    const startedAt = performance.now()
    for (const [index, order] of orders.entries()) {
      if (isInterrupted) break
      const move = await moveOrStartAnew(order)
      if (move === null) continue
      keep({ ...order, ...move })
      const leftMs = ((performance.now() - startedAt) / (index + 1)) * (orders.length - index - 1)
      process.stderr.write(
        `${index + 1}/${orders.length} ${order.workload}, ${order.policy}: ${move.totalMs.toFixed(0)} ms, gap ${move.gapMs.toFixed(0)} ms; ${minutes(leftMs)} left\n`,
      )
    }
  } finally {
    process.off('SIGINT', interrupt)
    await shuttle.close()
  }
}

/** When the guest of stock pre-copy stops writing, as the paper of S4 had it; without that it would never end. */
const WRITER_STOPS_MS = 120_000
const WRITER_RUNS = 3
/** What the paper reports of S4 against stock pre-copy: total time 85.8 % shorter. */
const PUBLISHED_RATIO = 1 - 0.858

const writerStops = async (): Promise<string> => {
  const real = await realParts()
  if (!real.can) throw new Error(real.because)
  const shuttle = await startShuttle(real.parts)
  const totals = { 'pre-copy-qemu': [] as number[], s4: [] as number[] }
  try {
    for (let run = 0; run < WRITER_RUNS; run++)
      for (const policy of ['pre-copy-qemu', 's4'] as const) {
        const workload = qemuWorkloads['heavy uniform']
        const { totalMs } = await shuttle.move({ workload, policy, waitMs: 0, quietAfterMs: WRITER_STOPS_MS })
        totals[policy].push(totalMs)
        process.stderr.write(`writer stops after 120 s, ${policy}: ${totalMs.toFixed(0)} ms\n`)
      }
  } finally {
    await shuttle.close()
  }
  const [stock, s4] = [medianOf(totals['pre-copy-qemu']), medianOf(totals.s4)]
  const verdict = s4 / stock <= PUBLISHED_RATIO ? 'reached' : 'missed'
  return `The writer stops after 120 s, heavy uniform, ${WRITER_RUNS} runs: stock pre-copy ${stock.toFixed(0)} ms, S4 ${s4.toFixed(0)} ms, ${(100 * (s4 / stock - 1)).toFixed(1)} % (the paper: -85.8 %; ${verdict}).`
}

const DOCS = path.resolve(import.meta.dirname, '../../docs/qemu.md')
const HEADING = '## Measured'

/** Puts the figures into the document in the place of those of the last run; its section is the last. */
const writeDocs = (text: string): void => {
  const page = existsSync(DOCS) ? readFileSync(DOCS, 'utf8') : ''
  const before = page.split(`${HEADING}\n`)[0]?.trimEnd() ?? ''
  writeFileSync(DOCS, `${before}\n\n${HEADING}\n\n${text}\n`)
}

/** Real migrations of a real guest under every policy, to and fro between two hosts on this machine. */
export const bench = {
  name: 'qemu',
  about: 'real migrations of a real guest under every policy',
  options,
  run: async (words: readonly string[]): Promise<void> => {
    const { values } = parseArgs({ args: [...words], options })
    const { out, again, docs, runs, 'writer-stops': stops, ...chosen } = values
    const file = path.resolve(out, 'qemu.jsonl')
    mkdirSync(path.dirname(file), { recursive: true })
    if (again) rmSync(file, { force: true })
    const done = [...readRuns(file)]
    const isDone = (order: Order) =>
      done.some(
        ({ workload, policy, run }) =>
          workload === order.workload && policy === order.policy && run === order.run,
      )
    const orders = ordersOf(Number(runs), chosen).filter(order => !isDone(order))
    if (done.length > 0)
      console.log(`${done.length} runs of ${path.join(out, 'qemu.jsonl')} are kept; --again forgets them.`)
    if (orders.length > 0)
      await makeRuns(orders, run => {
        done.push(run)
        appendFileSync(file, `${JSON.stringify(run)}\n`)
      })
    const parts = [
      'A guest of 256 MiB at 64 MiB/s; `node scripts/bench.ts qemu`. Medians, and in brackets between which values they lie with 95 %.',
      qemuTargets(done),
      qemuTables(done),
      ...(stops ? [await writerStops()] : []),
    ]
    const text = parts.join('\n\n')
    console.log(text)
    if (docs) writeDocs(text)
  },
}
