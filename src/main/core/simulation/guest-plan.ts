import type { SimulatedWorkload, SimulationCase } from '../../../shared/model/simulation-case.ts'
import { firstWriteSeconds } from './first-write-seconds.ts'
import type { PageClass } from './page-layout.ts'
import { writesForUnique } from './write-process.ts'

/** A workload as classes of pages and what each is written per second, ms since the migration's start. */
export interface GuestPlan {
  readonly classes: readonly PageClass[]
  readonly writesAt: (elapsedMs: number) => readonly number[]
}

type Kind<K extends SimulatedWorkload['kind']> = Extract<SimulatedWorkload, { kind: K }>

/** Bands of ranks that stand for a zipf distribution: within a band every page is as likely as any other. */
const ZIPF_BANDS = 24

const steady = (classes: readonly PageClass[], rates: readonly number[]): GuestPlan => ({
  classes,
  writesAt: () => rates,
})

const random = (name: string, pages: number): PageClass => ({ name, pages, order: { kind: 'random' } })

const planHotSet = ({
  workingSetPages,
  writesPerSecond,
  hotShare,
  hotWrites,
}: Kind<'hot-set'>): GuestPlan => {
  const hot = Math.round(workingSetPages * hotShare)
  return steady(
    [random('hot', hot), random('rest', workingSetPages - hot)],
    [writesPerSecond * hotWrites, writesPerSecond * (1 - hotWrites)],
  )
}

/** Sum of r ** -exponent over the ranks in (from, to], by the midpoint rule on each band. */
const zipfWeight = (from: number, to: number, exponent: number): number => {
  const [low, high] = [from + 0.5, to + 0.5]
  if (Math.abs(exponent - 1) < 1e-9) return Math.log(high / low)
  return (high ** (1 - exponent) - low ** (1 - exponent)) / (1 - exponent)
}

const planZipf = ({ workingSetPages, writesPerSecond, exponent }: Kind<'zipf'>): GuestPlan => {
  const edges = new Set<number>()
  for (let band = 1; band <= ZIPF_BANDS; band++) edges.add(Math.round(workingSetPages ** (band / ZIPF_BANDS)))
  const classes: PageClass[] = []
  const weights: number[] = []
  let from = 0
  for (const to of edges) {
    if (to <= from) continue
    classes.push(random(`rank ${from + 1}`, to - from))
    weights.push(zipfWeight(from, to, exponent))
    from = to
  }
  const total = weights.reduce((sum, weight) => sum + weight, 0)
  return steady(
    classes,
    weights.map(weight => (writesPerSecond * weight) / total),
  )
}

const planRecorded = ({ workingSetPages, pagesPerSecond, stepSeconds }: Kind<'recorded'>): GuestPlan => {
  const most = workingSetPages * 0.999
  const writes = pagesPerSecond.map(pages => writesForUnique(workingSetPages, Math.min(pages, most)))
  return {
    classes: [random('recorded', workingSetPages)],
    writesAt: ms => [writes[Math.max(0, Math.floor(ms / 1000 / stepSeconds))] ?? 0],
  }
}

const scaled = (plan: GuestPlan, levelAt: (ms: number) => number): GuestPlan => ({
  classes: plan.classes,
  writesAt: ms => {
    const level = levelAt(ms)
    return plan.writesAt(ms).map(rate => rate * level)
  },
})

const planPhases = ({ onSeconds, offSeconds, startSeconds, workload }: Kind<'phases'>): GuestPlan => {
  const period = onSeconds + offSeconds
  return scaled(planGuest(workload), ms => {
    const at = ms / 1000 + startSeconds
    return at - Math.floor(at / period) * period < onSeconds ? 1 : 0
  })
}

const planDaily = ({ periodSeconds, startSeconds, lowRatio, workload }: Kind<'daily'>): GuestPlan =>
  scaled(planGuest(workload), ms => {
    const turn = (ms / 1000 + startSeconds) / periodSeconds
    return lowRatio + ((1 - lowRatio) * (1 - Math.cos(2 * Math.PI * turn))) / 2
  })

const planMix = ({ workloads }: Kind<'mix'>): GuestPlan => {
  const plans = workloads.map(planGuest)
  return {
    classes: plans.flatMap(plan => plan.classes),
    writesAt: ms => plans.flatMap(plan => plan.writesAt(ms)),
  }
}

/** The pages that a workload writes, and how often. */
export const planGuest = (workload: SimulatedWorkload): GuestPlan => {
  switch (workload.kind) {
    case 'idle':
      return steady([], [])
    case 'uniform':
      return steady([random('working set', workload.workingSetPages)], [workload.writesPerSecond])
    case 'hot-set':
      return planHotSet(workload)
    case 'zipf':
      return planZipf(workload)
    case 'sequential':
      return steady(
        [{ name: 'walk', pages: workload.workingSetPages, order: { kind: 'sequential' } }],
        [workload.writesPerSecond],
      )
    case 'dirty-curve':
      return steady(
        [
          {
            name: 'curve',
            pages: workload.mwwsPages,
            order: { kind: 'curve', firstWriteSeconds: firstWriteSeconds(workload) },
          },
        ],
        [1],
      )
    case 'recorded':
      return planRecorded(workload)
    case 'phases':
      return planPhases(workload)
    case 'daily':
      return planDaily(workload)
    case 'mix':
      return planMix(workload)
  }
}

/** The same workload, idle from `endsAtMs` on. */
const endingAt = (plan: GuestPlan, endsAtMs: number): GuestPlan => scaled(plan, ms => (ms < endsAtMs ? 1 : 0))

/** The workload of a case, to its end. */
export const guestOf = ({ workload, workloadEndsAtSeconds }: SimulationCase): GuestPlan => {
  const plan = planGuest(workload)
  return workloadEndsAtSeconds === undefined ? plan : endingAt(plan, workloadEndsAtSeconds * 1000)
}
