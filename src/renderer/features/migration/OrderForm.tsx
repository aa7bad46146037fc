import { Button } from '@mantine/core'
import type { ReactNode } from 'react'
import { closeDialog } from '../../state/index.ts'
import styles from './MigrateDialog.module.css'

/** The form of a dialog that orders something: what it asks, why it cannot be ordered, and the word that orders it. */
export const OrderForm = (props: {
  readonly order: string
  /** As one sentence; null when it can be. */
  readonly whyNot: string | null
  readonly onOrder: () => void
  readonly children: ReactNode
}) => (
  <form
    onSubmit={event => {
      event.preventDefault()
      if (props.whyNot === null) props.onOrder()
    }}
  >
    {props.children}
    {props.whyNot !== null && (
      <p className={styles.whyNot} role="alert">
        {props.whyNot}
      </p>
    )}
    <div className={styles.buttons}>
      <Button onClick={closeDialog}>Cancel</Button>
      <Button type="submit" variant="filled" disabled={props.whyNot !== null}>
        {props.order}
      </Button>
    </div>
  </form>
)
