import type { scheduleContract } from '../../shared/contract/schedule.ts'
import type { Handlers } from '../../shared/rpc/contract.ts'
import type { Schedule } from '../services/schedule.ts'

export const scheduleHandlers = ({
  schedule,
}: {
  schedule: Schedule
}): Handlers<typeof scheduleContract> => ({
  'schedule.watch': async function* (_, signal) {
    for await (const entries of schedule.entries.watch(signal)) yield { schedule: entries }
  },
  'schedule.add': order => ({ scheduleId: schedule.add(order) }),
  'schedule.remove': ({ scheduleId }) => {
    schedule.remove(scheduleId)
    return null
  },
})
