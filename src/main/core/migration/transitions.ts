import type { MigrationPhase } from '../../../shared/model/migration.ts'

/** From the pause on there is no way back to the source but failing. */
const fromThePause = ['post-copy', 'completing', 'completed', 'failed'] as const
const fromTheSource = ['paused', 'stop-and-copy', ...fromThePause, 'cancelled'] as const

/** Which phase may follow which. A report can be lost, so that phases are skipped; none ever comes again, and an end is one. */
const followers: Readonly<Record<MigrationPhase, readonly MigrationPhase[]>> = {
  checks: ['reserve', 'disk-copy', 'pre-copy', ...fromTheSource],
  reserve: ['disk-copy', 'pre-copy', ...fromTheSource],
  'disk-copy': ['pre-copy', ...fromTheSource],
  'pre-copy': ['switching', ...fromTheSource],
  switching: fromTheSource,
  paused: fromThePause,
  'stop-and-copy': fromThePause,
  'post-copy': ['completing', 'completed', 'failed'],
  completing: ['completed', 'failed'],
  completed: [],
  failed: [],
  cancelled: [],
}

/** Whether a migration may go from one phase to another; staying is no step. */
export const mayFollow = (from: MigrationPhase, to: MigrationPhase): boolean => followers[from].includes(to)

/** Whether nothing more can happen to a migration in this phase. */
export const hasEnded = (phase: MigrationPhase): boolean => followers[phase].length === 0
