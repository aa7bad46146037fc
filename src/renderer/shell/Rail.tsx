import { hashOf, screens, useUi } from '../state/index.ts'
import { Icon } from '../ui/Icon.tsx'
import styles from './Rail.module.css'

export const Rail = () => {
  const here = useUi(s => s.route.screen)
  return (
    <nav className={styles.rail} aria-label="Screens">
      {screens.map(({ key, word, icon, route, holds }) => (
        <a
          key={word}
          href={hashOf(route)}
          className={styles.entry}
          aria-current={holds.some(screen => screen === here) ? 'page' : undefined}
          aria-keyshortcuts={key}
          title={`${word} (${key})`}
        >
          <Icon name={icon} size={20} />
          <span>{word}</span>
        </a>
      ))}
    </nav>
  )
}
