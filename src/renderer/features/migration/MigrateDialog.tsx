import { Modal, NativeSelect } from '@mantine/core'
import { useState } from 'react'
import { DEFAULT_POLICY, type PolicyName } from '../../../shared/model/migration.ts'
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
import {
  checkWords,
  destinationChoices,
  networkChoices,
  networkLabel,
  whyNotThere,
} from './destination-choices.ts'
import styles from './MigrateDialog.module.css'
import { balloonWords, stockXenWords } from './migration-words.ts'
import { OrderForm } from './OrderForm.tsx'
import { PolicySelect } from './PolicySelect.tsx'
import { useDestinationChecks } from './use-destination-checks.ts'

const AUTOMATIC = ''

const Form = ({ vm }: { readonly vm: Vm }) => {
  const hosts = useFleet(s => s.hosts)
  const running = useMigrations(s => s.runningByVm.get(vm.id))
  const risk = useFleet(s => s.risks.get(vm.id))
  const [destination, setDestination] = useState(AUTOMATIC)
  const [networkId, setNetworkId] = useState(AUTOMATIC)
  const [policy, setPolicy] = useState<PolicyName>(DEFAULT_POLICY)
  const source = useFleet(s => (vm.hostId === null ? undefined : s.hostsById.get(vm.hostId)))
  const cannot = source && stockXenWords(source)
  const shrinks = balloonWords(vm)
  const checks = useDestinationChecks(vm.id)
  const choices = destinationChoices(hosts, vm, checks)
  const chosenHost = destination === AUTOMATIC ? null : destination
  const networks = networkChoices(checks, chosenHost)
  const chosenNetwork = networks.find(({ id }) => id === networkId)
  const whyNot = whyNotMigrate(vm, running) ?? whyNotThere(choices, chosenHost)
  const migrate = async () => {
    closeDialog()
    const migrationId = await startMigration(vm, {
      ...(chosenHost !== null && { destinationHostId: chosenHost }),
      ...(chosenNetwork && { networkId: chosenNetwork.id }),
      policy,
    })
    if (migrationId !== undefined) navigate({ screen: 'migration', migrationId })
  }
  return (
    <OrderForm order="Migrate" whyNot={whyNot} onOrder={() => void migrate()}>
      <p className={styles.about}>
        {formatBytes(vm.memoryBytes)} of memory to send. {risk?.reason}
      </p>
      <div className={styles.fields}>
        <NativeSelect
          label="Destination"
          description={checkWords(checks)}
          data-autofocus
          value={destination}
          onChange={event => setDestination(event.currentTarget.value)}
          data={[
            { value: AUTOMATIC, label: 'automatic: the least loaded that fits' },
            ...choices.map(({ hostId, name, refusal, copiesDisk }) => ({
              value: hostId,
              label:
                refusal === null
                  ? `${name}${copiesDisk ? ', with a copy of its disk' : ''}`
                  : `${name}: ${refusal}`,
              disabled: refusal !== null,
            })),
          ]}
        />
        {networks.length > 0 && (
          <NativeSelect
            label="Network"
            value={chosenNetwork?.id ?? AUTOMATIC}
            onChange={event => setNetworkId(event.currentTarget.value)}
            data={[
              { value: AUTOMATIC, label: "the pool's own choice" },
              ...networks.map(network => ({ value: network.id, label: networkLabel(network) })),
            ]}
          />
        )}
        <PolicySelect source={source} value={policy} onChange={setPolicy} />
      </div>
      {shrinks && (
        <p className={styles.warning} role="note">
          {shrinks}
        </p>
      )}
      {cannot && <p className={styles.about}>{cannot}</p>}
    </OrderForm>
  )
}

/** Confirms a live migration and asks where to and how. */
export const MigrateDialog = ({ vmId }: { readonly vmId: string }) => {
  const vm = useFleet(s => s.vmsById.get(vmId))
  const hostName = useFleet(s => (vm?.hostId ? s.hostsById.get(vm.hostId)?.name : undefined))
  return (
    <Modal
      opened
      onClose={closeDialog}
      title={vm ? `Migrate ${vm.name}${hostName ? ` from ${hostName}` : ''}` : 'Migrate'}
      size={440}
      classNames={{ title: styles.title ?? '' }}
    >
      {vm ? <Form vm={vm} /> : <p>This VM is no longer known; it may have been removed.</p>}
    </Modal>
  )
}
