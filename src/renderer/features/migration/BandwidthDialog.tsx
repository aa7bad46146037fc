import { Button, Modal, NumberInput } from '@mantine/core'
import { type FormEvent, useState } from 'react'
import type { Migration } from '../../../shared/model/migration.ts'
import { MIN_BANDWIDTH_BYTES_PER_SECOND } from '../../../shared/model/migration-command.ts'
import { MIB, threeFigures } from '../../../shared/units.ts'
import { closeDialog, setBandwidth, useMigrations } from '../../state/index.ts'
import styles from './MigrateDialog.module.css'

const LEAST_MIB = MIN_BANDWIDTH_BYTES_PER_SECOND / MIB

const Form = ({ migration }: { readonly migration: Migration }) => {
  const linkMib = Math.round(migration.linkBytesPerSecond / MIB)
  const limit = migration.bandwidthLimitBytesPerSecond
  const [mib, setMib] = useState<number | string>(limit === null ? linkMib : Math.round(limit / MIB))
  const isGiven = typeof mib === 'number' && mib >= LEAST_MIB
  const ask = (bytesPerSecond: number | null) => {
    closeDialog()
    void setBandwidth(migration, bytesPerSecond)
  }
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (isGiven) ask(mib * MIB)
  }
  return (
    <form onSubmit={submit}>
      <p className={styles.about}>
        The link carries {threeFigures(linkMib)} MiB/s. Less leaves room for other traffic, and more time for
        the guest to dirty what was sent: rounds take longer and leave more. It holds until the VM is paused.
      </p>
      <NumberInput
        label="At most, MiB/s"
        value={mib}
        onChange={setMib}
        min={LEAST_MIB}
        step={50}
        error={isGiven ? null : `At least ${LEAST_MIB} MiB/s: with less it would never end.`}
        data-autofocus
      />
      <div className={styles.buttons}>
        <Button onClick={closeDialog}>Cancel</Button>
        {limit !== null && <Button onClick={() => ask(null)}>No limit</Button>}
        <Button variant="filled" type="submit" disabled={!isGiven}>
          Set
        </Button>
      </div>
    </form>
  )
}

/** Bounds what a running migration sends. */
export const BandwidthDialog = ({ migrationId }: { readonly migrationId: string }) => {
  const migration = useMigrations(state => state.byId.get(migrationId))
  return (
    <Modal
      opened
      onClose={closeDialog}
      title={`Bandwidth for ${migration?.vmName ?? 'a migration'}`}
      size={440}
    >
      {migration && migration.endedAtMs === null ? (
        <Form migration={migration} />
      ) : (
        <p className={styles.about}>The migration is over: there is nothing left to bound.</p>
      )}
    </Modal>
  )
}
