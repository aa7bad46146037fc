import { NativeSelect } from '@mantine/core'
import { useState } from 'react'
import { automationLevel, automationLevels, type Connection } from '../../../shared/model/connection.ts'
import { setLevel, useNowMs } from '../../state/index.ts'
import { Clock } from '../../ui/Clock.tsx'
import { agoText } from '../../ui/clock-text.ts'
import { Dot } from '../../ui/Dot.tsx'
import { ConnectionActions } from './ConnectionActions.tsx'
import { ConnectionForm } from './ConnectionForm.tsx'
import { connectionTone, whereAndWho } from './connection-words.ts'
import { levelInForce, levelWords, standsBack } from './level-words.ts'
import { RemoveConfirm } from './RemoveConfirm.tsx'
import styles from './SettingsScreen.module.css'
import { TrustedCertificates } from './TrustedCertificates.tsx'
import { TrustQuestion } from './TrustQuestion.tsx'

const Heard = ({ connection }: { readonly connection: Connection }) => {
  const nowMs = useNowMs()
  const { lastHeardMs, retryAtMs, question } = connection
  return (
    <p className={styles.muted}>
      {lastHeardMs === null ? 'Never heard.' : `Last heard ${agoText(nowMs - lastHeardMs)} ago.`}
      {retryAtMs !== null &&
        !question &&
        (retryAtMs > nowMs ? ` Tried again in ${agoText(retryAtMs - nowMs)}.` : ' Being tried again now.')}
    </p>
  )
}

const Outage = ({ connection: { failure, question } }: { readonly connection: Connection }) =>
  failure && !question ? (
    <p className={styles.fault}>
      {failure.message} <span className={styles.muted}>{failure.remedy}</span>
    </p>
  ) : null

const StandBack = ({ connection }: { readonly connection: Connection }) =>
  standsBack(connection) ? (
    <div className={styles.standBack}>
      <b>{levelInForce(connection)}</b>
      {connection.standBack.map(reason => (
        <p key={reason}>{reason}</p>
      ))}
    </div>
  ) : null

type Mode = 'shown' | 'edited' | 'removed'

/** One connection: where, as whom, how it is, whom it believes, and what Longshore may do there. */
export const ConnectionEntry = ({ connection }: { readonly connection: Connection }) => {
  const { id, name, level, state, sinceMs, question } = connection
  const [mode, setMode] = useState<Mode>('shown')
  const [left, setLeft] = useState<Mode>('shown')
  const show = () => {
    setLeft(mode)
    setMode('shown')
  }
  const onLevel = (value: string) => {
    const parsed = automationLevel.safeParse(value)
    if (parsed.success) void setLevel(id, name, parsed.data)
  }
  return (
    <li className={styles.connection}>
      <div>
        <div className={styles.heading}>
          <Dot tone={connectionTone[state]} />
          <b>{name}</b>
          <span>{state}</span>
          <span className={styles.muted}>
            since <Clock atMs={sinceMs} withDate />
          </span>
        </div>
        <p className={styles.muted}>{whereAndWho(connection)}</p>
        <Heard connection={connection} />
        <Outage connection={connection} />
        {mode === 'shown' && question && <TrustQuestion connection={connection} question={question} />}
        {mode === 'shown' && !question && <TrustedCertificates connection={connection} />}
        {mode === 'shown' && (
          <ConnectionActions
            connection={connection}
            left={left}
            onEdit={() => setMode('edited')}
            onRemove={() => setMode('removed')}
          />
        )}
        {mode === 'edited' && <ConnectionForm edited={connection} onDone={show} />}
        {mode === 'removed' && <RemoveConfirm connection={connection} onKeep={show} />}
      </div>
      <div>
        <NativeSelect
          label="Automation"
          aria-label={`Automation of ${name}`}
          value={level}
          data={[...automationLevels]}
          onChange={event => onLevel(event.currentTarget.value)}
        />
        <p className={styles.meaning}>{levelWords[level]}</p>
        <StandBack connection={connection} />
      </div>
    </li>
  )
}
