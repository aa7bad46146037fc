import type { ReactNode } from 'react'
import styles from './SubjectHeader.module.css'

/** The head of a screen about one thing: its name, whole on hover, and what is most worth knowing of it. */
export const SubjectHeader = ({
  name,
  children,
}: {
  readonly name: string
  readonly children: ReactNode
}) => (
  <header className={styles.header}>
    <h1 className={styles.title} title={name}>
      {name}
    </h1>
    {children}
  </header>
)
