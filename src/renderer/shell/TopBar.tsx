import { UnstyledButton } from '@mantine/core'
import { openDialog } from '../state/index.ts'
import { Icon } from '../ui/Icon.tsx'
import { ConnectionPills } from './ConnectionPills.tsx'
import { LevelMenu } from './LevelMenu.tsx'
import { StopSwitch } from './StopSwitch.tsx'
import { ThemeToggle } from './ThemeToggle.tsx'
import styles from './TopBar.module.css'

export const TopBar = () => (
  <header className={styles.bar}>
    <a className={styles.wordmark} href="#/fleet">
      Longshore
    </a>
    <UnstyledButton
      className={styles.search}
      aria-keyshortcuts="Control+K"
      onClick={() => openDialog({ kind: 'palette' })}
    >
      <Icon name="search" size={14} />
      <span className={styles.searchWords}>Search VM, host, action</span>
      <kbd className={styles.key}>Ctrl K</kbd>
    </UnstyledButton>
    <div className={styles.space} />
    <ConnectionPills />
    <ThemeToggle />
    <LevelMenu />
    <StopSwitch />
  </header>
)
