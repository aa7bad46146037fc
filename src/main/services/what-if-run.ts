import { errorText, isAbort } from '../../shared/failure.ts'
import { type PolicyName, policyNames } from '../../shared/model/migration.ts'
import type { SimulationResult } from '../../shared/model/simulation-case.ts'
import type { WhatIf, WhatIfRow } from '../../shared/model/what-if.ts'
import type { KnownWorkload } from '../core/what-if/known-workloads.ts'
import { caseOf, groundsOf } from '../core/what-if/simulated-ground.ts'
import { agreementOf, distanceFrom, simulatedRow } from '../core/what-if/simulated-rows.ts'
import type { Simulator } from '../ports/simulator.ts'
import type { WhatIfOrder } from './what-if-order.ts'
import { whyNotThere } from './why-not-there.ts'

export interface WhatIfTools {
  readonly simulator: Pick<Simulator, 'run'>
  /** Ends everything: there shall be no result. */
  readonly signal: AbortSignal
  /** Ends what still runs: the result is made of what is there. */
  readonly late: AbortSignal
  /** Told the part that is done, 0..1. */
  readonly onProgress: (ratio: number) => void
}

/** Of each policy; the first seed of all comes before the second of any. */
const SEEDS = [1, 2, 3]
/** Runs at a time, so that one that takes long holds up no other. */
const LANES = 2

interface Job {
  readonly policy: PolicyName
  readonly workload: KnownWorkload['workload']
  readonly seed: number
}
type Outcome =
  | { readonly kind: 'result'; readonly result: SimulationResult }
  | { readonly kind: 'none'; readonly because: string }

const LATE: Outcome = { kind: 'none', because: 'It was not done in the time that a comparison may take.' }

const runJob = async ({ subject }: WhatIfOrder, job: Job, tools: WhatIfTools): Promise<Outcome> => {
  const { simulator, signal, late } = tools
  if (late.aborted) return LATE
  try {
    const answer = await simulator.run(caseOf(subject, job), AbortSignal.any([signal, late]))
    if (answer.kind === 'result') return answer
    const [fault] = answer.faults
    return { kind: 'none', because: `${fault?.field} was ${fault?.value}; allowed is ${fault?.allowed}.` }
  } catch (error) {
    if (signal.aborted) throw error
    return isAbort(error)
      ? LATE
      : { kind: 'none', because: `The simulation ended with an error: ${errorText(error)}` }
  }
}

/** Runs all jobs, `LANES` at a time, and resolves to their outcomes in order. */
const runAll = async (
  order: WhatIfOrder,
  jobs: readonly Job[],
  tools: WhatIfTools,
): Promise<readonly Outcome[]> => {
  const outcomes: Outcome[] = []
  let [next, done] = [0, 0]
  const lane = async (): Promise<void> => {
    for (let index = next++; index < jobs.length; index = next++) {
      tools.signal.throwIfAborted()
      const job = jobs[index]
      if (!job) return
      outcomes[index] = await runJob(order, job, tools)
      tools.onProgress(++done / jobs.length)
    }
  }
  await Promise.all(Array.from({ length: LANES }, lane))
  return outcomes
}

/** Of what the guest may write like, that with which the policy that ran comes nearest to what happened. */
const nearestWorkload = async (order: WhatIfOrder, tools: WhatIfTools): Promise<KnownWorkload> => {
  const { workloads, measured } = order
  const [first] = workloads
  if (workloads.length === 1 || measured?.phase !== 'completed') return first
  const jobs = workloads.map(({ workload }) => ({ policy: measured.policy, workload, seed: 1 }))
  const outcomes = await runAll(order, jobs, { ...tools, onProgress: () => {} })
  const distances = outcomes.map(outcome =>
    outcome.kind === 'result' ? distanceFrom(measured, outcome.result) : Number.POSITIVE_INFINITY,
  )
  return workloads[distances.indexOf(Math.min(...distances))] ?? first
}

const rowOf = (policy: PolicyName, outcomes: readonly Outcome[]): WhatIfRow => {
  const results = outcomes.flatMap(outcome => (outcome.kind === 'result' ? [outcome.result] : []))
  if (results.length > 0) return simulatedRow(policy, results)
  const [failed] = outcomes.flatMap(outcome => (outcome.kind === 'none' ? [outcome] : []))
  return { kind: 'skipped', policy, because: failed?.because ?? LATE.because }
}

/** Simulates one migration by every policy that its host could carry out. */
export const runWhatIf = async (order: WhatIfOrder, tools: WhatIfTools): Promise<WhatIf> => {
  const { subject, host, vmId, measured } = order
  const { workload, sentence } = await nearestWorkload(order, tools)
  const able = policyNames.filter(policy => whyNotThere(policy, host) === null)
  const jobs = SEEDS.flatMap(seed => able.map(policy => ({ policy, workload, seed })))
  const outcomes = await runAll(order, jobs, tools)
  const rows = policyNames.map((policy): WhatIfRow => {
    const because = whyNotThere(policy, host)
    if (because !== null) return { kind: 'impossible', policy, because }
    return rowOf(
      policy,
      outcomes.filter((_, index) => jobs[index]?.policy === policy),
    )
  })
  return {
    vmId,
    measured,
    rows,
    agreement: agreementOf(rows, measured),
    grounds: groundsOf(subject, sentence),
  }
}
