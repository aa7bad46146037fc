import type { PolicyName } from '../../src/shared/model/migration.ts'

/** What a real guest does while it is moved, as it is told: docs/qemu-lab.md. */
export const qemuWorkloads = {
  idle: 'idle',
  moderate: 'hot 128 3000',
  'heavy uniform': 'uniform 128 20000',
  'heavy hot set': 'hot 128 20000',
  phases: 'uniform 128 20000 3 3',
} as const
export type QemuWorkload = keyof typeof qemuWorkloads

export const qemuWorkloadNames: readonly QemuWorkload[] = [
  'idle',
  'moderate',
  'heavy uniform',
  'heavy hot set',
  'phases',
]

/** A cycle of the guest that writes in phases, ms: each run begins at another point of it. */
export const PHASES_MS = 6000

export const qemuPolicies: readonly PolicyName[] = [
  'pre-copy-qemu',
  'pre-copy-xen',
  'post-copy',
  'post-copy-preempt',
  'hybrid-static',
  'hybrid-static-preempt',
  'stall-switch',
  's1',
  's4',
  'longshore',
]

/** One real migration. */
export interface QemuRun {
  readonly workload: QemuWorkload
  readonly policy: PolicyName
  readonly run: number
  readonly completed: boolean
  readonly totalMs: number
  /** STOP to RESUME. */
  readonly pauseMs: number
  /** Of the guest's heartbeat. */
  readonly gapMs: number
  readonly stallMs: number
  readonly bytes: number
  readonly rounds: number
  readonly pageRequests: number
  /** Of the total, after round 1; null where none was made. */
  readonly predictedMs: number | null
  /** Pages that did not hold what the guest had last written there, of all it has. */
  readonly corruptPages: number
}
