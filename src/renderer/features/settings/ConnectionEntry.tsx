import { NativeSelect } from '@mantine/core'
import { automationLevel, automationLevels, type Connection } from '../../../shared/model/connection.ts'
import { setLevel, useNowMs } from '../../state/index.ts'
import { Clock } from '../../ui/Clock.tsx'
import { agoText } from '../../ui/clock-text.ts'
import { Dot } from '../../ui/Dot.tsx'
import { connectionTone } from './connection-words.ts'
import { levelWords } from './level-words.ts'
import styles from './SettingsScreen.module.css'

const Heard = ({ connection }: { readonly connection: Connection }) => {
  const nowMs = useNowMs()
  const { lastHeardMs, retryAtMs } = connection
  return (
    <p className={styles.muted}>
      {lastHeardMs === null ? 'Never heard.' : `Last heard ${agoText(nowMs - lastHeardMs)} ago.`}
      {retryAtMs !== null &&
        (retryAtMs > nowMs ? ` Tried again in ${agoText(retryAtMs - nowMs)}.` : ' Being tried again now.')}
    </p>
  )
}

/** One connection: where, as whom, how it is, and what Longshore may do there. */
export const ConnectionEntry = ({ connection }: { readonly connection: Connection }) => {
  const { id, name, url, user, level, state, sinceMs, failure } = connection
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
        <p className={styles.muted}>
          {url}, as {user}
        </p>
        <Heard connection={connection} />
        {failure && (
          <p className={styles.fault}>
            {failure.message} <span className={styles.muted}>{failure.remedy}</span>
          </p>
        )}
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
      </div>
    </li>
  )
}
