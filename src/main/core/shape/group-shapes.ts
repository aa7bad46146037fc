import type { ShapeGroup, ShapeMatrix, ShapeWord } from '../../../shared/model/workload-shape.ts'
import { type Cluster, chooseGroups, type Points } from './choose-groups.ts'
import { type ShapeFeatures, shapeFeatures, shapePoint } from './features.ts'

export interface ShapeGrouping {
  readonly groups: readonly ShapeGroup[]
  /** VMs of which too little is known. */
  readonly unknownVmIds: readonly string[]
  /** What makes the next grouping go on from this one. */
  readonly centroids: Points
}

/** Groups of what moves most come first. */
const ORDER: readonly ShapeWord[] = ['periodic', 'bursty', 'steady', 'idle']

/** Guesses: what a person would call so. An idle guest still ticks: under 5 % of CPU and 1 MiB/s. */
const IDLE_CPU = 0.05
const IDLE_PAGES = 256
const RHYTHM = 0.5
const BURSTY_PEAK = 3

/** What a person would call a workload with these features. */
export const shapeWord = (of: {
  readonly cpu: number
  readonly dirty: number
  readonly rhythm: number
  readonly peak: number
}): ShapeWord => {
  if (of.cpu < IDLE_CPU && of.dirty < IDLE_PAGES) return 'idle'
  if (of.rhythm >= RHYTHM) return 'periodic'
  return of.peak >= BURSTY_PEAK ? 'bursty' : 'steady'
}

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0

interface Known {
  readonly vmId: string
  readonly features: ShapeFeatures
}

const groupOf = (members: readonly Known[], columnMs: number): ShapeGroup => {
  const by = (pick: (features: ShapeFeatures) => number) =>
    median(members.map(({ features }) => pick(features)))
  const cpuRatio = by(({ cpu }) => cpu.mean)
  const dirtyPagesPerSecond = by(({ dirty }) => dirty.mean)
  const peak = by(({ cpu, dirty }) => Math.max(cpu.peak, dirty.peak))
  const word = shapeWord({
    cpu: cpuRatio,
    dirty: dirtyPagesPerSecond,
    rhythm: by(({ rhythm }) => rhythm),
    peak,
  })
  const periodMs = word === 'periodic' ? by(({ periodColumns }) => periodColumns) * columnMs : null
  return { word, periodMs, cpuRatio, dirtyPagesPerSecond, vmIds: members.map(({ vmId }) => vmId) }
}

/** VMs of alike workloads together: in the order of the words, then those that use most CPU first. */
export const groupShapes = (matrix: ShapeMatrix, cluster: Cluster, previous?: Points): ShapeGrouping => {
  const { vmIds, columnMs, cpu, dirty } = matrix
  const columns = vmIds.length > 0 ? cpu.length / vmIds.length : 0
  const rowOf = (values: Float32Array, row: number) => values.subarray(row * columns, (row + 1) * columns)
  const all = vmIds.map((vmId, row) => ({
    vmId,
    features: shapeFeatures(rowOf(cpu, row), rowOf(dirty, row)),
  }))
  const known = all.flatMap(({ vmId, features }) => (features ? [{ vmId, features }] : []))
  const unknownVmIds = all.flatMap(({ vmId, features }) => (features ? [] : [vmId]))
  if (known.length === 0) return { groups: [], unknownVmIds, centroids: [] }
  const { labels, centroids } = chooseGroups(
    known.map(({ features }) => shapePoint(features)),
    cluster,
    previous,
  )
  const groups = centroids
    .map((_, group) => known.filter((_, at) => labels[at] === group))
    .filter(members => members.length > 0)
    .map(members => groupOf(members, columnMs))
    .sort((a, b) => ORDER.indexOf(a.word) - ORDER.indexOf(b.word) || b.cpuRatio - a.cpuRatio)
  return { groups, unknownVmIds, centroids }
}
