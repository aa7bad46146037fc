import { Modal, NativeSelect } from '@mantine/core'
import { useState } from 'react'
import type { MigrationNetwork } from '../../../shared/model/destination-check.ts'
import type { Host } from '../../../shared/model/host.ts'
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
  type DestinationChoice,
  destinationChoices,
  destinationLabel,
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

const DestinationSelect = (props: {
  readonly choices: readonly DestinationChoice[]
  readonly description: string | null
  readonly value: string
  readonly onChange: (hostId: string) => void
}) => (
  <NativeSelect
    label="Destination"
    description={props.description}
    data-autofocus
    value={props.value}
    onChange={event => props.onChange(event.currentTarget.value)}
    data={[
      { value: AUTOMATIC, label: 'automatic: the least loaded that fits' },
      ...props.choices.map(choice => ({
        value: choice.hostId,
        label: destinationLabel(choice),
        disabled: choice.refusal !== null,
      })),
    ]}
  />
)

const NetworkSelect = (props: {
  readonly networks: readonly MigrationNetwork[]
  readonly value: string
  readonly onChange: (networkId: string) => void
}) => (
  <NativeSelect
    label="Network"
    value={props.value}
    onChange={event => props.onChange(event.currentTarget.value)}
    data={[
      { value: AUTOMATIC, label: "the pool's own choice" },
      ...props.networks.map(network => ({ value: network.id, label: networkLabel(network) })),
    ]}
  />
)

/** What is good to know of a VM's move before it is ordered. */
const Remarks = ({ vm, source }: { readonly vm: Vm; readonly source: Host | undefined }) => {
  const shrinks = balloonWords(vm)
  const cannot = source && stockXenWords(source)
  return (
    <>
      {shrinks && (
        <p className={styles.warning} role="note">
          {shrinks}
        </p>
      )}
      {cannot && <p className={styles.about}>{cannot}</p>}
    </>
  )
}

const Form = ({ vm }: { readonly vm: Vm }) => {
  const hosts = useFleet(s => s.hosts)
  const running = useMigrations(s => s.runningByVm.get(vm.id))
  const risk = useFleet(s => s.risks.get(vm.id))
  const [destination, setDestination] = useState(AUTOMATIC)
  const [networkId, setNetworkId] = useState(AUTOMATIC)
  const [policy, setPolicy] = useState<PolicyName>(DEFAULT_POLICY)
  const source = useFleet(s => (vm.hostId === null ? undefined : s.hostsById.get(vm.hostId)))
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
        <DestinationSelect
          choices={choices}
          description={checkWords(checks)}
          value={destination}
          onChange={setDestination}
        />
        {networks.length > 0 && (
          <NetworkSelect networks={networks} value={chosenNetwork?.id ?? AUTOMATIC} onChange={setNetworkId} />
        )}
        <PolicySelect source={source} value={policy} onChange={setPolicy} />
      </div>
      <Remarks vm={vm} source={source} />
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
