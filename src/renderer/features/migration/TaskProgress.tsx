import type { Migration } from '../../../shared/model/migration.ts'
import styles from './TaskProgress.module.css'
import { taskProgressWords } from './task-progress-words.ts'

/** How far a move is that only its task tells of; the mark is the furthest it was. */
export const TaskProgress = ({ migration }: { readonly migration: Migration }) => {
  const { taskProgress, endedAtMs } = migration
  if (taskProgress === null) return null
  const width = (ratio: number) => `${ratio * 100}%`
  return (
    <section className={styles.task}>
      {endedAtMs === null && (
        <div
          className={styles.track}
          role="progressbar"
          aria-label="Progress of the pool's task"
          aria-valuemin={0}
          aria-valuemax={100}
          aria-valuenow={Math.round(taskProgress.ratio * 100)}
        >
          <div className={styles.reached} style={{ width: width(taskProgress.highestRatio) }} />
          <div className={styles.done} style={{ width: width(taskProgress.ratio) }} />
        </div>
      )}
      <p>{taskProgressWords(migration).join(' ')}</p>
    </section>
  )
}
