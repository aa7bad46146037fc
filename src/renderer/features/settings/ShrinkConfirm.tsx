import { Button } from '@mantine/core'
import styles from './SettingsScreen.module.css'

/** Asks before history is deleted. Escape keeps it. */
export const ShrinkConfirm = (props: {
  readonly losses: readonly string[]
  readonly isBusy: boolean
  readonly onKeep: () => void
  readonly onDelete: () => void
}) => (
  <div
    className={styles.confirm}
    role="alertdialog"
    aria-label="Delete history?"
    onKeyDown={event => {
      if (event.key === 'Escape') props.onKeep()
    }}
  >
    {props.losses.map(loss => (
      <p key={loss}>{loss}</p>
    ))}
    <p>This holds for every VM and begins at once. A backup taken before keeps what goes.</p>
    <div className={styles.actions}>
      <Button autoFocus onClick={props.onKeep}>
        Keep it
      </Button>
      <Button variant="filled" color="var(--ls-stop)" disabled={props.isBusy} onClick={props.onDelete}>
        Delete
      </Button>
    </div>
  </div>
)
