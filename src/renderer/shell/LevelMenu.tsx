import { Menu, UnstyledButton } from '@mantine/core'
import { automationLevels, type Connection } from '../../shared/model/connection.ts'
import { levelWords } from '../features/settings/index.ts'
import { setLevel, useConnections } from '../state/index.ts'
import { Icon } from '../ui/Icon.tsx'
import styles from './TopBar.module.css'

const LevelItems = ({ connection }: { readonly connection: Connection }) => (
  <>
    <Menu.Label>{connection.name}</Menu.Label>
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
  const levels = new Set(connections.map(c => c.level))
  if (connections.length === 0) return null
  const [only] = levels
  return (
    <Menu>
      <Menu.Target>
        <UnstyledButton className={styles.level} title="What Longshore may do by itself">
          Automation: {levels.size === 1 ? only : 'mixed'}
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
