import { PAGE_BYTES } from '../../../shared/units.ts'
import type { Workload } from '../../core/simulation/activity.ts'
import { batchClasses, batchWorkload } from '../../core/simulation/batch-workload.ts'
import { cpuClasses, cpuWorkload } from '../../core/simulation/cpu-workload.ts'
import { dailyWorkload } from '../../core/simulation/daily-workload.ts'
import { idleWorkload } from '../../core/simulation/idle-workload.ts'
import { memoryTestClasses, memoryTestWorkload } from '../../core/simulation/memory-test-workload.ts'
import type { PageClass } from '../../core/simulation/page-layout.ts'
import { stormClasses, stormWorkload } from '../../core/simulation/storm-workload.ts'
import { traceClasses, traceWorkload } from '../../core/simulation/trace-workload.ts'
import type { ClassShare } from '../../core/simulation/write-process.ts'
import type { LabConfig, LabVmConfig, LabWorkloadConfig } from './lab-config.ts'
import { readTrace } from './read-trace.ts'

const DAY_MS = 24 * 3_600_000

/** The write classes of a VM, in the order of its workload's rates. */
export const sharesOf = (workload: LabWorkloadConfig): readonly ClassShare[] => {
  switch (workload.kind) {
    case 'idle':
    case 'daily':
    case 'trace':
      return traceClasses
    case 'batch':
      return batchClasses
    case 'storm':
      return stormClasses
    case 'memory-test':
      return memoryTestClasses
    case 'cpu':
      return cpuClasses
    case 'steady':
      return [{ name: 'all', share: workload.writtenShare }]
  }
}

interface Guest {
  readonly seed: number
  /** Ms since the epoch of lab time. */
  readonly startedAtMs: number
  readonly classes: readonly PageClass[]
}

/** What a VM does as a function of time. */
export const workloadOf = ({ workload, vcpuCount }: LabVmConfig, lab: LabConfig, guest: Guest): Workload => {
  const common = { vcpuCount, seed: guest.seed }
  switch (workload.kind) {
    case 'idle':
      return idleWorkload(common)
    case 'daily':
      return dailyWorkload({ ...workload, ...common, startMsOfDay: guest.startedAtMs % DAY_MS })
    case 'batch':
      return batchWorkload({ ...workload, ...common })
    case 'memory-test':
      return memoryTestWorkload({ ...workload, ...common })
    case 'cpu':
      return cpuWorkload(common)
    case 'trace': {
      const { trace, startRow } = workload
      return traceWorkload({ ...common, rows: readTrace(trace), startRow, msPerRow: lab.msPerTraceRow })
    }
    case 'storm': {
      const bulk = guest.classes.find(({ name }) => name === 'bulk')
      return stormWorkload({
        ...workload,
        bulkPages: bulk?.pages ?? 0,
        peakPagesPerSecond: workload.peakShareOfLink * (lab.linkBytesPerSecond / PAGE_BYTES),
        seed: guest.seed,
      })
    }
    case 'steady':
      return steadyWorkload(workload)
  }
}

const steadyWorkload = ({
  cpuRatio,
  writesPerSecond,
}: LabWorkloadConfig & { readonly kind: 'steady' }): Workload => {
  const activity = {
    cpuRatio,
    memoryRatio: 0.5,
    diskReadBytesPerSecond: 0,
    diskWriteBytesPerSecond: 0,
    networkReceivedBytesPerSecond: 0,
    networkSentBytesPerSecond: 0,
    writesPerSecond: [writesPerSecond],
  }
  return () => activity
}
