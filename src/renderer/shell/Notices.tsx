import { Button } from '@mantine/core'
import { useState } from 'react'
import type { FailureReport } from '../../shared/failure.ts'
import { resumeAutomation, useApp, useConnections, useFleet, useLink, useNowMs } from '../state/index.ts'
import { Clock } from '../ui/Clock.tsx'
import { Notice } from '../ui/Notice.tsx'

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
  const isStopped = useConnections(s => s.stopped)
  if (!isStopped) return null
  return (
    <Notice
      tone="stop"
      word="STOPPED"
      action={<Button onClick={() => void resumeAutomation()}>Resume automation</Button>}
    >
      Nothing is started by itself on any connection. You can still migrate by hand.
    </Notice>
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
  <div>
    <LinkNotice />
    <StoppedNotice />
    <Troubles />
  </div>
)
