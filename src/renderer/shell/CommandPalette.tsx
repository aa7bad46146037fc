import { Modal, TextInput } from '@mantine/core'
import { type KeyboardEvent, useMemo, useState } from 'react'
import {
  closeDialog,
  fleetStore,
  navigate,
  openDialog,
  resumeAutomation,
  uiStore,
  useConnections,
  useUi,
} from '../state/index.ts'
import styles from './CommandPalette.module.css'
import { type Entry, fleetEntries, matching } from './palette-entries.ts'
import { screens } from './screens.ts'

const actionEntries = (isStopped: boolean, theme: string): readonly Entry[] => [
  ...screens.map(({ word, route, key }) => ({
    id: `screen ${word}`,
    words: word,
    hint: `screen, key ${key}`,
    run: () => navigate(route),
  })),
  isStopped
    ? { id: 'resume', words: 'Resume automation', hint: 'action', run: () => void resumeAutomation() }
    : {
        id: 'stop',
        words: 'Stop automation',
        hint: 'action, asks first',
        run: () => openDialog({ kind: 'stop' }),
      },
  ...(['system', 'dark', 'light'] as const)
    .filter(each => each !== theme)
    .map(each => ({
      id: `theme ${each}`,
      words: `Theme: ${each}`,
      hint: 'action',
      run: () => uiStore.setState({ theme: each }),
    })),
]

const migrateEntries = (): readonly Entry[] => {
  const { route } = uiStore.getState()
  const vm = route.screen === 'vm' ? fleetStore.getState().vmsById.get(route.vmId) : undefined
  if (!vm) return []
  return [
    {
      id: 'migrate',
      words: `Migrate ${vm.name}`,
      hint: 'action, asks first',
      run: () => openDialog({ kind: 'migrate', vmId: vm.id }),
    },
  ]
}

const allEntries = (isStopped: boolean, theme: string): readonly Entry[] => [
  ...migrateEntries(),
  ...actionEntries(isStopped, theme),
  ...fleetEntries(fleetStore.getState(), {
    vm: vm => navigate({ screen: 'vm', vmId: vm.id }),
    host: host => {
      uiStore.setState({ fleetFilter: host.name })
      navigate({ screen: 'fleet' })
    },
  }),
]

/** Search over VMs, hosts, screens and actions. */
export const CommandPalette = () => {
  const [query, setQuery] = useState('')
  const [active, setActive] = useState(0)
  const isStopped = useConnections(s => s.stopped)
  const theme = useUi(s => s.theme)
  const entries = useMemo(() => allEntries(isStopped, theme), [isStopped, theme])
  const shown = useMemo(() => matching(entries, query), [entries, query])

  const run = (entry: Entry | undefined) => {
    if (!entry) return
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
      aria-label="Search VMs, hosts and actions"
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
            className={styles.option}
            onClick={() => run(entry)}
            onMouseMove={() => setActive(index)}
          >
            <span>{entry.words}</span>
            <span className={styles.hint}>{entry.hint}</span>
          </div>
        ))}
        {shown.length === 0 && <div className={styles.none}>Nothing is called “{query}”.</div>}
      </div>
      <div className={styles.foot}>↑ ↓ choose, Enter opens, Esc closes</div>
    </Modal>
  )
}
