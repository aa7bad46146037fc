import { UnstyledButton } from '@mantine/core'
import { type UiState, uiStore, useUi } from '../state/index.ts'
import { Icon } from '../ui/Icon.tsx'
import styles from './TopBar.module.css'

const next: Readonly<Record<UiState['theme'], UiState['theme']>> = {
  system: 'dark',
  dark: 'light',
  light: 'system',
}
const icon = { system: 'system', dark: 'moon', light: 'sun' } as const

export const ThemeToggle = () => {
  const theme = useUi(s => s.theme)
  const label = `Theme: ${theme}; click for ${next[theme]}`
  return (
    <UnstyledButton
      className={styles.icon}
      aria-label={label}
      title={label}
      onClick={() => uiStore.setState({ theme: next[theme] })}
    >
      <Icon name={icon[theme]} />
    </UnstyledButton>
  )
}
