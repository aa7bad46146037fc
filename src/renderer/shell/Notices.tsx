import { Button } from '@mantine/core'
import { useState } from 'react'
import type { FailureReport } from '../../shared/failure.ts'
import { standsBack } from '../features/settings/index.ts'
import {
  resumeAutomation,
  useAction,
  useApp,
  useConnections,
  useDecisions,
  useFleet,
  useLink,
  useMigrations,
  useNowMs,
  useOperations,
} from '../state/index.ts'
import { Clock } from '../ui/Clock.tsx'
import { Notice } from '../ui/Notice.tsx'
import { ReasonedButton } from '../ui/ReasonedButton.tsx'

const LinkNotice = () => {
  const link = useLink(s => s)
  const nowMs = useNowMs()
  const hasData = useFleet(s => s.feed.state !== 'awaiting')
  if (link.state !== 'closed') return null
  const seconds = Math.max(0, Math.ceil((link.retryAtMs - nowMs) / 1000))
  return (
    <Notice
      tone="warn"
      word="Cut off"
      remedy={link.failure?.remedy ?? 'If it stays so, start Longshore again.'}
    >
      {link.failure?.message ?? 'This window has lost Longshore.'}{' '}
      {hasData && (
        <>
          What you see is from <Clock atMs={link.sinceMs} />.{' '}
        </>
      )}
      {seconds > 0 ? `Trying again in ${seconds} s.` : 'Trying again now.'}
    </Notice>
  )
}

const StoppedNotice = () => {
  const sinceMs = useConnections(s => s.stoppedSinceMs)
  const resume = useAction(resumeAutomation, { kind: 'app' })
  if (sinceMs === null) return null
  return (
    <Notice
      tone="stop"
      word="STOPPED"
      action={
        <ReasonedButton disabledBecause={resume.reason} onClick={resume.run}>
          {resume.label}
        </ReasonedButton>
      }
    >
      Since <Clock atMs={sinceMs} withDate /> nothing is started by itself on any connection; a restart does
      not change that. You can still migrate by hand.
    </Notice>
  )
}

/** Pools on which somebody else acts: ours only advises there, whatever its level. */
const StandBackNotices = () => {
  const connections = useConnections(s => s.connections)
  return connections.filter(standsBack).map(({ id, name, standBack }) => (
    <Notice key={id} tone="warn" word="Only advising" remedy="You can still migrate by hand.">
      {name}: {standBack.join(' ')}
    </Notice>
  ))
}

/** Streams that fail by themselves while the window is connected: their screens show what they had. */
const FeedNotices = () => {
  const feeds = [
    { what: 'Fleet', feed: useFleet(s => s.feed) },
    { what: 'Migrations', feed: useMigrations(s => s.feed) },
    { what: 'Decisions', feed: useDecisions(s => s.feed) },
    { what: 'Connections', feed: useConnections(s => s.feed) },
    { what: 'Operations', feed: useOperations(s => s.feed) },
  ]
  return feeds.map(({ what, feed }) =>
    feed.state === 'stale' && feed.failure ? (
      <Notice key={what} tone="warn" word={`${what} stale`} remedy={feed.failure.remedy}>
        {feed.failure.message} Nothing new since <Clock atMs={feed.sinceMs} />; it is asked for again by
        itself.
      </Notice>
    ) : null,
  )
}

const NO_TROUBLES: readonly FailureReport[] = []

const Troubles = () => {
  const troubles = useApp(s => s.status?.troubles ?? NO_TROUBLES)
  const [dismissed, setDismissed] = useState<ReadonlySet<string>>(new Set())
  return troubles
    .filter(trouble => !dismissed.has(trouble.message))
    .map(trouble => (
      <Notice
        key={trouble.message}
        tone="warn"
        word="Trouble"
        remedy={trouble.remedy}
        action={
          <Button size="compact-xs" onClick={() => setDismissed(new Set([...dismissed, trouble.message]))}>
            Dismiss
          </Button>
        }
      >
        {trouble.message}
      </Notice>
    ))
}

/** What concerns every screen, between the frame and the screen. */
export const Notices = () => (
  <section aria-label="Troubles">
    <LinkNotice />
    <StoppedNotice />
    <StandBackNotices />
    <FeedNotices />
    <Troubles />
  </section>
)
