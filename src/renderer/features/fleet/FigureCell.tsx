import styles from './FleetTable.module.css'
import type { FigureText } from './figure-text.ts'

/** A figure in a narrow column: whole, and muted where it is held; its age stands beside it where there is room. */
export const FigureCell = (props: { readonly of: FigureText; readonly title?: string }) => {
  const { figure, age, title } = props.of
  return (
    <span title={props.title ?? title} data-held={age !== '' || undefined} className={styles.figure}>
      {figure}
      {age && <span className={styles.age}>{age}</span>}
    </span>
  )
}
