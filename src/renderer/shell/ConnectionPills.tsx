import { useElementSize } from '@mantine/hooks'
import type { Connection, ConnectionState } from '../../shared/model/connection.ts'
import { connectionSentence, connectionTone } from '../features/settings/index.ts'
import { useConnections } from '../state/index.ts'
import { clockText } from '../ui/clock-text.ts'
import { Dot } from '../ui/Dot.tsx'
import { shownPills } from './shown-pills.ts'
import styles from './TopBar.module.css'

interface Props {
  readonly connection: Connection
  /** What is said of a connection holds only while this window hears from Longshore. */
  readonly isKnown: boolean
}

const sentence = ({ connection, isKnown }: Props): string =>
  isKnown
    ? connectionSentence(connection, clockText)
    : `This window is cut off; ${connection.name} was ${connection.state} then.`

const Pill = ({ connection, isKnown }: Props) => (
  <li>
    <a
      className={styles.pill}
      href="#/settings"
      data-state={isKnown ? connection.state : 'unknown'}
      title={`${connection.name}. ${sentence({ connection, isKnown })}`}
    >
      <Dot tone={isKnown ? connectionTone[connection.state] : 'idle'} />
      <bdi className={styles.pillName}>{connection.name}</bdi>
      <span className={styles.state}>{isKnown ? connection.state : 'unknown'}</span>
    </a>
  </li>
)

const worstFirst: readonly ConnectionState[] = ['failed', 'stale', 'connecting', 'live']

/** The pills there is no room for, as a number in the state of the worst of them. */
const RestPill = (props: { readonly rest: readonly Connection[]; readonly isKnown: boolean }) => {
  const { rest, isKnown } = props
  const worst = worstFirst.find(state => rest.some(connection => connection.state === state)) ?? 'live'
  const names = rest.map(({ name, state }) => `${name}: ${isKnown ? state : 'unknown'}`)
  return (
    <li>
      <a
        className={styles.pill}
        href="#/settings"
        data-state={isKnown ? worst : 'unknown'}
        title={names.join('\n')}
        aria-label={`${rest.length} more connections. ${names.join(', ')}`}
      >
        <Dot tone={isKnown ? connectionTone[worst] : 'idle'} />+{rest.length}
      </a>
    </li>
  )
}

/** How each connection stands; those that the bar has no room for are counted. */
export const ConnectionPills = () => {
  const connections = useConnections(s => s.connections)
  const isKnown = useConnections(s => s.feed.state === 'live')
  const { ref, width } = useElementSize<HTMLUListElement>()
  const shown = shownPills(connections.length, width)
  const rest = connections.slice(shown)
  return (
    <ul ref={ref} className={styles.pills} aria-label="Connections">
      {connections.slice(0, shown).map(connection => (
        <Pill key={connection.id} connection={connection} isKnown={isKnown} />
      ))}
      {rest.length > 0 && <RestPill rest={rest} isKnown={isKnown} />}
    </ul>
  )
}
