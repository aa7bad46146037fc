import {
  coefficientOf,
  fleetCoefficient,
  type LearntCoefficient,
  learnCoefficient,
  observedCoefficient,
  PRIOR_PAGES_PER_BUSY_VCPU,
} from '../../src/main/core/estimate/cpu-coefficient.ts'
import { estimateDirtyPages, estimateParts } from '../../src/main/core/estimate/dirty-estimate.ts'
import { relativeError } from '../../src/main/core/estimate/estimate-error.ts'
import { gbitPerSecond, PAGE_BYTES } from '../../src/shared/units.ts'
import { type Case, labCases, type Second, watchByDutyCycle } from './sampling-cases.ts'
import { benchMasks } from './sampling-mask.ts'
import { medianOf } from './statistics.ts'

/** The lab's link of 10 Gbit/s and triggerTheta of it, pages/s. */
const LINK = gbitPerSecond(10) / PAGE_BYTES
const THETA = 0.5 * LINK
const MINUTES = 60
const REST_S = 60
/** Phases of the metrics' rows that are tried: a storm every six minutes meets rows of 5 s always at the same moment. */
const SHIFTS = 5

/** What each VM shows of its coefficient when it is read once a minute for the first half hour. */
const learnFrom = ({ seconds }: Case): LearntCoefficient | undefined => {
  let learnt: LearntCoefficient | undefined
  for (let second = REST_S; second < seconds.length / 2; second += REST_S) {
    const { features, dirtyPages } = seconds[second] as Second
    const observed = observedCoefficient(features, dirtyPages)
    if (observed !== undefined) learnt = learnCoefficient(learnt, observed)
  }
  return learnt
}

const quantileOf = (values: readonly number[], share: number): number =>
  [...values].sort((a, b) => a - b)[Math.min(values.length - 1, Math.floor(share * values.length))] ??
  Number.NaN

const percent = (ratio: number): string => `${Math.round(100 * ratio)} %`

interface Judged {
  readonly errors: readonly number[]
  /** Estimate over what was dirtied. */
  readonly ratios: readonly number[]
  readonly above: number
  readonly found: number
  readonly falsely: number
}

/** A coefficient held against the second half hour of a VM. */
const judge = (vm: Case, pagesPerBusyVcpu: number): Judged => {
  const rest = vm.seconds.slice(vm.seconds.length / 2)
  const pairs = rest.map(({ features, dirtyPages }) => ({
    estimate: estimateDirtyPages(features, pagesPerBusyVcpu) ?? 0,
    dirtyPages,
  }))
  const above = pairs.filter(({ dirtyPages }) => dirtyPages >= THETA)
  return {
    errors: pairs.map(({ estimate, dirtyPages }) => relativeError(estimate, dirtyPages)),
    ratios: pairs.map(({ estimate, dirtyPages }) => estimate / Math.max(100, dirtyPages)),
    above: above.length,
    found: above.filter(({ estimate }) => estimate >= THETA).length,
    falsely: pairs.filter(({ estimate, dirtyPages }) => estimate >= THETA && dirtyPages < THETA).length,
  }
}

