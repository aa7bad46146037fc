import { connectionSentence, connectionTone } from '../features/settings/index.ts'
import { useConnections } from '../state/index.ts'
import { clockText } from '../ui/clock-text.ts'
import { Dot } from '../ui/Dot.tsx'
import styles from './TopBar.module.css'

export const ConnectionPills = () => {
  const connections = useConnections(s => s.connections)
  // What is said of a connection holds only while this window hears from Longshore.
  const isKnown = useConnections(s => s.feed.state === 'live')
  return (
    <ul className={styles.pills} aria-label="Connections">
      {connections.map(connection => (
        <li key={connection.id}>
          <a
            className={styles.pill}
            href="#/settings"
            data-state={isKnown ? connection.state : 'unknown'}
            title={
              isKnown
                ? connectionSentence(connection, clockText)
                : `This window is cut off; ${connection.name} was ${connection.state} then.`
            }
          >
            <Dot tone={isKnown ? connectionTone[connection.state] : 'idle'} />
            {connection.name}
            <span className={styles.state}>{isKnown ? connection.state : 'unknown'}</span>
          </a>
        </li>
      ))}
    </ul>
  )
}
