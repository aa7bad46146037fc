import { connectionSentence, connectionTone } from '../features/settings/index.ts'
import { useConnections } from '../state/index.ts'
import { clockText } from '../ui/clock-text.ts'
import { Dot } from '../ui/Dot.tsx'
import styles from './TopBar.module.css'

export const ConnectionPills = () => {
  const connections = useConnections(s => s.connections)
  return (
    <ul className={styles.pills} aria-label="Connections">
      {connections.map(connection => (
        <li key={connection.id}>
          <a
            className={styles.pill}
            href="#/settings"
            data-state={connection.state}
            title={connectionSentence(connection, clockText)}
          >
            <Dot tone={connectionTone[connection.state]} />
            {connection.name}
            <span className={styles.state}>{connection.state}</span>
          </a>
        </li>
      ))}
    </ul>
  )
}
