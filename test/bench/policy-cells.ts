import { readFileSync } from 'node:fs'
import path from 'node:path'
import { z } from 'zod'
import { Random } from '../../src/main/core/numeric/random.ts'
import { streamBytesPerSecond } from '../../src/main/core/simulation/network-path.ts'
import type { SimulationCase } from '../../src/shared/model/simulation-case.ts'
import { simulationCase } from '../../src/shared/model/simulation-case.ts'

const resources = path.resolve(import.meta.dirname, '../../resources')

const fraction = z.number().min(0).max(4)
const kind = z.enum(['light', 'mixed', 'write-heavy'])
const uniform = z.object({
  kind: z.literal('uniform'),
  share: fraction,
  uniqueRatio: fraction,
  onSeconds: z.number().optional(),
  offSeconds: z.number().optional(),
  class: kind,
})
const workloadsFile = z.object({
  zeroRatio: fraction,
  vcpuCount: z.number(),
  maxLiveSeconds: z.number(),
  workloads: z.record(
    z.string(),
    z.discriminatedUnion('kind', [
      z.object({ kind: z.literal('idle'), class: kind }),
      uniform,
      z.object({
        kind: z.literal('zipf'),
        share: fraction,
        exponent: z.number(),
        uniqueRatio: fraction,
        lowUniqueRatio: fraction,
        cycleSeconds: z.number(),
        class: kind,
      }),
      z.object({
        kind: z.literal('hot-set'),
        share: fraction,
        uniqueRatio: fraction,
        hotShare: fraction,
        hotWrites: fraction,
        class: kind,
      }),
      z.object({
        kind: z.literal('recorded'),
        share: fraction,
        uniqueRatioAtFullCpu: fraction,
        trace: z.string(),
        secondsPerRow: z.number(),
        class: kind,
      }),
    ]),
  ),
  links: z.record(
    z.string(),
    z.object({
      memoryBytes: z.number(),
      bandwidthBytesPerSecond: z.number(),
      latencyMs: z.number(),
      lossRatio: z.number().default(0),
      congestionControl: z.enum(['reno', 'bbr']).default('reno'),
      slaDowntimeMs: z.number(),
    }),
  ),
})

const file = workloadsFile.parse(JSON.parse(readFileSync(path.join(resources, 'workloads.json'), 'utf8')))
type Spec = (typeof file.workloads)[string]
type Link = (typeof file.links)[string]

const PAGE_BYTES = 4096
/** A recorded guest plays this many rows, from another one for each seed. */
const RECORDED_ROWS = 900

/** A workload on a link. */
export interface Cell {
  readonly workload: string
  readonly link: string
  readonly kind: z.infer<typeof kind>
  /** Pages with content over the link's rate, and one round trip: no migration is faster. */
  readonly boundMs: number
  readonly contentBytes: number
  readonly caseOf: (policy: string, seed: number) => SimulationCase
}

/** Unique pages of N that are hit by `writes` uniform ones. */
const unique = (pages: number, writes: number): number =>
  pages === 0 ? 0 : pages * -Math.expm1(-writes / pages)

/** The rate whose writes in a second hit so many unique pages, by bisection. */
const writesFor = (uniquePages: number, of: (writes: number) => number): number => {
  let [low, high] = [0, 1e10]
  for (let i = 0; i < 80; i++) {
    const middle = (low + high) / 2
    if (of(middle) < uniquePages) low = middle
    else high = middle
  }
  return low
}

/** Unique pages that `writes` hit in a second under a zipf distribution over N ranks. */
const zipfUnique = (pages: number, exponent: number): ((writes: number) => number) => {
  const weights = Float64Array.from({ length: pages }, (_, rank) => (rank + 1) ** -exponent)
  const total = weights.reduce((sum, weight) => sum + weight, 0)
  return writes => weights.reduce((sum, weight) => sum - Math.expm1((-writes * weight) / total), 0)
}

