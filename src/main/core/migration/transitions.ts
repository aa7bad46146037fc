import type { MigrationPhase } from '../../../shared/model/migration.ts'

/**
 * Which phase may follow which. A report can be lost, so that phases are skipped; none ever comes again. What has ended
 * stays as it is, and from the pause on there is no way back to the source but failing.
 */
const followers: Readonly<Record<MigrationPhase, readonly MigrationPhase[]>> = {
  checks: [
    'reserve',
    'disk-copy',
    'pre-copy',
    'paused',
    'stop-and-copy',
    'post-copy',
    'completing',
    'completed',
    'failed',
    'cancelled',
  ],
  reserve: [
    'disk-copy',
    'pre-copy',
    'paused',
    'stop-and-copy',
    'post-copy',
    'completing',
    'completed',
    'failed',
    'cancelled',
  ],
  'disk-copy': [
    'pre-copy',
    'paused',
    'stop-and-copy',
    'post-copy',
    'completing',
    'completed',
    'failed',
    'cancelled',
  ],
  'pre-copy': [
    'switching',
    'paused',
    'stop-and-copy',
    'post-copy',
    'completing',
    'completed',
    'failed',
    'cancelled',
  ],
  switching: ['paused', 'stop-and-copy', 'post-copy', 'completing', 'completed', 'failed', 'cancelled'],
  paused: ['post-copy', 'completing', 'completed', 'failed'],
  'stop-and-copy': ['post-copy', 'completing', 'completed', 'failed'],
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
