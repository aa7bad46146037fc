import { useEffect, useState } from 'react'
import type { ScheduledMigration } from '../../../shared/model/schedule.ts'
import { useClient } from '../../state/index.ts'

/** The migration that is scheduled for a VM; undefined where there is none, or while the window is cut off. */
export const useScheduled = (vmId: string): ScheduledMigration | undefined => {
  const client = useClient()
  const [schedule, setSchedule] = useState<readonly ScheduledMigration[]>([])
  useEffect(() => {
    if (!client) return
    const abort = new AbortController()
    const follow = async () => {
      for await (const item of client.stream('schedule.watch', {}, abort.signal)) setSchedule(item.schedule)
    }
    // A stream that breaks takes the client with it; the next one brings the schedule again.
    follow().catch(() => setSchedule([]))
    return () => abort.abort()
  }, [client])
  return schedule.find(entry => entry.vmId === vmId)
}