/** CPU use of a recorded VM, 0..1, row by row. */
const recordedCpu = (trace: string): readonly number[] =>
  readFileSync(path.join(resources, 'traces', trace), 'utf8')
    .trim()
    .split('\n')
    .slice(1)
    .map(row => Math.min(1, Number(row.split(';')[4]?.trim()) / 100))

const workloadOf = (spec: Spec, pages: number, pagesPerSecond: number) => {
  if (spec.kind === 'idle') return () => ({ kind: 'idle' })
  const working = Math.round(pages * spec.share)
  switch (spec.kind) {
    case 'uniform': {
      const writesPerSecond = writesFor(spec.uniqueRatio * pagesPerSecond, writes => unique(working, writes))
      const plain = { kind: 'uniform', workingSetPages: working, writesPerSecond }
      const { onSeconds, offSeconds } = spec
      if (onSeconds === undefined || offSeconds === undefined) return () => plain
      return (random: Random) => ({
        kind: 'phases',
        onSeconds,
        offSeconds,
        startSeconds: random.unit() * (onSeconds + offSeconds),
        workload: plain,
      })
    }
    case 'hot-set': {
      const hot = Math.round(working * spec.hotShare)
      const writesPerSecond = writesFor(
        spec.uniqueRatio * pagesPerSecond,
        writes => unique(hot, writes * spec.hotWrites) + unique(working - hot, writes * (1 - spec.hotWrites)),
      )
      const { hotShare, hotWrites } = spec
      return () => ({ kind: 'hot-set', workingSetPages: working, writesPerSecond, hotShare, hotWrites })
    }
    case 'zipf': {
      const uniqueOf = zipfUnique(working, spec.exponent)
      const writesPerSecond = writesFor(spec.uniqueRatio * pagesPerSecond, uniqueOf)
      const lowRatio = writesFor(spec.lowUniqueRatio * pagesPerSecond, uniqueOf) / writesPerSecond
      return (random: Random) => ({
        kind: 'daily',
        periodSeconds: spec.cycleSeconds,
        startSeconds: random.unit() * spec.cycleSeconds,
        lowRatio,
        workload: { kind: 'zipf', workingSetPages: working, writesPerSecond, exponent: spec.exponent },
      })
    }
    case 'recorded': {
      const cpu = recordedCpu(spec.trace)
      return (random: Random) => {
        const first = random.below(Math.max(1, cpu.length - RECORDED_ROWS))
        return {
          kind: 'recorded',
          stepSeconds: spec.secondsPerRow,
          workingSetPages: working,
          pagesPerSecond: cpu
            .slice(first, first + RECORDED_ROWS)
            .map(use => Math.min(working * 0.99, use * spec.uniqueRatioAtFullCpu * pagesPerSecond)),
        }
      }
    }
  }
}

const cellOf = (workload: string, spec: Spec, link: string, net: Link): Cell => {
  const { memoryBytes, slaDowntimeMs, ...path } = net
  const pages = memoryBytes / PAGE_BYTES
  const bytesPerSecond = streamBytesPerSecond(path)
  const draw = workloadOf(spec, pages, bytesPerSecond / PAGE_BYTES)
  const contentBytes = (pages - Math.floor(pages * file.zeroRatio)) * PAGE_BYTES
  return {
    workload,
    link,
    kind: spec.class,
    boundMs: (contentBytes * 1000) / bytesPerSecond + path.latencyMs,
    contentBytes,
    caseOf: (policy, seed) =>
      simulationCase.parse({
        memoryBytes,
        policy: { name: policy, thresholds: { slaDowntime: slaDowntimeMs } },
        link: path,
        workload: draw(new Random(seed)),
        content: { zeroRatio: file.zeroRatio },
        vcpuCount: file.vcpuCount,
        host: 'qemu',
        maxLiveSeconds: file.maxLiveSeconds,
        seed,
      }),
  }
}

/** Every workload on every link, as resources/workloads.json has them. */
export const policyCells = (): readonly Cell[] =>
  Object.entries(file.links).flatMap(([link, net]) =>
    Object.entries(file.workloads).map(([workload, spec]) => cellOf(workload, spec, link, net)),
  )
