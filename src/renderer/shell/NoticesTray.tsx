import { Popover, Switch, UnstyledButton } from '@mantine/core'
import { useState } from 'react'
import {
  acknowledge,
  askForDesktop,
  hashOf,
  type Notice,
  uiStore,
  useAction,
  useNotices,
  useUi,
} from '../state/index.ts'
import { Clock } from '../ui/Clock.tsx'
import { ReasonedButton } from '../ui/ReasonedButton.tsx'
import styles from './StatusLine.module.css'

const Item = ({ notice, onLeave }: { readonly notice: Notice; readonly onLeave: () => void }) => {
  const { label, reason, run } = useAction(acknowledge, { kind: 'notice', noticeId: notice.id })
  return (
    <li className={styles.operation}>
      <a href={hashOf(notice.route)} onClick={onLeave}>
        {notice.title}
      </a>
      <ReasonedButton size="compact-xs" disabledBecause={reason} onClick={run}>
        {label}
      </ReasonedButton>
      <span className={styles.wide}>{notice.text}</span>
      <span className={`${styles.wide} ${styles.muted}`}>
        since <Clock atMs={notice.sinceMs} />
      </span>
    </li>
  )
}

/** The system is asked by this gesture alone; what it refuses stays off, with the reason. */
const DesktopSwitch = () => {
  const isOn = useUi(s => s.desktopNotices)
  const [isRefused, setRefused] = useState(false)
  const change = async (wanted: boolean) => {
    const isGranted = wanted && (await askForDesktop())
    setRefused(wanted && !isGranted)
    uiStore.setState({ desktopNotices: isGranted })
  }
  return (
    <Switch
      className={styles.desktop ?? ''}
      size="xs"
      label="Tell me on the desktop too"
      description={isRefused ? 'The system refuses; allow messages of this window there first.' : undefined}
      checked={isOn}
      onChange={event => void change(event.currentTarget.checked)}
    />
  )
}

/** The count of what needs a person; opens the list with Acknowledge. */
export const NoticesTray = () => {
  const [isOpen, setOpen] = useState(false)
  const notices = useNotices(s => s.notices)
  const words = notices.length === 1 ? '1 notice' : `${notices.length} notices`
  return (
    <Popover opened={isOpen} onChange={setOpen} width={380} position="bottom-end" trapFocus returnFocus>
      <Popover.Target>
        <UnstyledButton
          className={styles.operations}
          data-urgent={notices.length > 0 || undefined}
          onClick={() => setOpen(open => !open)}
        >
          {notices.length === 0 ? 'No notices' : words}
        </UnstyledButton>
      </Popover.Target>
      <Popover.Dropdown aria-label="Notices">
        <ul className={styles.list}>
          {notices.map(notice => (
            <Item key={notice.id} notice={notice} onLeave={() => setOpen(false)} />
          ))}
          {notices.length === 0 && <li className={styles.muted}>Nothing needs you.</li>}
        </ul>
        <DesktopSwitch />
      </Popover.Dropdown>
    </Popover>
  )
}
