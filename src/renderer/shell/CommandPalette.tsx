import { Modal, TextInput } from '@mantine/core'
import { type KeyboardEvent, useMemo, useState } from 'react'
import {
  closeDialog,
  fleetStore,
  migrationStore,
  navigate,
  presentSubjects,
  uiStore,
  worldNow,
} from '../state/index.ts'
import styles from './CommandPalette.module.css'
import { actionEntries, type Entry, fleetEntries, matching } from './palette-entries.ts'

/** What there is when the palette opens: actions first, then every VM and host. */
const entriesNow = (): readonly Entry[] => [
  ...actionEntries(presentSubjects(uiStore.getState(), migrationStore.getState().byId), worldNow()),
  ...fleetEntries(fleetStore.getState(), {
    vm: vm => navigate({ screen: 'vm', vmId: vm.id }),
    host: host => navigate({ screen: 'host', hostId: host.id }),
    pool: pool => navigate({ screen: 'pool', poolId: pool.id }),
  }),
]

/** Search over VMs, hosts, screens and actions. */
export const CommandPalette = () => {
  const [query, setQuery] = useState('')
  const [active, setActive] = useState(0)
  const [entries] = useState(entriesNow)
  const shown = useMemo(() => matching(entries, query), [entries, query])

  const run = (entry: Entry | undefined) => {
    if (!entry || entry.reason !== null) return
    closeDialog()
    entry.run()
  }
  const onKeyDown = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key]
    if (step !== undefined) {
      event.preventDefault()
      setActive(at => Math.max(0, Math.min(shown.length - 1, at + step)))
    } else if (event.key === 'Enter') {
      event.preventDefault()
      run(shown[active])
    }
  }
  return (
    <Modal
      opened
      onClose={closeDialog}
      withCloseButton={false}
      size={560}
      padding={0}
      attributes={{ content: { 'aria-label': 'Search VMs, hosts and actions' } }}
    >
      <TextInput
        data-autofocus
        size="md"
        variant="unstyled"
        className={styles.input}
        placeholder="VM, host or action"
        value={query}
        onChange={event => {
          setQuery(event.currentTarget.value)
          setActive(0)
        }}
        onKeyDown={onKeyDown}
        role="combobox"
        aria-label="Search"
        aria-expanded
        aria-controls="palette-list"
        aria-activedescendant={shown[active] ? `palette-${active}` : undefined}
      />
      <div id="palette-list" role="listbox" aria-label="Found" className={styles.list}>
        {shown.map((entry, index) => (
          // biome-ignore lint/a11y/useKeyWithClickEvents: the field above keeps the focus and handles the keys
          <div
            key={entry.id}
            id={`palette-${index}`}
            role="option"
            tabIndex={-1}
            aria-selected={index === active}
            aria-disabled={entry.reason !== null}
            className={styles.option}
            onClick={() => run(entry)}
            onMouseMove={() => setActive(index)}
          >
            <span>{entry.words}</span>
            <span className={styles.hint}>{entry.reason ?? entry.hint}</span>
          </div>
        ))}
        {shown.length === 0 && <div className={styles.none}>Nothing is called “{query}”.</div>}
      </div>
      <div className={styles.foot}>↑ ↓ choose, Enter opens, Esc closes</div>
    </Modal>
  )
}
