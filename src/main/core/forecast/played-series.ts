import { mix, type Random } from '../numeric/random.ts'
import { meanActivity, type Workload } from '../simulation/activity.ts'
import type { PageClass } from '../simulation/page-layout.ts'
import { type TraceRow, traceClasses, traceWorkload } from '../simulation/trace-workload.ts'
import { classesOfShares, expectedDirtyPages } from '../simulation/write-process.ts'
import { FEATURE_COUNT, type FeatureSeries } from './features.ts'

const STEP_MS = 1000
/** Each figure is the mean of four moments of its second. */
const SECOND = { ms: STEP_MS, samples: 4 } as const

/** A recording of one VM, played as the lab plays it. */
export interface Playing {
  readonly name: string
  readonly rows: readonly TraceRow[]
  readonly msPerRow: number
  readonly vcpuCount: number
  readonly memoryPages: number
}

/** What a console would sample of a workload, second by second; page faults are not known of a played VM. */
export const sampleWorkload = (
  name: string,
  workload: Workload,
  { classes, steps }: { readonly classes: readonly PageClass[]; readonly steps: number },
): FeatureSeries => {
  const values = new Float32Array(steps * FEATURE_COUNT)
  for (let step = 0; step < steps; step++) {
    const activity = meanActivity(workload, (step + 1) * STEP_MS, SECOND)
    const io =
      activity.diskReadBytesPerSecond +
      activity.diskWriteBytesPerSecond +
      activity.networkReceivedBytesPerSecond +
      activity.networkSentBytesPerSecond
    const dirtyPages = expectedDirtyPages(classes, activity.writesPerSecond, STEP_MS)
    values.set([activity.cpuRatio, activity.memoryRatio, io, dirtyPages, Number.NaN], step * FEATURE_COUNT)
  }
  return { name, origin: 'recorded', steps, values }
}

/** One pass over a recording, from its first row to its last. */
export const playedSeries = (playing: Playing, random: Random): FeatureSeries => {
  const { name, rows, msPerRow, vcpuCount, memoryPages } = playing
  const classes = classesOfShares(traceClasses, memoryPages)
  const seed = mix(random.bits())
  const workload = traceWorkload({ rows, startRow: 0, msPerRow, vcpuCount, seed })
  const steps = Math.floor(((rows.length - 1) * msPerRow) / STEP_MS)
  return sampleWorkload(name, workload, { classes, steps })
}
