import { requestScheduleRemoval } from '../requests.ts'
import { scheduleStore } from '../schedule-store.ts'
import { type Action, CUT_OFF } from './action.ts'

export const unschedule: Action<'schedule'> = {
  id: 'unschedule',
  of: 'schedule',
  label: 'Take back',
  validate: ({ scheduleId }, { schedule, isCutOff }) => {
    if (isCutOff) return CUT_OFF
    return schedule.some(({ id }) => id === scheduleId) ? null : 'It has begun or was taken back.'
  },
  run: ({ scheduleId }) => {
    const entry = scheduleStore.getState().schedule.find(({ id }) => id === scheduleId)
    return entry && requestScheduleRemoval(entry)
  },
}
