import { useMemo } from 'react'
import type { ScheduledMigration } from '../../../shared/model/schedule.ts'
import { hashOf, unschedule, useAction, useFleet, useSchedule } from '../../state/index.ts'
import { Clock } from '../../ui/Clock.tsx'
import { ReasonedButton } from '../../ui/ReasonedButton.tsx'
import styles from './MigrationsScreen.module.css'
import { policyWords } from './migration-words.ts'

const Entry = ({ entry }: { readonly entry: ScheduledMigration }) => {
  const { id: scheduleId, destinationHostId, heldBackBecause } = entry
  const subject = useMemo(() => ({ kind: 'schedule', scheduleId }) as const, [scheduleId])
  const back = useAction(unschedule, subject)
  const destination = useFleet(s =>
    destinationHostId === null
      ? 'the host that is best then'
      : (s.hostsById.get(destinationHostId)?.name ?? 'unknown host'),
  )
  return (
    <li>
      <Clock atMs={entry.atMs} withDate />
      <span>
        <a href={hashOf({ screen: 'vm', vmId: entry.vmId })}>
          <bdi>{entry.vmName}</bdi>
        </a>{' '}
        to {destination}, {policyWords[entry.policy]}
        {heldBackBecause !== null && <em>: {heldBackBecause}</em>}
      </span>
      <ReasonedButton size="compact-xs" disabledBecause={back.reason} onClick={back.run}>
        {back.label}
      </ReasonedButton>
    </li>
  )
}

/** The migrations that are to begin at a time, the next first. */
export const ScheduledList = () => {
  const schedule = useSchedule(state => state.schedule)
  if (schedule.length === 0) return null
  return (
    <section className={styles.scheduled}>
      <h2>Scheduled</h2>
      <ul>
        {schedule.map(entry => (
          <Entry key={entry.id} entry={entry} />
        ))}
      </ul>
    </section>
  )
}
