import type { ReactNode } from 'react'
import styles from './Blank.module.css'

/** What stands where there is nothing to show: what is missing, why, and what to do about it. */
export const Blank = (props: {
  readonly title: ReactNode
  readonly children?: ReactNode
  readonly action?: ReactNode
}) => (
  <div className={styles.blank} role="status">
    <h2 className={styles.title}>{props.title}</h2>
    {props.children && <p className={styles.text}>{props.children}</p>}
    {props.action && <div className={styles.action}>{props.action}</div>}
  </div>
)
