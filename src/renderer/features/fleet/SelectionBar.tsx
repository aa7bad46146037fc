import { Button } from '@mantine/core'
import { useMemo } from 'react'
import { type Action, actions, type SubjectOf, uiStore, useAction, useUi } from '../../state/index.ts'
import { ReasonedButton } from '../../ui/ReasonedButton.tsx'
import styles from './FleetScreen.module.css'

const ActionButton = (props: { readonly action: Action<'vms'>; readonly subject: SubjectOf<'vms'> }) => {
  const { label, reason, run } = useAction(props.action, props.subject)
  return (
    <ReasonedButton disabledBecause={reason} onClick={run}>
      {label}
    </ReasonedButton>
  )
}

/** What can be done to the VMs that are selected. */
export const SelectionBar = () => {
  const vmIds = useUi(s => s.fleetChosen)
  const subject = useMemo(() => ({ kind: 'vms', vmIds }) as const, [vmIds])
  return (
    <>
      <span className={styles.count}>
        <b>{vmIds.length}</b> selected
      </span>
      {actions.vms.map(action => (
        <ActionButton key={action.id} action={action} subject={subject} />
      ))}
      <Button onClick={() => uiStore.setState({ fleetChosen: [] })}>Unselect</Button>
    </>
  )
}
