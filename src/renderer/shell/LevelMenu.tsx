import { Menu, UnstyledButton } from '@mantine/core'
import { automationLevels, type Connection } from '../../shared/model/connection.ts'
import { levelInForce, levelOfAll, levelWords, standsBack } from '../features/settings/index.ts'
import { setLevel, useConnections } from '../state/index.ts'
import { Icon } from '../ui/Icon.tsx'
import styles from './TopBar.module.css'

const LevelItems = ({ connection }: { readonly connection: Connection }) => (
  <>
    <Menu.Label>
      {connection.name}
      {standsBack(connection) && (
        <span className={styles.standBack}>
          {levelInForce(connection)}: {connection.standBack.join(' ')}
        </span>
      )}
    </Menu.Label>
    {automationLevels.map(level => (
      <Menu.Item
        key={level}
        role="menuitemradio"
        aria-checked={connection.level === level}
        onClick={() => void setLevel(connection.id, connection.name, level)}
      >
        <span className={styles.check}>{connection.level === level ? '✓' : ''}</span>
        {level}
        <span className={styles.levelMeaning}>{levelWords[level]}</span>
      </Menu.Item>
    ))}
  </>
)

/** What Longshore may do by itself, per connection. */
export const LevelMenu = () => {
  const connections = useConnections(s => s.connections)
  if (connections.length === 0) return null
  const reasons = connections.filter(standsBack).map(c => `${c.name}: ${c.standBack.join(' ')}`)
  return (
    <Menu>
      <Menu.Target>
        <UnstyledButton
          className={styles.level}
          title={['What Longshore may do by itself.', ...reasons].join('\n')}
        >
          Automation: {levelOfAll(connections)}
          <Icon name="down" size={12} />
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        {connections.map(connection => (
          <LevelItems key={connection.id} connection={connection} />
        ))}
      </Menu.Dropdown>
    </Menu>
  )
}
