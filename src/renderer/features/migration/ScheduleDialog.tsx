import { Modal, NativeSelect, TextInput } from '@mantine/core'
import { useState } from 'react'
import { DEFAULT_POLICY, type PolicyName } from '../../../shared/model/migration.ts'
import type { Vm } from '../../../shared/model/vm.ts'
import { closeDialog, scheduleMigration, useFleet, useMigrations, whyNotMigrate } from '../../state/index.ts'
import { Clock } from '../../ui/Clock.tsx'
import { inputTime, momentOfInput, whyNotThen } from '../vm/index.ts'
import styles from './MigrateDialog.module.css'
import { OrderForm } from './OrderForm.tsx'
import { PolicySelect } from './PolicySelect.tsx'

const AUTOMATIC = ''
const AHEAD_MS = 5 * 60_000

const Form = (props: { readonly vms: readonly Vm[]; readonly suggestedAtMs: number | null }) => {
  const { vms } = props
  const [only] = vms
  const poolMs = useFleet(s => s.poolTimeMs.get(only?.poolId ?? '')) ?? Date.now()
  const hosts = useFleet(s => s.hosts)
  const source = useFleet(s => (only?.hostId ? s.hostsById.get(only.hostId) : undefined))
  const running = useMigrations(s => s.runningByVm)
  const [at, setAt] = useState(() => inputTime(props.suggestedAtMs ?? poolMs + AHEAD_MS))
  const [destination, setDestination] = useState(AUTOMATIC)
  const [policy, setPolicy] = useState<PolicyName>(DEFAULT_POLICY)
  const atMs = momentOfInput(at)
  const movable = vms.filter(vm => whyNotMigrate(vm, running.get(vm.id)) === null)
  const whyNot = movable.length === 0 ? 'None of them can be migrated.' : whyNotThen(atMs, poolMs)
  const others = hosts.filter(host => host.poolId === only?.poolId && host.id !== only.hostId)
  const submit = async () => {
    if (atMs === null) return
    closeDialog()
    const chosen = vms.length > 1 || destination === AUTOMATIC ? {} : { destinationHostId: destination }
    for (const vm of movable) await scheduleMigration(vm, { atMs, policy, ...chosen })
  }
  return (
    <OrderForm order="Schedule" whyNot={whyNot} onOrder={() => void submit()}>
      <div className={styles.fields}>
        <TextInput
          label="Begin at, by the clock of the pool"
          description={
            <>
              It is <Clock atMs={poolMs} withDate /> there now.
            </>
          }
          type="datetime-local"
          step={1}
          data-autofocus
          value={at}
          onChange={event => setAt(event.currentTarget.value)}
        />
        {vms.length === 1 && (
          <NativeSelect
            label="Destination"
            value={destination}
            onChange={event => setDestination(event.currentTarget.value)}
            data={[
              { value: AUTOMATIC, label: 'automatic: the least loaded that fits then' },
              ...others.map(({ id, name }) => ({ value: id, label: name })),
            ]}
          />
        )}
        <PolicySelect source={source} value={policy} onChange={setPolicy} />
      </div>
      <p className={styles.note}>Everything is checked once more when the time has come.</p>
    </OrderForm>
  )
}

/** Asks when one VM, or several, shall be migrated. */
export const ScheduleDialog = ({
  vmIds,
  suggestedAtMs,
}: {
  readonly vmIds: readonly string[]
  readonly suggestedAtMs: number | null
}) => {
  const vmsById = useFleet(s => s.vmsById)
  const vms = vmIds.flatMap(vmId => vmsById.get(vmId) ?? [])
  const [only] = vms
  const what = vms.length === 1 && only ? only.name : `${vms.length} VMs`
  return (
    <Modal opened onClose={closeDialog} title={`Schedule the migration of ${what}`} size={440}>
      {vms.length > 0 ? (
        <Form vms={vms} suggestedAtMs={suggestedAtMs} />
      ) : (
        <p>This VM is no longer known; it may have been removed.</p>
      )}
    </Modal>
  )
}
