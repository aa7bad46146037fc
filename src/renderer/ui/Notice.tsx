import type { ReactNode } from 'react'
import styles from './Notice.module.css'

/** A line across the screen: a word for how grave it is, a sentence, what to do, and perhaps a button. */
export const Notice = (props: {
  readonly tone: 'plain' | 'warn' | 'stop'
  readonly word: string
  readonly children: ReactNode
  readonly remedy?: ReactNode
  readonly action?: ReactNode
}) => (
  <div className={styles.notice} data-tone={props.tone} role={props.tone === 'plain' ? 'status' : 'alert'}>
    <span className={styles.word}>{props.word}</span>
    <span className={styles.body}>
      {props.children} {props.remedy && <span className={styles.remedy}>{props.remedy}</span>}
    </span>
    {props.action}
  </div>
)
