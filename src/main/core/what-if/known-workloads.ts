import type { Migration } from '../../../shared/model/migration.ts'
import type { SimulatedWorkload } from '../../../shared/model/simulation-case.ts'
import type { DirtyWindow, PageClass, WorkingSet } from '../../../shared/model/working-set.ts'
import { formatDuration } from '../../../shared/units.ts'
import { fitDirtyCurve } from '../working-set/fit-dirty-curve.ts'
import { liveRoundsOf } from './observed-ground.ts'

/** What is taken for the guest's writing, and by what it is known, as one sentence. */
export interface KnownWorkload {
  readonly workload: SimulatedWorkload
  readonly sentence: string
}

type Reading = Pick<DirtyWindow, 'windowMs' | 'pages'>

/** A case holds at most so many writes a second. */
const MOST_WRITES_PER_SECOND = 1e9

const asUniform = ({ pages, ratePerSecond }: PageClass) => {
  const workingSetPages = Math.floor(pages)
  const writesPerSecond = Math.min(MOST_WRITES_PER_SECOND, workingSetPages * ratePerSecond)
  return { kind: 'uniform' as const, workingSetPages, writesPerSecond }
}

/** Classes of a dirty curve as a workload: uniform writing dirties N (1 - exp(-r t)) pages within t too. */
const workloadOfClasses = (classes: readonly PageClass[]): SimulatedWorkload => {
  const [first, ...rest] = classes.map(asUniform).filter(({ workingSetPages }) => workingSetPages > 0)
  if (!first) return { kind: 'idle' }
  return rest.length === 0 ? first : { kind: 'mix', workloads: [first, ...rest] }
}

/** The workload whose dirty curve is nearest to what was dirtied within windows of time. */
export const workloadOf = (readings: readonly Reading[], writablePages: number): SimulatedWorkload =>
  readings.every(({ pages }) => pages < 1)
    ? { kind: 'idle' }
    : workloadOfClasses(fitDirtyCurve(readings, writablePages))

const lengths = (windows: readonly Reading[]): string =>
  windows.map(({ windowMs }) => formatDuration(windowMs)).join(', ')

const roundReadings = (migration: Migration): readonly Reading[] =>
  liveRoundsOf(migration).map(({ ms, dirtiedPages }) => ({ windowMs: ms, pages: dirtiedPages }))

/**
 * What a migration and the working set known before it tell of the guest's writing: both together, the rounds alone, the
 * windows alone, as far as there are such. Which is nearest is for a simulation to find out.
 */
export const workloadsDuring = (
  migration: Migration,
  before: WorkingSet | null,
  writablePages: number,
): readonly KnownWorkload[] => {
  const rounds = roundReadings(migration)
  const windows = before?.windows ?? []
  const count = rounds.length === 1 ? 'the live round' : `the ${rounds.length} live rounds`
  const known = (readings: readonly Reading[], from: string): KnownWorkload => ({
    workload: workloadOf(readings, writablePages),
    sentence: `The guest writes as ${from} showed.`,
  })
  return [
    ...(rounds.length > 0 && windows.length > 0
      ? [known([...windows, ...rounds], `windows of ${lengths(windows)} before it and ${count}`)]
      : []),
    ...(rounds.length > 0 ? [known(rounds, count)] : []),
    ...(windows.length > 0 ? [known(windows, `windows of ${lengths(windows)} before it`)] : []),
  ]
}

/** What is known of a guest's writing now. */
export const workloadNow = ({ windows }: WorkingSet, writablePages: number): KnownWorkload => ({
  workload: workloadOf(windows, writablePages),
  sentence:
    windows.length === 1
      ? `The guest writes as one window of ${lengths(windows)} showed; one length tells no curve, its pages count as written once in it.`
      : `The guest writes as windows of ${lengths(windows)} showed.`,
})
