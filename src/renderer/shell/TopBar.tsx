import { UnstyledButton } from '@mantine/core'
import { openPalette, useAction } from '../state/index.ts'
import { Icon } from '../ui/Icon.tsx'
import { ConnectionPills } from './ConnectionPills.tsx'
import { LevelMenu } from './LevelMenu.tsx'
import { StopSwitch } from './StopSwitch.tsx'
import { ThemeToggle } from './ThemeToggle.tsx'
import styles from './TopBar.module.css'

const Search = () => {
  const { run } = useAction(openPalette, { kind: 'app' })
  return (
    <UnstyledButton className={styles.search} aria-keyshortcuts="Control+K" onClick={run}>
      <Icon name="search" size={14} />
      <span className={styles.searchWords}>Search VM, host, action</span>
      <kbd className={styles.key}>Ctrl K</kbd>
    </UnstyledButton>
  )
}

export const TopBar = () => (
  <header className={styles.bar}>
    <a className={styles.wordmark} href="#/fleet">
      Longshore
    </a>
    <Search />
    <ConnectionPills />
    <ThemeToggle />
    <LevelMenu />
    <StopSwitch />
  </header>
)
