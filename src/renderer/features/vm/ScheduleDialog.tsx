import { Button, Modal, TextInput } from '@mantine/core'
import { useState } from 'react'
import type { Vm } from '../../../shared/model/vm.ts'
import { scheduleMigration } from '../../state/index.ts'
import { poolNowOf } from './scene.ts'
import { inputTime, momentOfInput, whyNotThen } from './schedule-time.ts'
import styles from './vm.module.css'

const IN_MS = 10 * 60_000

interface Props {
  readonly vm: Vm
  /** When it had best begin, pool time; null for no particular time. */
  readonly suggestedAtMs: number | null
  readonly destination: { readonly hostId: string; readonly name: string } | null
  readonly onClose: () => void
}

/** Asks when a VM is to be migrated; the host is chosen anew when the time has come. */
export const ScheduleDialog = ({ vm, suggestedAtMs, destination, onClose }: Props) => {
  const [text, setText] = useState(() => inputTime(suggestedAtMs ?? poolNowOf(vm) + IN_MS))
  const atMs = momentOfInput(text)
  const whyNot = whyNotThen(atMs, poolNowOf(vm))
  const submit = async () => {
    if (atMs === null || whyNot !== null) return
    onClose()
    await scheduleMigration(vm, atMs)
  }
  return (
    <Modal opened onClose={onClose} title={`Schedule a migration of ${vm.name}`} size="sm">
      <form
        onSubmit={event => {
          event.preventDefault()
          void submit()
        }}
      >
        <TextInput
          type="datetime-local"
          step={1}
          label="Begin at (local time, by the clock of the pool)"
          value={text}
          onChange={event => setText(event.currentTarget.value)}
          error={whyNot}
          data-autofocus
        />
        <p className={styles.dim}>
          The best host is chosen when the time has come
          {destination ? `; now it would be ${destination.name}` : ''}. Everything is checked once more then.
          One migration can be scheduled for each VM.
        </p>
        <div className={styles.dialogActions}>
          <Button variant="default" onClick={onClose}>
            Close
          </Button>
          <Button type="submit" disabled={whyNot !== null}>
            Schedule
          </Button>
        </div>
      </form>
    </Modal>
  )
}
