import { Button, Menu, SegmentedControl, TextInput, UnstyledButton } from '@mantine/core'
import { type KeyboardEvent, type RefObject, useRef } from 'react'
import { type FleetColumn, uiStore, useFleet, useMigrations, useSlashKey, useUi } from '../../state/index.ts'
import { Icon } from '../../ui/Icon.tsx'
import { columns } from './columns.ts'
import styles from './FleetScreen.module.css'
import { AT_RISK, MIGRATING } from './fleet-filter.ts'
import { riskCounts } from './risk-counts.ts'
import { SelectionBar } from './SelectionBar.tsx'

const Count = ({ n, word }: { readonly n: number; readonly word: string }) => (
  <span className={styles.count}>
    <b>{n}</b> {n === 1 ? word : `${word}s`}
  </span>
)

const FilterCount = (props: {
  readonly n: number
  readonly words: string
  readonly filter: string
  readonly isHigh: boolean
}) => {
  const isOn = useUi(s => s.fleetFilter === props.filter)
  return (
    <UnstyledButton
      className={styles.countButton}
      data-high={(props.isHigh && props.n > 0) || undefined}
      aria-pressed={isOn}
      title={isOn ? 'Show all again' : `Show only those ${props.words}`}
      onClick={() => uiStore.setState({ fleetFilter: isOn ? '' : props.filter })}
    >
      <b>{props.n}</b> {props.words}
    </UnstyledButton>
  )
}

const Summary = () => {
  const pools = useFleet(s => s.pools.length)
  const hosts = useFleet(s => s.hosts.length)
  const vms = useFleet(s => s.vms.length)
  const atRisk = useFleet(s => riskCounts(s).total)
  const migrating = useMigrations(s => s.runningByVm.size)
  return (
    <>
      <Count n={pools} word="pool" />
      <Count n={hosts} word="host" />
      <Count n={vms} word="VM" />
      <FilterCount n={atRisk} words="at risk" filter={AT_RISK} isHigh />
      <FilterCount n={migrating} words="migrating" filter={MIGRATING} isHigh={false} />
    </>
  )
}

const FilterField = ({ table }: { readonly table: RefObject<HTMLDivElement | null> }) => {
  const filter = useUi(s => s.fleetFilter)
  const field = useRef<HTMLInputElement>(null)
  useSlashKey(field)
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Escape' && filter) uiStore.setState({ fleetFilter: '' })
    else if (event.key === 'Escape' || event.key === 'Enter' || event.key === 'ArrowDown')
      table.current?.focus()
    else return
    event.preventDefault()
  }
  return (
    <TextInput
      ref={field}
      className={styles.filter}
      placeholder="Filter  /"
      aria-label="Filter the fleet"
      aria-keyshortcuts="/"
      value={filter}
      onChange={event => uiStore.setState({ fleetFilter: event.currentTarget.value })}
      onKeyDown={onKeyDown}
    />
  )
}

const toggleColumn = (id: FleetColumn): void =>
  uiStore.setState(({ fleetHidden: hidden }) => ({
    fleetHidden: hidden.includes(id) ? hidden.filter(h => h !== id) : [...hidden, id],
  }))

const ColumnsMenu = () => {
  const hidden = useUi(s => s.fleetHidden)
  return (
    <Menu closeOnItemClick={false}>
      <Menu.Target>
        <Button leftSection={<Icon name="columns" size={14} />}>Columns</Button>
      </Menu.Target>
      <Menu.Dropdown>
        {columns
          .filter(column => column.id !== 'name')
          .map(({ id, word }) => (
            <Menu.Item
              key={id}
              role="menuitemcheckbox"
              aria-checked={!hidden.includes(id)}
              leftSection={hidden.includes(id) ? ' ' : '✓'}
              onClick={() => toggleColumn(id)}
            >
              {word}
            </Menu.Item>
          ))}
        <Menu.Divider />
        <Menu.Item onClick={() => uiStore.setState({ fleetHidden: [], fleetWidths: {} })}>
          All columns, own widths
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  )
}

/** What the fleet amounts to, and how it is shown. */
export const FleetToolbar = (props: {
  readonly table: RefObject<HTMLDivElement | null>
  readonly isAttentionOpen: boolean
}) => {
  const group = useUi(s => s.fleetGroup)
  const hasChosen = useUi(s => s.fleetChosen.length > 0)
  return (
    <div className={styles.toolbar}>
      {hasChosen ? <SelectionBar /> : <Summary />}
      <div className={styles.space} />
      <FilterField table={props.table} />
      <SegmentedControl
        aria-label="Arrangement"
        value={group}
        onChange={value => uiStore.setState({ fleetGroup: value === 'flat' ? 'flat' : 'tree' })}
        data={[
          { value: 'tree', label: 'By pool' },
          { value: 'flat', label: 'All VMs' },
        ]}
      />
      <ColumnsMenu />
      <Button
        leftSection={<Icon name="panel" size={14} />}
        aria-pressed={props.isAttentionOpen}
        title={props.isAttentionOpen ? 'Hide what needs attention' : 'Show what needs attention'}
        onClick={() => uiStore.setState({ attentionOpen: !props.isAttentionOpen })}
      >
        Attention
      </Button>
    </div>
  )
}
