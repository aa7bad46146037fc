import { Button, Modal } from '@mantine/core'
import type { Vm } from '../../../shared/model/vm.ts'
import { formatBytes } from '../../../shared/units.ts'
import {
  closeDialog,
  navigate,
  startMigration,
  useFleet,
  useMigrations,
  whyNotMigrate,
} from '../../state/index.ts'
import styles from './MigrateDialog.module.css'

const names = (vms: readonly Vm[]): string => vms.map(vm => vm.name).join(', ')

/** One after the other, so that each destination is chosen knowing where the one before it goes. */
const startAll = async (vms: readonly Vm[]): Promise<void> => {
  for (const vm of vms) await startMigration(vm)
}

/** Confirms the live migration of several VMs, each to the host the advisor picks. */
export const MigrateSeveralDialog = ({ vmIds }: { readonly vmIds: readonly string[] }) => {
  const vmsById = useFleet(s => s.vmsById)
  const runningByVm = useMigrations(s => s.runningByVm)
  const known = vmIds.flatMap(vmId => vmsById.get(vmId) ?? [])
  const movable = known.filter(vm => whyNotMigrate(vm, runningByVm.get(vm.id)) === null)
  const others = known.filter(vm => !movable.includes(vm))
  const bytes = movable.reduce((sum, vm) => sum + vm.memoryBytes, 0)
  const count = movable.length === 1 ? '1 VM' : `${movable.length} VMs`
  const start = () => {
    closeDialog()
    navigate({ screen: 'migrations' })
    void startAll(movable)
  }
  return (
    <Modal opened onClose={closeDialog} title={`Migrate ${count}`} size={480}>
      <p className={styles.about}>
        {formatBytes(bytes)} of memory to send, each VM to the least loaded host that fits: {names(movable)}.
      </p>
      {others.length > 0 && (
        <ul className={styles.others}>
          {others.map(vm => (
            <li key={vm.id}>{`Left out: ${whyNotMigrate(vm, runningByVm.get(vm.id)) ?? vm.name}`}</li>
          ))}
        </ul>
      )}
      <div className={styles.buttons}>
        <Button onClick={closeDialog}>Cancel</Button>
        <Button variant="filled" disabled={movable.length === 0} onClick={start} data-autofocus>
          Migrate {count}
        </Button>
      </div>
    </Modal>
  )
}