const estimateTables = (cases: readonly Case[]) => {
  const learnt = new Map(cases.map(vm => [vm.name, learnFrom(vm)]))
  const bases: Readonly<Record<string, (vm: Case) => number>> = {
    'prior, nothing learnt': () => PRIOR_PAGES_PER_BUSY_VCPU,
    'fleet, this VM held out': vm =>
      fleetCoefficient([...learnt].flatMap(([name, one]) => (name === vm.name || !one ? [] : [one])))
        .pagesPerBusyVcpu,
    'own readings, earlier half hour': vm => {
      const own = learnt.get(vm.name)
      return own ? coefficientOf(own) : PRIOR_PAGES_PER_BUSY_VCPU
    },
  }
  const rows: Record<string, Record<string, string>> = {}
  const byVm: Record<string, Record<string, string>> = Object.fromEntries(cases.map(({ name }) => [name, {}]))
  for (const [basis, coefficient] of Object.entries(bases)) {
    const judged = cases.map(vm => judge(vm, coefficient(vm)))
    const errors = judged.flatMap(one => one.errors)
    const sum = (pick: (one: Judged) => number) => judged.reduce((total, one) => total + pick(one), 0)
    rows[basis] = {
      'median error': percent(medianOf(errors)),
      '90 % within': percent(quantileOf(errors, 0.9)),
      'seconds above theta': String(sum(one => one.above)),
      'of them seen': String(sum(one => one.found)),
      'falsely above': String(sum(one => one.falsely)),
    }
    for (const [index, vm] of cases.entries()) {
      const one = judged[index]
      const row = byVm[vm.name]
      if (one && row) row[basis] = `${percent(medianOf(one.errors))} (x ${medianOf(one.ratios).toFixed(2)})`
    }
  }
  console.log(
    `Estimates on the lab's ${cases.length} VMs, ${MINUTES / 2} min not learnt from; error relative to what was dirtied`,
  )
  console.table(rows)
  console.log('The same by VM: median error (median of estimate over truth)')
  console.table(byVm)
}

/** When a VM passed `limit`, and when a reading first told so, s; for each time it did. */
const delaysOf = (truths: readonly number[], held: Float32Array, limit: number): readonly number[] => {
  const delays: number[] = []
  for (let second = 1; second < truths.length; second++) {
    if (!((truths[second] ?? 0) >= limit && (truths[second - 1] ?? 0) < limit)) continue
    let told = second
    while (told < truths.length && !((held[told] ?? 0) >= limit) && (truths[told] ?? 0) >= limit) told++
    if ((held[told] ?? 0) >= limit) delays.push(told - second)
  }
  return delays
}

const watchCase = ({ name, seconds }: Case, shift: number) => {
  const truths = seconds.map(({ dirtyPages }) => dirtyPages)
  const watched = watchByDutyCycle(`${name} ${shift}`, truths, {
    phase: shift,
    unread: second => {
      const { features } = seconds[second] as Second
      const estimate = estimateDirtyPages(features, PRIOR_PAGES_PER_BUSY_VCPU)
      const parts = estimateParts(features, PRIOR_PAGES_PER_BUSY_VCPU)
      return { theta: THETA, forecast: undefined, estimate, features: parts }
    },
  })
  return { ...watched, seconds: truths.length, delays: delaysOf(truths, watched.held, THETA) }
}

const dutyTable = (shifted: readonly (readonly Case[])[]) => {
  const rows: Record<string, Record<string, string>> = {}
  for (const [index, vm] of (shifted[0] ?? []).entries()) {
    const runs = shifted.flatMap((cases, shift) => {
      const one = cases[index]
      return one ? watchCase(one, shift) : []
    })
    const total = (pick: (run: ReturnType<typeof watchCase>) => number) =>
      runs.reduce((sum, run) => sum + pick(run), 0)
    const delays = runs.flatMap(run => run.delays)
    const seconds = total(run => run.seconds)
    rows[vm.name] = {
      'readings a minute': ((60 * total(run => run.readings)) / seconds).toFixed(1),
      'time rising': percent(total(run => run.risingSeconds) / seconds),
      'highest pages/s': String(Math.round(Math.max(...vm.seconds.map(({ dirtyPages }) => dirtyPages)))),
      'passed theta': String(delays.length),
      'told after s, median': delays.length > 0 ? String(medianOf(delays)) : '',
      most: delays.length > 0 ? String(Math.max(...delays)) : '',
    }
  }
  console.log(
    `An hour of the lab by duty cycle, metrics in ${SHIFTS} phases, without the forecast's help; theta ${Math.round(THETA)} pages/s`,
  )
  console.table(rows)
}

/** What sampling costs and what it misses: duty cycle, estimates, and what the forecaster makes of aged readings. */
export const bench = {
  name: 'sampling',
  about: 'what sampling costs and how far estimates are off',
  run: async () => {
    const cases = labCases(MINUTES)
    dutyTable(Array.from({ length: SHIFTS }, (_, phase) => labCases(MINUTES, phase)))
    estimateTables(cases)
    await benchMasks(THETA)
  },
}
