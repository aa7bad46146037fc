import { createStore } from 'zustand/vanilla'
import type { ScheduledMigration } from '../../shared/model/schedule.ts'
import { AWAITING, type FeedStatus } from './feed-status.ts'

export interface ScheduleState {
  readonly feed: FeedStatus
  /** The next first. */
  readonly schedule: readonly ScheduledMigration[]
}

export const scheduleStore = createStore<ScheduleState>(() => ({ feed: AWAITING, schedule: [] }))
